#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks the analyzer, and prints what that cost it.

run.py BUILD-FOLDER [--size=N] [--attack=NAME]… [--format=NAME]… makes each attack with N things (some with a share of it)
and with a quarter of that, has both analysed in each format, and prints a table in Markdown. It fails where a run

  - took more than 256 MiB at its peak,
  - took more processor time than goes with four times as many things, or never came to an end,
  - gave no report, or another status than 0, or
  - names other limits than another format's report, but for those of what a report keeps and lines need not.

run.py BUILD-FOLDER --reach makes just so much of each attack that its limit is reached, and looks whether that is told.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

PEAK_MAX = 256      # MiB
RATIO_MAX = 7       # of processor time, four times as many things to so many
NOISE = 0.4         # seconds below which a ratio says nothing
PATIENCE = 300      # seconds

# What one thing costs the maker of the capture, and the analyzer, differs: so many of them for each of --size.
SHARES = {"endless": 0.1, "early": 0.1, "waiting": 0.5, "updated": 0.2, "updating": 0.2, "updates": 0.2, "attempts": 0.1,
          "requests": 0.2, "visits": 0.5, "keep-alive": 0.5, "endless-head": 0.5, "long-paths": 0.05, "redirects": 0.2, "endless-heads": 0.03, "pipelines": 0.5,
          "neighbours": 0.05, "strangers": 0.05, "crowd": 0.05, "disputes": 0.05, "answers": 0.02, "ftp": 0.5, "ftp-data": 0.2}

FORMATS = {"text": ["-f", "text"], "json": ["-f", "json"], "ndjson": ["-f", "ndjson"], "html": ["-f", "html"],
           "csv": ["-f", "csv"], "live": ["-f", "ndjson", "-"]}


# Written while the captures are read; and limits of what other formats keep till then.
LINES = {"ndjson", "live"}
KEPT = {"events", "updates", "findings"}

# How many things reach a limit, and which one: the report names at least this, and of nothing that has lost nothing.
REACHED = [
    ("syns", 70000, ""), ("handshakes", 70000, ""), ("beginnings", 70000, "flows"), ("flows", 33000, "channels"),
    ("pairs", 33000, "channels"), ("endless", 1500, "stream-bytes"), ("early", 12000, "stream-bytes"),
    ("holes", 45000, "stream-bytes"), ("backwards", 3000, "stream-bytes"), ("fragments", 300, "fragments"),
    ("gateway", 100100, "devices"), ("updating", 15000, "device-bytes"), ("updates", 30000, "events"),
    ("updated", 30000, "updates"), ("events", 4200, "events"), ("storm", 2500, "findings"),
    ("storm-of-nobody", 2500, "findings"), ("storms", 90000, "findings"), ("unclaimed", 100, "waiting-commands"),
    ("abandoned", 30000, "waiting-commands"), ("waiting", 6000, "waiting-commands"), ("ignored", 300, "waiting-commands"),
    ("gateways", 140000, "gateway-devices"), ("attempts", 40, "transfers"), ("requests", 40, "transfers"),
    ("visits", 17000, "transfers"), ("keep-alive", 4200, "transfers"), ("pipeline", 70, "transfers"),
    ("neighbours", 8300, "transfers"), ("updating", 16500, "transfers"), ("devices", 33000, "channels"),
    ("endless-head", 30, "transfers"), ("redirects", 20, "transfers"), ("servers", 4200, "transfers"),
    ("lookups", 4200, "transfers"), ("ports", 30, "transfers"), ("answers", 60, "transfers"), ("ftp", 20000, "transfers"),
    ("pipelines", 9000, "transfers"), ("endless-heads", 600, "transfers"), ("ftp-data", 4200, "transfers"),
    ("crowd", 1500, "transfers"),
]


class Failure(Exception):
    pass


def analyse(build, stdin, *words, **how):
    """The analyzer's run with these words, under the stopwatch."""
    command = [os.path.join(build, "tests/bench/gtupd-stopwatch"), stdin, os.path.join(build, "bin/gtupd-analyzer"), "-q",
               *words]
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, timeout=PATIENCE, **how)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"not done after {PATIENCE} s") from late


def cost_of(done):
    """Seconds of processor time and peak MiB, as the stopwatch told."""
    _, seconds, peak = done.stdout.split()
    return float(seconds), int(peak) / 1024


class Run:
    """One analysis: seconds of processor time, peak MiB, and the report as a file."""

    def __init__(self, build, capture, name, folder):
        self.report = os.path.join(folder, "report")
        arguments = list(FORMATS[name])
        if arguments[-1] != "-":
            arguments.append(capture)
        done = analyse(build, capture, "-o", self.report, *arguments)
        if done.returncode != 0:
            raise Failure(f"status {done.returncode}")
        self.cpu, self.peak = cost_of(done)
        self.format = name

    def limits(self):
        """What the report says was dropped; None if this format's report is not looked into."""
        if self.format in ("ndjson", "live"):
            with open(self.report, "rb") as file:
                file.seek(max(0, os.path.getsize(self.report) - 4096))
                return json.loads(file.read().splitlines()[-1]).get("limits", {})
        if self.format == "text":
            told = {}
            with open(self.report, encoding="utf-8") as file:
                for line in file:
                    if line.startswith("LIMIT REACHED "):
                        words = line.split()
                        told[words[2].rstrip(",")] = int(words[3].replace(",", ""))
                    elif line.startswith("Device "):
                        break
            return told
        if self.format == "json":
            with open(self.report, encoding="utf-8") as file:
                totals = file.read(1 << 20).partition('"limits" : ')[2]
            return json.JSONDecoder().raw_decode(totals)[0] if totals else {}
        return None


def make(build, name, count, folder):
    path = os.path.join(folder, f"{name}.pcap")
    subprocess.run([os.path.join(build, "tests/limits/gtupd-attack"), name, str(count), path], check=True)
    return path


def attacks(build):
    told = subprocess.run([os.path.join(build, "tests/limits/gtupd-attack")], stdout=subprocess.PIPE, text=True, check=True)
    return dict(line.split("\t") for line in told.stdout.splitlines())


def costs(small, big):
    """Sentences about what is too dear."""
    if big.peak > PEAK_MAX:
        yield f"peak {big.peak:.0f} MiB"
    if big.cpu > NOISE and big.cpu > RATIO_MAX * max(small.cpu, NOISE / RATIO_MAX):
        yield f"{big.cpu / small.cpu:.1f} times the time"


def row(name, count, kind, small, big, limits, wrong):
    dropped = ", ".join(f"{key} {value:,}" for key, value in (limits or {}).items())
    ratio = big.cpu / small.cpu if small.cpu > 0 else 0
    print(f"| {name} | {count:,} | {kind} | {big.peak:.0f} | {big.cpu:.2f} | {ratio:.1f} | {dropped} | "
          f"{'; '.join(wrong)} |", flush=True)


def disagree(told, kind):
    """Does another report name other limits than this kind's?"""
    def shared(limits, other):
        return {key: value for key, value in limits.items() if not (key in KEPT and LINES & {kind, other})}
    return any(shared(limits, other) != shared(told[kind], other) for other, limits in told.items())


def attack(build, name, count, formats, folder):
    """How many runs were wrong."""
    paths = {part: make(build, name, part, os.path.join(folder, sub))
             for part, sub in ((max(count // 4, 1), "small"), (count, "big"))}
    faults, told = 0, {}
    for kind in formats:
        try:
            small, big = (Run(build, path, kind, folder) for path in paths.values())
            limits = big.limits()
            wrong = list(costs(small, big))
            if limits is not None:
                told[kind] = limits
                if disagree(told, kind):
                    wrong.append("another report names other limits")
            row(name, count, kind, small, big, limits, wrong)
            faults += bool(wrong)
        except Failure as failure:
            print(f"| {name} | {count:,} | {kind} | | | | | {failure} |", flush=True)
            faults += 1
    for path in paths.values():
        os.remove(path)
    return faults


def conflicts_once(build, folder):
    """GTUPD_MAX_CONFLICTS: of so many pairs of channels each is told once, and further ones are told again; so more
    findings are counted than there are pairs, and fewer than where none were remembered."""
    connections, kinds, rounds = 997, 8, 24
    path = make(build, "conflicts", connections * rounds, folder)
    with open(Run(build, path, "json", folder).report, encoding="utf-8") as file:
        told = json.load(file)["totals"]["findings"]["warning"]
    os.remove(path)
    if not connections * kinds < told < connections * (rounds - 1):
        raise Failure(f"{told} conflicts are told, of {connections * kinds} pairs of channels")


def reach(build, folder):
    """How many limits are reached silently, or at too great a price."""
    faults = 0
    try:
        conflicts_once(build, folder)
    except Failure as failure:
        print(failure, flush=True)
        faults += 1
    for name, count, limit in REACHED:
        path = make(build, name, count, folder)
        try:
            told = []
            for kind in ("json", "text") if count <= 20000 else ("json",):
                run = Run(build, path, kind, folder)
                told.append(run.limits())
                if run.peak > PEAK_MAX:
                    raise Failure(f"peak {run.peak:.0f} MiB")
            if any(limits != told[0] for limits in told):
                raise Failure(f"formats tell different things: {told}")
            if (limit and limit not in told[0]) or (not limit and told[0]):
                raise Failure(f"{told[0]} is told, and it should be {limit or 'nothing'}")
        except Failure as failure:
            print(f"{name} {count}: {failure}", flush=True)
            faults += 1
        os.remove(path)
    print(f"{len(REACHED) + 1} limits, {faults} faults")
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--size", type=int, default=1000000)
    parser.add_argument("--attack", action="append")
    parser.add_argument("--format", action="append", choices=FORMATS)
    parser.add_argument("--reach", action="store_true")
    arguments = parser.parse_args()
    if arguments.reach:
        with tempfile.TemporaryDirectory(dir=os.environ.get("GTUPD_LIMITS_FOLDER")) as folder:
            return 1 if reach(arguments.build, folder) else 0
    known = attacks(arguments.build)
    faults = 0
    print("| attack | things | format | peak MiB | CPU s | n to n/4 | dropped, as reported | wrong |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(dir=os.environ.get("GTUPD_LIMITS_FOLDER")) as folder:
        for sub in ("small", "big"):
            os.mkdir(os.path.join(folder, sub))
        for name in arguments.attack or known:
            count = max(int(arguments.size * SHARES.get(name, 1)), 4)
            faults += attack(arguments.build, name, count, arguments.format or ["text", "json", "ndjson", "html"], folder)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
