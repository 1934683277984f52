#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks what is read as it comes: from interfaces, in a network namespace of its own, and from a file being written.

check_live.py ANALYZER TCPDUMP|- FOLDER

Exits with 77, and says why, where such a namespace cannot be made.
"""
import json
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

ENTERED = "GTUPD_LIVE_NAMESPACE"
PATIENCE = 20


class Failure(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise Failure(what)


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        expect(time.monotonic() < end, f"{what}: not within {PATIENCE} s")
        time.sleep(0.02)


def packets(capture):
    data = capture.read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at = 24
    while at < len(data):
        length = struct.unpack_from(f"{order}I", data, at + 8)[0]
        yield data[at + 16:at + 16 + length]
        at += 16 + length


def send(interface, frames):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind((interface, 0))
        for frame in frames:
            link.send(frame)


def start(*words, **options):
    return subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            **options)


def is_listening(process):
    """Has it a socket? What it still does then takes no time; callers wait a moment all the same."""
    for entry in pathlib.Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            if "socket:" in os.readlink(entry):
                return True
        except FileNotFoundError:  # closed since it was listed
            pass
    return False


def end(process, status=0):
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=PATIENCE)
    expect(process.returncode == status, f"exit status {process.returncode}: {error}")
    return out, error


def without_capture(text):
    """
    The JSON report without what an interface and a file cannot have in common; to the second, as the kernel stamps a
    packet for each who listens.
    """
    document = json.loads(re.sub(r"\.[0-9]+Z", "Z", text))
    for capture in document["captures"]:
        for name in ("file", "bytes", "dropped"):
            capture.pop(name, None)
    return document


def report(analyzer, *words):
    return subprocess.run([analyzer, "-q", "-f", "json", *words], capture_output=True, check=True, text=True).stdout


def test_beside_tcpdump(analyzer, tcpdump, sample, scratch):
    """The same report as from the file captured beside it."""
    beside, out = scratch / "beside.pcap", scratch / "live.json"
    recorder = start(tcpdump, "-i", "gt0", "-U", "-Z", "root", "-s", "0", "-w", beside)
    live = start(analyzer, "-i", "gt0", "-f", "json", "-o", out, *USER)
    wait_until(lambda: is_listening(live) and beside.exists(), "both listen")
    time.sleep(0.5)
    frames = list(packets(sample))
    send("gt1", frames)
    wait_until(lambda: beside.stat().st_size >= sample.stat().st_size, "tcpdump has it")
    time.sleep(0.5)
    lines, error = end(live)
    recorder.terminate()
    recorder.communicate()
    expect(without_capture(out.read_text()) == without_capture(report(analyzer, beside)), "the reports differ")
    expect(json.loads(out.read_text())["captures"][0]["dropped"] == 0, "packets were dropped")
    expect("Download started" in lines and "WARNING" in lines, f"nothing was to be seen meanwhile: {lines}{error}")


def test_rights(analyzer, scratch):
    """Root gives up all his rights, and can write the report all the same."""
    if USER:
        return
    out = scratch / "rights.json"
    live = start(analyzer, "-i", "gt0", "-f", "json", "-o", out)
    wait_until(lambda: is_listening(live), "it listens")
    time.sleep(0.3)
    status = dict(line.split(":\t", 1) for line in
                  pathlib.Path(f"/proc/{live.pid}/status").read_text(encoding="utf-8").splitlines())
    end(live)
    expect(int(status["CapEff"], 16) == 0 and int(status["CapPrm"], 16) == 0, "capabilities are left")
    expect("0" not in status["Uid"].split() and "0" not in status["Gid"].split(), "it is still root")
    expect("0" not in status["Groups"].split(), "root's groups are left")
    expect(json.loads(out.read_text())["captures"][0]["packets"] == 0, "no report was written")


def test_limits(analyzer, sample):
    frames = list(packets(sample))
    live = start(analyzer, "-q", "-i", "gt0", "-c", "10", "-f", "json", *USER)
    wait_until(lambda: is_listening(live), "it listens")
    time.sleep(0.3)
    send("gt1", frames)
    out, _ = live.communicate(timeout=PATIENCE)
    expect(json.loads(out)["captures"][0]["packets"] == 10, "--count")
    begun = time.monotonic()
    idle = subprocess.run([analyzer, "-q", "-i", "gt0", "--duration=1", "-f", "json", *USER], capture_output=True,
                          check=True, timeout=PATIENCE)
    expect(0.9 < time.monotonic() - begun < 5, "--duration, though nothing comes")
    expect(json.loads(idle.stdout)["captures"][0]["first_time"] is None, "a time without packets")


def test_filter(analyzer, sample):
    live = start(analyzer, "-q", "-i", "gt0", "-f", "json", *USER, "udp", "and", "port", "9")
    wait_until(lambda: is_listening(live), "it listens")
    time.sleep(0.3)
    send("gt1", packets(sample))
    time.sleep(0.5)
    out, _ = end(live)
    expect(json.loads(out)["captures"][0]["packets"] == 0, "the filter lets through what it should not")
    for words, status, message in ((["-i", "gt0", "nonsense("], 2, "filter"), (["-i", "gt9"], 3, "gt9"),
                                   (["-i", "gt0", "--user=no-such-user"], 2, "no-such-user")):
        run = subprocess.run([analyzer, *words], capture_output=True, text=True, timeout=PATIENCE, check=False)
        expect(run.returncode == status and message in run.stderr, f"{words}: {run.returncode}, {run.stderr}")


def test_drops(analyzer):
    """What the kernel could not keep is told."""
    live = start(analyzer, "-q", "-i", "gt0", "-B", "64", *USER)
    wait_until(lambda: is_listening(live), "it listens")
    time.sleep(0.3)
    live.send_signal(signal.SIGSTOP)
    send("gt1", [bytes(1400)] * 4000)
    live.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    out, _ = end(live)
    expect("NOT ALL WAS CAPTURED: the kernel dropped " in out, f"drops are not told: {out}")


def test_follow(analyzer, sample, scratch):
    """A file that grows in pieces, of which each may end anywhere."""
    data, growing = sample.read_bytes(), scratch / "growing.pcap"
    growing.write_bytes(b"")
    live = start(analyzer, "--follow", growing, "-f", "json", "-o", scratch / "follow.json", *USER)
    time.sleep(0.3)
    with growing.open("ab", buffering=0) as file:
        for at in range(0, len(data), 777):
            file.write(data[at:at + 777])
            time.sleep(0.02)
        wait_until(lambda: os.path.exists(f"/proc/{live.pid}"), "it goes on")
        file.write(data[24:50])  # a packet that is not yet whole
        time.sleep(0.5)
        lines, _ = end(live)
    expect(without_capture((scratch / "follow.json").read_text()) == without_capture(report(analyzer, sample)),
           "the reports differ")
    expect("Download started" in lines, f"nothing was to be seen meanwhile: {lines}")
    some = start(analyzer, "-q", "--follow", sample, "-f", "json", *USER, "port", "9")
    time.sleep(0.3)
    out, _ = end(some)
    expect(json.loads(out)["totals"]["messages"] == 0, "the filter lets through what it should not")


def test_prompt(analyzer, sample):
    """Who reads lines from a pipe does not wait for its end."""
    reader = start(analyzer, "-f", "ndjson", "-", stdin=subprocess.PIPE)
    os.write(reader.stdin.fileno(), sample.read_bytes())
    os.set_blocking(reader.stdout.fileno(), False)
    got = b""
    begun = time.monotonic()
    while b'"type":"update"' not in got and time.monotonic() - begun < PATIENCE:
        try:
            got += os.read(reader.stdout.fileno(), 65536)
        except BlockingIOError:
            time.sleep(0.05)
    reader.stdin.close()
    expect(b'"type":"update"' in got, "no update before the end")
    expect(b'"type":"totals"' not in got, "an end before the end")
    os.set_blocking(reader.stdout.fileno(), True)
    got += os.read(reader.stdout.fileno(), 1 << 20)
    reader.wait(timeout=PATIENCE)
    expect(got.count(b'"type":"update"') == 1 and b'"type":"totals"' in got, "lines are missing, or told twice")


def enter_namespace():
    """Starts this program again in a network namespace; as root of one, where it is not root."""
    words = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-r", "-n"]
    probe = subprocess.run([*words, "ip", "link", "add", "gt0", "type", "veth", "peer", "name", "gt1"],
                           capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        print(f"skipped: no network namespace with a pair of interfaces: {probe.stderr.strip()}")
        sys.exit(77)
    environment = {**os.environ, ENTERED: "root" if os.geteuid() == 0 else "mapped"}
    sys.exit(subprocess.run([*words, sys.executable, *sys.argv], env=environment, check=False).returncode)


def make_interfaces():
    for words in ("link add gt0 type veth peer name gt1", "link set gt0 arp off", "link set gt1 arp off"):
        subprocess.run(["ip", *words.split()], check=True)
    for name in ("gt0", "gt1"):
        pathlib.Path(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6").write_text("1", encoding="ascii")
        subprocess.run(["ip", "link", "set", name, "up"], check=True)


def main(analyzer, tcpdump, folder):
    sample = pathlib.Path(folder) / "10-download-failed.pcap"
    whole = pathlib.Path(folder) / "01-http-apk.pcap"
    make_interfaces()
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        os.chmod(scratch, 0o755)
        if tcpdump != "-":
            test_beside_tcpdump(analyzer, tcpdump, sample, scratch)
        test_rights(analyzer, scratch)
        test_limits(analyzer, sample)
        test_filter(analyzer, sample)
        test_drops(analyzer)
        test_follow(analyzer, sample, scratch)
        test_prompt(analyzer, whole)


# In a user namespace there is nobody else that one could become.
USER = ["--user=root"] if os.environ.get(ENTERED) == "mapped" else []

if __name__ == "__main__":
    if ENTERED not in os.environ:
        enter_namespace()
    try:
        main(*sys.argv[1:])
    except Failure as failure:
        sys.exit(f"failed: {failure}")
