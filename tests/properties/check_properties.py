#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What must hold of every capture, tried on the samples and on exchanges made by chance.

check_properties.py ANALYZER CAPTURES [--seed=N] [--seconds=N] [--property=NAME]… runs each property once on what there is
with a seed that is always the same, or with --seconds on and on with others. A failure names property, capture and seed,
with which it can be had again.
"""
import argparse
import csv
import html.parser
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time

import exchange
import packets

FORMATS = ("text", "json", "ndjson", "csv", "html", "ladder")


class Failure(Exception):
    pass


class Laboratory:
    """The analyzer, and a folder for its captures."""

    def __init__(self, analyzer, folder):
        self.analyzer, self.folder = analyzer, folder
        self.runs = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *arguments):
        """What came on standard output and on standard error, as bytes."""
        self.runs += 1
        done = subprocess.run([self.analyzer, *arguments], capture_output=True, check=False, cwd=self.folder,
                              env={"LC_ALL": "C.UTF-8", "TZ": "UTC"})
        if done.returncode not in (0, 3):
            raise Failure(f"status {done.returncode}: {done.stderr.decode(errors='replace')}")
        return done.stdout, done.stderr

    def report(self, *files):
        return json.loads(self.run("-q", "-f", "json", *files)[0])

    def report_of(self, capture, some=None):
        capture.write(self.path("a.pcap"), some)
        return self.report("a.pcap")


# --- Two reports of the same story ---

FRAMES = re.compile(r"(frames? )((?:\d+:)?\d+(?:(?:, | and |-)(?:\d+:)?\d+)*)")
NUMBER = re.compile(r"(?:(\d+):)?(\d+)")


def told_again(value, frame_of, here=0):
    """The same with each frame as frame_of(capture, frame) tells it; captures are one. A sentence names packets of the
    capture that it is about, `here`, without it."""
    if isinstance(value, list):
        return [told_again(item, frame_of, here) for item in value]
    if isinstance(value, str):
        def number(match):
            return str(frame_of(int(match[1]) - 1 if match[1] else here, int(match[2])))
        return FRAMES.sub(lambda match: match[1] + NUMBER.sub(number, match[2]), value)
    if not isinstance(value, dict):
        return value
    here = value.get("capture", here)
    told = {key: told_again(item, frame_of, here) for key, item in value.items() if key not in ("capture", "frame")}
    if "frame" in value:
        told["frame"] = frame_of(value["capture"], value["frame"])
    return told


def story(report, frame_of=lambda capture, frame: frame):
    """The report without what its captures are."""
    return told_again({key: value for key, value in report.items() if key != "captures"}, frame_of)


def differences(expected, got, where=""):
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in {**expected, **got}:
            yield from differences(expected.get(key), got.get(key), f"{where}.{key}")
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, (one, other) in enumerate(zip(expected, got)):
            yield from differences(one, other, f"{where}[{index}]")
    elif expected != got:
        yield f"{where}: {str(got)[:200]}, and it should be {str(expected)[:200]}"


def same(expected, got):
    wrong = list(differences(expected, got))
    if wrong:
        raise Failure("; ".join(wrong[:5]))


# --- The properties: each of a laboratory, a source of chance and a capture ---

def delivery(lab, chance, capture):
    """How bytes become packets: cut, in another order, fragmented, sent again. Each message has still all its bytes with the
    packet that had them before, as all that a packet becomes has its time (rules.md, ground rule 5)."""
    changed = []
    for packet in capture.packets:
        pieces = packets.cut(capture, packet, chance) if chance.random() < 0.5 else [packet]
        if chance.random() < 0.5:
            chance.shuffle(pieces)
        if packets.is_data(capture, packet) and is_track(capture, packet) and chance.random() < 0.2:
            pieces.append(packet)
        pieces = [part for piece in pieces
                  for part in (packets.fragment(capture, piece, chance) if chance.random() < 0.3 else [piece])]
        changed += pieces
    same(without_repeats(story(lab.report_of(capture))),
         without_repeats(story(lab.report_of(capture, changed), lambda _, frame: changed[frame - 1].frame)))


def without_repeats(told):
    """In how many segments a file server sent something again is told, and changes when they are cut."""
    for transfer in (transfer for device in told["devices"] for update in device["updates"] for transfer in update["transfers"]):
        del transfer["retransmitted"]
    return told


def is_track(capture, packet):
    """Of a connection of devices: how often a file server repeats itself is part of the report."""
    ip = packets.Ipv4.of(capture, packet)
    return b"+RESP" in ip.payload or b"+ACK" in ip.payload or b"AT+GT" in ip.payload


def division(lab, chance, capture):
    """Over how many files the packets are; also where one ends and the next begins at the same moment."""
    ties = [index for index in range(1, len(capture.packets))
            if capture.packets[index - 1].time == capture.packets[index].time]
    places = sorted(chance.choice(ties) if ties and chance.random() < 0.5 else chance.randrange(len(capture.packets) + 1)
                    for _ in range(chance.randint(1, 4)))
    bounds = list(zip([0, *places], [*places, len(capture.packets)]))
    bounds = [bound for bound in bounds if bound[0] < bound[1]]
    names = []
    for index, (begin, end) in enumerate(bounds):
        names.append(f"{index}.pcap")
        capture.write(lab.path(names[-1]), capture.packets[begin:end])
    same(story(lab.report_of(capture)), story(lab.report(*names), lambda index, frame: bounds[index][0] + frame))


def company(lab, chance, capture):
    """What else is on the link. Nothing comes behind the last packet: how long a capture is tells how long a silence was."""
    changed = []
    for packet in capture.packets:
        while chance.random() < 0.6:
            added = exchange.unrelated(capture, chance, packet)
            if added is None:
                return
            changed.append(added)
        changed.append(packet)
    same(story(lab.report_of(capture)),
         story(lab.report_of(capture, changed), lambda _, frame: changed[frame - 1].frame))


def updates(report):
    """(device, number) → update."""
    return {(device["id"], update["number"]): update for device in report["devices"] for update in device["updates"]}


def ended(report):
    """Those that a report of their device ended: → update and the report's frame."""
    found = {}
    for key, update in updates(report).items():
        frames = [event["frame"] for event in update["events"] if event["time"] == update["end_time"]]
        if update["end_time"] is not None and frames:
            found[key] = update, max(frames)
    return found


def may_go_on(update):
    """Has the device attempts left, or is it not known how many it had?"""
    failed = sum(event["kind"] == "download-failed" for event in update["events"])
    retries = update["command"] and update["command"]["max_download_retry"]
    return retries is None or max(failed, update["attempts"]) < 1 + retries


# A whole message of a device that says how it fares, which heartbeats and what has been buffered do not.
SPOKE = re.compile(rb"\+(?:RESP|ACK):GT(?!HBD|UPD)[A-Z]{3},[^,$]*,([0-9A-Fa-f]{14,15}),[^$]*\$")


def spoke(capture, device, frames):
    """Has the device sent such a message in these packets?"""
    return any(said[1].upper() == device.encode() for packet in capture.packets[frames] for said in SPOKE.finditer(packet.data))


def beginning(lab, chance, capture):
    """An update that has ended stays so, whatever comes later. But for one that rules.md excepts: where a device gave up
    before its last attempt (retries-not-exhausted), or the number of attempts is not known, only what it says later shows
    that it did, and until then the update is incomplete."""
    whole = ended(lab.report_of(capture))
    count = len(capture.packets)
    near = [min(frame + chance.randrange(4), count) for _, frame in whole.values()]
    for length in [chance.randrange(1, count + 1), *chance.sample(near, min(len(near), 2))]:
        part = updates(lab.report_of(capture, capture.packets[:length]))
        for key, (update, frame) in whole.items():
            got = part[key]["outcome"] if key in part else None
            if frame > length or got == update["outcome"]:
                continue
            if update["outcome"] == "download-failed" and got == "incomplete" and may_go_on(update) and \
                    not spoke(capture, key[0], slice(frame, length)):
                continue
            raise Failure(f"{key} in the first {length} packets: {got}, and in all: {update['outcome']}, frame {frame}")


def outputs(lab, capture):
    """Every default output: its name, and its bytes."""
    capture.write(lab.path("a.pcap"))
    for name in FORMATS:
        for more in ((), ("-v",)):
            report, errors = lab.run("-f", name, *more, "a.pcap")
            yield name, report
            yield "standard error", errors


def secrecy(lab, chance, _):
    """No password, user name or credential of the input is in an output that was not asked for them."""
    capture, secrets = exchange.with_secrets(chance)
    for name, text in outputs(lab, capture):
        for secret in secrets:
            if secret.encode() in text:
                raise Failure(f"{name} holds the secret {secret}")
    lab.run("-q", "-w", "b.pcap", "--pseudonymise", "a.pcap")
    with open(lab.path("b.pcap"), "rb") as file:
        written = file.read()
    for secret in secrets:
        if secret.encode() in written:
            raise Failure(f"packets written with --pseudonymise hold the secret {secret}")
    shown = lab.run("-q", "-f", "json", "--show-secrets", "a.pcap")[0]
    if b'"command" : {' in shown and not any(secret.encode() in shown for secret in secrets):
        raise Failure("there is no secret to be seen even where it is asked for")


class Tags(html.parser.HTMLParser):
    """Do all elements end where they should?"""
    VOID = {"meta", "link", "br", "hr", "img", "input", "col"}

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "iframe", "object", "embed") or any(name.startswith("on") for name, _ in attrs):
            raise Failure(f"HTML has <{tag} {attrs}>")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise Failure(f"</{tag}> in HTML ends nothing")


def check_plain(text, name):
    for letter in text:
        if (letter < " " and letter not in "\n") or "\x7f" <= letter <= "\x9f" or letter in "\u202e\u2028\u2029\ufeff":
            raise Failure(f"{name} holds the control character {letter!r}")


def check_form(name, text):
    if name in ("text", "ladder", "standard error"):
        check_plain(text, name)
    elif name == "json":
        json.loads(text)
        check_plain(text, name)
    elif name == "ndjson":
        for line in text.splitlines():
            json.loads(line)
        check_plain(text, name)
    elif name == "csv":
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        if {len(row) for row in rows} != {len(rows[0])}:
            raise Failure("rows of CSV differ in length")
        check_plain(text.replace("\r\n", "\n"), name)
        for cell in (cell for row in rows for cell in row):
            if cell[:1] in ("=", "@", "+", "-") and not re.fullmatch(r"[+-]?[\d.]+", cell):
                raise Failure(f"a cell of CSV is a formula: {cell}")
    else:
        check_plain(text, name)
        tags = Tags()
        tags.feed(text)
        tags.close()
        if tags.open:
            raise Failure(f"HTML ends in {tags.open}")


def soundness(lab, chance, _):
    """Whatever bytes come in, what goes out is UTF-8, and what its format says."""
    capture = exchange.hostile(chance)
    for name, data in outputs(lab, capture):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as bad:
            raise Failure(f"{name} is no UTF-8: {bad}") from bad
        check_form(name, text)


OF_CAPTURES = {"delivery": delivery, "division": division, "company": company, "beginning": beginning}
OF_CHANCE = {"secrecy": secrecy, "soundness": soundness}
CHANCES = 16      # exchanges made for each property

def try_one(lab, name, seed, path):
    """An empty text, or what is wrong."""
    prove = OF_CAPTURES.get(name) or OF_CHANCE[name]
    capture = packets.Capture.read(path) if path else None
    if path and (capture is None or not capture.packets):
        return ""
    try:
        prove(lab, random.Random(f"{name} {seed} {os.path.basename(path or '')}"), capture)
    except (Failure, ValueError, csv.Error) as failure:
        return f"{name} of {os.path.basename(path or 'chance')}, --seed={seed}: {failure}"
    return ""


def tries(captures, names, seed):
    for name in names:
        if name in OF_CAPTURES:
            for path in captures:
                yield name, seed, path
        else:
            for chance in range(CHANCES):
                yield name, seed * CHANCES + chance, None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("analyzer")
    parser.add_argument("captures")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--property", action="append", choices=[*OF_CAPTURES, *OF_CHANCE])
    parser.add_argument("--capture", action="append")
    arguments = parser.parse_args()
    captures = sorted(entry.path for entry in os.scandir(arguments.captures) if entry.name.endswith((".pcap")))
    captures = [path for path in captures if not arguments.capture or os.path.basename(path) in arguments.capture]
    names = arguments.property or [*OF_CAPTURES, *OF_CHANCE]
    end, seed, count, wrong = time.monotonic() + arguments.seconds, arguments.seed, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        lab = Laboratory(os.path.abspath(arguments.analyzer), folder)
        while True:
            for one in tries(captures, names, seed):
                failure = try_one(lab, *one)
                count += 1
                if failure:
                    print(failure, flush=True)
                    wrong += 1
            seed += 1
            if time.monotonic() >= end:
                break
    print(f"{count} tries, {lab.runs} runs of the analyzer, {wrong} failures")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
