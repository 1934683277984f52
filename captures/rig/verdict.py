#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what the analyzer says, not when: two recordings of one scenario differ in every time and packet number.

verdict.py same REPORT EXPECTED       the same devices, updates and rules
verdict.py fault REPORT OUTCOMES RULES  one device, these outcomes, exactly these rules (separated by commas)
verdict.py sober REPORT               no finding above note but of the network's making, and every update succeeded

Reports are gtupd-analyzer's JSON. Exit status 1, and the difference on standard output, if it is not so.
"""

import json
import sys

# What the network does, and no device. A stretched clock makes a minute of every lost packet's resend after a second.
NETWORK = {"transfer-refused", "transfer-stalled"}

Verdict = dict[str, tuple[list[tuple], list[str]]]


def load(path: str) -> dict:
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def rules_of(report: dict, device: str | None) -> list[str]:
    return sorted({f["rule"] for f in report["findings"] if f["device"] == device})


def verdict(report: dict, resends: bool) -> Verdict:
    """By device: its updates (outcome, type, attempts), and the rules met. Resends depend on which packets got lost."""
    result: Verdict = {}
    for device in report["devices"]:
        updates = [(u["outcome"], u["update_type"], u["attempts"]) for u in device["updates"]]
        rules = [r for r in rules_of(report, device["id"]) if resends or r != "message-repeated"]
        result[device["id"]] = (updates, rules)
    strangers = rules_of(report, None)
    if strangers:
        result["(no device)"] = ([], strangers)
    return result


def differences(found: Verdict, expected: Verdict) -> list[str]:
    lines = []
    for device in sorted(found.keys() | expected.keys()):
        if found.get(device) != expected.get(device):
            lines.append(f"{device}: found {found.get(device)}, expected {expected.get(device)}")
    return lines


def same(report: str, expected: str) -> list[str]:
    return differences(verdict(load(report), False), verdict(load(expected), False))


def fault(report_path: str, outcomes: str, rules: str) -> list[str]:
    report = load(report_path)
    found_outcomes = ",".join(u["outcome"] for d in report["devices"] for u in d["updates"])
    expected = set(rules.split(","))
    found = {f["rule"] for f in report["findings"]}
    found_rules = ",".join(sorted(r for r in found if r in expected or r != "transfer-stalled"))
    lines = []
    if found_outcomes != outcomes:
        lines.append(f"outcome {found_outcomes or 'none'}, expected {outcomes}")
    if found_rules != rules:
        lines.append(f"rules {found_rules or 'none'}, expected {rules or 'none'}")
    return lines


def sober(report_path: str) -> list[str]:
    report = load(report_path)
    outcomes = [u["outcome"] for d in report["devices"] for u in d["updates"]]
    lines = [] if outcomes == ["succeeded"] else [f"outcomes {outcomes}"]
    return lines + [
        f"{f['severity']} {f['rule']} in frame {f['frame']}: {f['message']}"
        for f in report["findings"]
        if f["severity"] != "note" and f["rule"] not in NETWORK
    ]


def main() -> int:
    commands = {"same": same, "fault": fault, "sober": sober}
    lines = commands[sys.argv[1]](*sys.argv[2:])
    for line in lines:
        print(line)
    return 1 if lines else 0


sys.exit(main())
