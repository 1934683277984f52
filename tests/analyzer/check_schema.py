#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the JSON report of every sample capture against the schema, and its totals against what it lists; and each
line of the NDJSON report, and that the lines say what the JSON report says.

check_schema.py ANALYZER SCHEMA FOLDER
"""
import json
import pathlib
import subprocess
import sys

import jsonschema


def report(analyzer, captures, *options):
    run = subprocess.run([analyzer, "--format=json", *options, *captures], capture_output=True, check=True)
    return json.loads(run.stdout)


def faults(validator, document):
    for error in validator.iter_errors(document):
        yield f"{error.json_path}: {error.message}"
    counted = {"error": 0, "warning": 0, "note": 0}
    for finding in document["findings"]:
        counted[finding["severity"]] += 1
    if "limits" not in document["totals"] and counted != document["totals"]["findings"]:
        yield f"totals.findings is {document['totals']['findings']}, but {counted} are listed"
    if sum(len(device["updates"]) for device in document["devices"]) != document["totals"]["updates"]:
        yield "totals.updates is not the number of updates listed"


def lines(analyzer, captures, *options):
    run = subprocess.run([analyzer, "--format=ndjson", *options, *captures], capture_output=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def in_order(parts):
    return sorted(json.dumps(part, sort_keys=True) for part in parts)


def line_faults(validator, found, document):
    """What `found`, the lines, say otherwise than `document`, the JSON report."""
    for number, line in enumerate(found):
        for error in validator.iter_errors(line):
            yield f"line {number + 1}: {error.json_path}: {error.message}"
    if [line["type"] for line in found].index("totals") != len(found) - 1:
        yield "totals are not the last line"
    expected = [dict(part, type=kind) for kind in ("capture", "finding") for part in document[f"{kind}s"]]
    expected.append(dict(document["totals"], type="totals", schema=document["schema"], analyzer=document["analyzer"]))
    for device in document["devices"]:
        expected += [dict(update, type="update", device=device["id"]) for update in device["updates"]]
        expected.append({**{name: device[name] for name in device if name != "updates"}, "type": "device"})
    for missing in set(in_order(expected)) ^ set(in_order(found)):
        yield f"is in one report only: {missing}"


def main(analyzer, schema_file, folder):
    schema = json.loads(pathlib.Path(schema_file).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    captures = sorted(str(path) for path in pathlib.Path(folder).glob("*.pcap*"))
    if not captures:
        sys.exit(f"no captures in {folder}")
    line_validator = validator.evolve(schema={"$ref": f"{schema['$id']}#/$defs/line"})
    failed = False
    for chosen in [[capture] for capture in captures] + [captures]:
        for options in [], ["--show-secrets"], ["--rule=count-gap,report-lost"], ["--outcome=succeeded"], ["-u", "2"]:
            document = report(analyzer, chosen, *options)
            found = lines(analyzer, chosen, *options)
            for fault in (*faults(validator, document), *line_faults(line_validator, found, document)):
                print(f"{' '.join(chosen[:2])} {options}: {fault}")
                failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
