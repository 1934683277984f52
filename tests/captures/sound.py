#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does Wireshark find a malformed packet or a wrong checksum that no transcript asked for?

sound.py SHARKD FOLDER
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

COMPLAINTS = ("_ws.malformed || ip.checksum.status == Bad || tcp.checksum.status == Bad || "
              "udp.checksum.status == Bad")


class Sharkd:
    """Wireshark without a window, asked of one capture after the other: a start takes longer than all of them.

    With every file it reads its lists of names anew, 11 MB that it never gives back. They are not needed, so it is told
    that they lie in an empty folder; which it believes no root, so it runs as a plain user, who gets copies to read.
    """

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory()
        os.chmod(self.folder.name, 0o755)
        places = {f"WIRESHARK_{kind}_DIR": self.folder.name for kind in ("DATA", "CONFIG", "EXTCAP")}
        plain = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        self.process = subprocess.Popen([program, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env={**os.environ, **places}, **plain)
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
        copy = pathlib.Path(self.folder.name, "capture")
        shutil.copyfile(capture, copy)
        os.chmod(copy, 0o644)
        self.ask("load", file=str(copy))
        # It remembers a filter's frames by its text, beyond the file: so no text twice.
        rows = self.ask("frames", filter=f"({COMPLAINTS}) && frame.number != {2**31 - 1 - self.asked}",
                        column0="frame.time_epoch:0")
        return [row["c"][0] for row in rows]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.folder.cleanup()


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
