#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does Wireshark find a malformed packet or a wrong checksum that no transcript asked for?

sound.py SHARKD FOLDER
"""
import json
import pathlib
import subprocess
import sys

COMPLAINTS = ("_ws.malformed || ip.checksum.status == Bad || tcp.checksum.status == Bad || "
              "udp.checksum.status == Bad")


class Sharkd:
    """Wireshark without a window, asked of one capture after the other: a start takes longer than all of them."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.asked = 0
        for layer in "ip", "tcp", "udp":
            self.ask("setconf", name=f"{layer}.check_checksum", value="TRUE")

    def ask(self, method, **parameters):
        self.asked += 1
        request = {"jsonrpc": "2.0", "id": self.asked, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        result = json.loads(answer).get("result") if answer else None
        if result is None:
            raise RuntimeError(f"sharkd to {request}: {answer}")
        return result

    def complaints(self, capture):
        """The times of the packets that it has something against."""
        self.ask("load", file=str(pathlib.Path(capture).resolve()))
        # It remembers a filter's frames by its text, beyond the file: so no text twice.
        rows = self.ask("frames", filter=f"({COMPLAINTS}) && frame.number != {2**31 - 1 - self.asked}",
                        column0="frame.time_epoch:0")
        return [row["c"][0] for row in rows]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def main(program, folder):
    captures = sorted(path for path in pathlib.Path(folder).glob("[0-9][0-9]-*.pcap*"))
    if not captures:
        sys.exit(f"no captures in {folder}")
    sharkd = Sharkd(program)
    failed = False
    for capture in captures:
        transcript = capture.with_name(capture.name.split(".pcap")[0] + ".txt")
        if "badsum" in transcript.read_text(encoding="utf-8"):
            continue
        bad = sharkd.complaints(capture)
        if bad:
            print(f"{capture.name}: the packets at {bad}")
            failed = True
    sharkd.close()
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
