#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Which lines the tests of the rooms run, and that they are enough: coverage.sh [BUILD]
#
# Builds with GCC's counters, runs the unit and golden tests, prints a line a file, and fails where a room has less than
# its share. Needs gcovr.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build-coverage}

# Room, and the least percentage of its lines.
shares='protocol 95
engine 90
analyzer 85'

cmake --preset coverage -B "$build" >/dev/null
ninja -C "$build" gtupd-analyzer gtupd-transcript tests/{protocol,engine,analyzer,captures}/all >/dev/null
find "$build" -name '*.gcda' -delete
ctest --test-dir "$build" -j2 --no-tests=error -R '^(test_|golden-[0-9r]|exchanges|readme|analyzer_live)' \
  -E '^test_(faults|package|script)$' --output-on-failure >"$build/coverage.log" ||
  { tail -n 60 "$build/coverage.log"; exit 1; }

# Of the rooms' own objects: a test that compiles a source once more in another way would confuse gcovr.
status=0
while read -r room share; do
  echo "== $room/, at least $share %"
  gcovr --root . --filter "$room/[^/]*$" --fail-under-line "$share" --print-summary "$build/$room" || status=1
done <<<"$shares"
exit $status
