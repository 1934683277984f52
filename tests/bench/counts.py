#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The analyzer's counts against what a workload's maker knows of it.

As a program: counts.py ANALYZER WORKLOAD-MAKER NAME SIZE FOLDER makes a workload in FOLDER, has it analysed, compares,
and removes it. Speed is not looked at.
"""
import collections
import json
import os
import subprocess
import sys


COUNTED = ("messages", "messages_gtupd", "messages_unfinished", "devices", "updates", "findings")


def told(analyzer, capture):
    """What the analyzer says of a capture, in the shape of the workload's truth. Needs no memory for its updates."""
    counts, outcomes = {}, collections.Counter()
    with subprocess.Popen([analyzer, "-q", "--format=ndjson", capture], stdout=subprocess.PIPE, text=True) as run:
        for line in run.stdout:
            said = json.loads(line)
            if said["type"] == "update":
                outcomes[said["outcome"]] += 1
            elif said["type"] == "capture":
                counts["packets"], counts["bytes"] = said["packets"], said["bytes"]
            elif said["type"] == "totals":
                counts.update((name, said[name]) for name in COUNTED)
    if run.returncode != 0:
        sys.exit(f"{analyzer}: status {run.returncode}")
    return {**counts, "outcomes": outcomes}


def differences(analyzer, capture):
    """One line for each number that is not what it should be."""
    with open(capture + ".json", encoding="utf-8") as file:
        truth = json.load(file)
    truth.pop("workload")
    truth["outcomes"] = {outcome: count for outcome, count in truth["outcomes"].items() if count}
    counts = told(analyzer, capture)
    return [f"{name}: {counts.get(name)}, and it is {truth[name]}" for name in truth if counts.get(name) != truth[name]]


def make(maker, name, size, folder):
    """The path of a new workload."""
    capture = os.path.join(folder, name + ".pcap")
    subprocess.run([maker, name, size, capture], check=True)
    return capture


def remove(capture):
    for path in (capture, capture + ".json"):
        if os.path.exists(path):
            os.remove(path)


def main():
    analyzer, maker, name, size, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    capture = make(maker, name, size, folder)
    wrong = differences(analyzer, capture)
    remove(capture)
    for line in wrong:
        print(f"{name} {size}: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
