#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the JSON report of every sample capture against the schema, and its totals against what it lists.

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


def main(analyzer, schema_file, folder):
    schema = json.loads(pathlib.Path(schema_file).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    captures = sorted(str(path) for path in pathlib.Path(folder).glob("*.pcap*"))
    if not captures:
        sys.exit(f"no captures in {folder}")
    failed = False
    for chosen in [[capture] for capture in captures] + [captures]:
        for options in [], ["--show-secrets"]:
            for fault in faults(validator, report(analyzer, chosen, *options)):
                print(f"{' '.join(chosen[:2])} {options}: {fault}")
                failed = True
    sys.exit(failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
