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


def told(analyzer, capture):
    """What the analyzer says of a capture, in the shape of the workload's truth."""
    run = subprocess.run([analyzer, "-q", "--format=json", capture], stdout=subprocess.PIPE, check=True)
    report = json.loads(run.stdout)
    totals = report["totals"]
    counts = {name: totals[name] for name in ("messages", "messages_gtupd", "messages_unfinished", "devices", "updates",
                                              "findings")}
    counts["packets"] = report["captures"][0]["packets"]
    counts["bytes"] = report["captures"][0]["bytes"]
    counts["outcomes"] = collections.Counter(update["outcome"] for device in report["devices"]
                                             for update in device["updates"])
    return counts


def differences(analyzer, capture):
    """One line for each number that is not what it should be."""
    with open(capture + ".json", encoding="utf-8") as file:
        truth = json.load(file)
    truth.pop("workload")
    truth["outcomes"] = {outcome: count for outcome, count in truth["outcomes"].items() if count}
    counts = told(analyzer, capture)
    return [f"{name}: {counts[name]}, and it is {truth[name]}" for name in truth if counts[name] != truth[name]]


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
