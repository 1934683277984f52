#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks what --write-packets makes of every sample capture: the slice gives the same findings and updates as the
capture, its packets are a selection of the capture's in their order, and Wireshark has nothing against it that it has not
against the capture. The same of --pseudonymise, after which nobody may be named any more.

check_slices.py ANALYZER SHARKD|- FOLDER
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.append(str(pathlib.Path(__file__).parent.parent / "captures"))
from sound import Sharkd  # noqa: E402


def report(analyzer, captures, *options):
    run = subprocess.run([analyzer, "-q", "--format=json", *options, *captures], capture_output=True, check=True)
    return json.loads(run.stdout)


def without_frames(part):
    """The part of a report without what depends on which packets are in the file."""
    if isinstance(part, list):
        return [without_frames(item) for item in part]
    if isinstance(part, dict):
        return {name: without_frames(part[name]) for name in part if name not in ("capture", "frame", "captures")}
    return re.sub(r"\bframes? [0-9:]+", "frame", part) if isinstance(part, str) else part


def gist(document):
    found = without_frames(document["findings"])
    return {
        "devices": without_frames(document["devices"]),
        "findings": sorted(json.dumps(finding, sort_keys=True) for finding in found),
    }


def packets(capture):
    """Time and bytes of each packet of a pcap file, in the machine's own byte order, as our writer makes it."""
    data = capture.read_bytes()
    at, found = 24, []
    while at < len(data):
        length = int.from_bytes(data[at + 8:at + 12], sys.byteorder)
        found.append(data[at:at + 16 + length])
        at += 16 + length
    return found


def differences(left, right):
    for part in left:
        if left[part] != right[part]:
            yield f"{part} differ:\n  {json.dumps(left[part])[:2000]}\n  {json.dumps(right[part])[:2000]}"


def faults(analyzer, sharkd, capture, folder):
    part = folder / "slice.pcap"
    before = report(analyzer, [capture], "-w", part)
    yield from differences(gist(before), gist(report(analyzer, [part])))
    bad = sharkd.complaints(part) if sharkd else []
    if bad and set(bad) - set(sharkd.complaints(capture)):
        yield f"Wireshark complains of the packets at {bad[:5]}"
    yield from pseudonym_faults(analyzer, sharkd, part, folder)
    # A slice of the slice has nothing to leave out.
    again = folder / "again.pcap"
    report(analyzer, [part], "-w", again)
    if packets(part) != packets(again):
        yield "the slice of the slice is another one"
    trimmed = folder / "trimmed.pcap"
    report(analyzer, [part], "-w", trimmed, "--trim-transfers")
    rest = iter(packets(part))
    if not all(packet in rest for packet in packets(trimmed)):
        yield "what is trimmed is no selection of the whole"
    whole, less = gist(before), gist(report(analyzer, [trimmed]))
    if [device["id"] for device in whole["devices"]] != [device["id"] for device in less["devices"]]:
        yield "trimming lost a device"


def essence(document):
    """What a report says, without whom it says it of."""
    return {
        "findings": [[finding[name] for name in ("rule", "severity", "frame", "time", "update", "word", "field")]
                     for finding in document["findings"]],
        "devices": [[device["id_kind"], len(device["id"]), device["device_type"]] for device in document["devices"]],
        "updates": [[update["outcome"], update["attempts"], update["events"],
                     [transfer["result"] for transfer in update["transfers"]],
                     update["diagnosis"] and [update["diagnosis"][name] for name in ("cause", "party", "confidence")]]
                    for device in document["devices"] for update in device["updates"]],
    }


def secrets(document):
    """What must not be in the file any more; addresses may, and so may words that stand for something else too."""
    for device in document["devices"]:
        yield device["id"]
        yield f"{device['id']},{device['name']}"
        for update in device["updates"]:
            url = urllib.parse.urlsplit((update["command"] or {}).get("url") or "")
            for word in url.username, url.password, url.hostname:
                if word and len(word) > 4 and not re.fullmatch(r"[0-9.]+|[0-9a-f:]+", word):
                    yield word


def pseudonym_faults(analyzer, sharkd, part, folder):
    hidden = folder / "hidden.pcap"
    before = report(analyzer, [part], "--show-secrets", "-w", hidden, "--pseudonymise")
    yield from differences(essence(before), essence(report(analyzer, [hidden])))
    data = hidden.read_bytes().lower()
    for secret in secrets(before):
        if secret.lower().encode() in data:
            yield f"pseudonymised, {secret} is still there"
    for line in re.findall(rb"\n(?:user|pass|acct|authorization: basic) ([^\r\n]+)", part.read_bytes(), re.IGNORECASE):
        if len(line) > 4 and line.lower() in data:
            yield f"pseudonymised, {line} is still there"
    bad = sharkd.complaints(hidden) if sharkd else []
    if bad and set(bad) - set(sharkd.complaints(part)):
        yield "Wireshark complains of what was pseudonymised"


# What is found of a device there depends on what other devices do, or on how long others go on.
NEIGHBOURS = ("27-gone", "95-whose-download")


def device_faults(analyzer, capture, folder):
    """Each device alone: what is found in its slice is what is found of it in the capture."""
    part = folder / "device.pcap"
    devices = report(analyzer, [capture])["devices"]
    if len(devices) < 2 or capture.stem in NEIGHBOURS:
        return
    for device in devices:
        before = gist(report(analyzer, [capture], "-d", device["id"], "-w", part))
        after = gist(report(analyzer, [part], "-d", device["id"]))
        for fault in differences(before, after):
            yield f"{device['id']}: {fault}"


def main(analyzer, program, folder):
    captures = sorted(pathlib.Path(folder).glob("*.pcap*"))
    if not captures:
        sys.exit(f"no captures in {folder}")
    sharkd = Sharkd(program) if program != "-" else None
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        for capture in captures:
            for fault in (*faults(analyzer, sharkd, capture, pathlib.Path(scratch)),
                          *device_faults(analyzer, capture, pathlib.Path(scratch))):
                print(f"{capture.name}: {fault}")
                failed = True
    if sharkd:
        sharkd.close()
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
