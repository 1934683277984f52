#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens HTML reports in a headless Chromium: nothing may run, nothing may be fetched, and the browser may have nothing
to complain about; names that try otherwise show to the letter.

check_html.py ANALYZER FOLDER

FOLDER holds sample captures. Exits with 77 where there is no Chromium.
"""
import html.parser
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--enable-logging=stderr",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=2000"]
NAMES = ["<script>", "\"'><b>", "&amp;", "</svg>", "<!--", "{{text}}"]
FILE_NAME = "<img src=x onerror=alert(1)> \"שלום\" &amp;.pcap"

# A page that does everything a report must not; the check has to notice.
CONTROL = ('<!DOCTYPE html><title>x</title><script>console.error("ran")</script>'
           '<img src="http://127.0.0.1:9/pixel.png">')


class Text(html.parser.HTMLParser):
    """The text of a page, and its elements."""

    def __init__(self):
        super().__init__()
        self.text = []
        self.elements = set()

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        for name, _ in attrs:
            if name.startswith("on") or name in ("src", "style"):
                self.elements.add(f"{tag} {name}")

    def handle_data(self, data):
        self.text.append(data)


def datagram(port, uplink, payload):
    device, backend = bytes([192, 0, 2, 7]), bytes([198, 51, 100, 1])
    source, target = (device, backend) if uplink else (backend, device)
    ports = (port, 5000) if uplink else (5000, port)
    return (struct.pack(">BBHHHBBH", 0x45, 0, 28 + len(payload), 1, 0, 64, 17, 0) + source + target
            + struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload)


def hostile_capture():
    """One refused update for each name."""
    out = struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
    for index, name in enumerate(NAMES):
        unique_id = f"A0000{index:09d}"
        messages = [(False, "AT+GTUPD=cv200,0,0,10,0,,,http://h/<script>alert(1)</script>,,0,,,,0001$"),
                    (True, f"+ACK:GTUPD,DF0107,{unique_id},{name},0001,20200910012700,0001$"),
                    (True, f"+RESP:GTUPD,DF0107,{unique_id},{name},101,,20200910012701,0002$")]
        for uplink, text in messages:
            packet = datagram(4000 + index, uplink, text.encode())
            out += struct.pack("<IIII", 1599701220 + index, 0, len(packet), len(packet)) + packet
    return out


def visit(browser, page, scratch):
    """What the page becomes, what the browser says about it, and which addresses it asked for."""
    log = scratch / "net.json"
    log.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as profile:
        run = subprocess.run([browser, *FLAGS, f"--user-data-dir={profile}", f"--log-net-log={log}", "--dump-dom",
                              page.as_uri()], capture_output=True, check=True, timeout=120)
    said = [line for line in run.stderr.decode(errors="replace").splitlines() if "CONSOLE" in line]
    # What the browser asks for on its own account has no initiator.
    events = [event.get("params", {}) for event in json.loads(log.read_text(encoding="utf-8"))["events"]]
    asked = {event["url"] for event in events if event.get("initiator", "not an origin") != "not an origin"}
    return run.stdout.decode(), said, asked


def faults(dom, said, asked):
    page = Text()
    page.feed(dom)
    yield from (f"the browser says: {line}" for line in said)
    yield from (f"it asks for {url}" for url in asked)
    for element in page.elements:
        if element in ("script", "img", "iframe", "object", "link") or " " in element:
            yield f"it holds {element}"


def report(analyzer, captures, target):
    subprocess.run([analyzer, "--format=html", "-o", target, *captures], check=True)
    return target


def main(analyzer, folder):
    browser = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if not browser:
        print("skipped: there is no Chromium")
        sys.exit(77)
    failed = False
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        control = scratch / "control.html"
        control.write_text(CONTROL, encoding="utf-8")
        if len(list(faults(*visit(browser, control, scratch)))) < 3:
            sys.exit("the check notices nothing of a page with a script and an image")

        hostile = scratch / FILE_NAME
        hostile.write_bytes(hostile_capture())
        samples = sorted(str(path) for path in pathlib.Path(folder).glob("*.pcap"))
        if not samples:
            sys.exit(f"no captures in {folder}")
        for captures, names in [([hostile], NAMES + [FILE_NAME]), (samples, []), (samples[:1], [])]:
            page = report(analyzer, captures, scratch / "report.html")
            dom, said, asked = visit(browser, page, scratch)
            text = Text()
            text.feed(dom)
            for fault in list(faults(dom, said, asked)) + [
                    f"{wanted} does not show" for wanted in names if wanted not in "".join(text.text)]:
                print(f"{len(captures)} captures: {fault}")
                failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
