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
# All that is in these rooms' tests but the browser, which runs nothing of ours.
ctest --test-dir "$build" -j2 --output-on-failure --no-tests=error -E '^(analyzer_html|analyzer_slices|bench|rig|packag|install|manual|completion)' >"$build/coverage.log" ||
  { tail -n 60 "$build/coverage.log"; exit 1; }

status=0
while read -r room share; do
  echo "== $room/, at least $share %"
  gcovr --root . --object-directory "$build" --filter "$room/[^/]*$" --exclude-unreachable-branches \
    --fail-under-line "$share" "$build" || status=1
done <<<"$shares"
exit $status
