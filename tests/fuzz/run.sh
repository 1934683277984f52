#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the fuzz targets: run.sh [MINUTES [TARGET…]]
#
# Each target for so many minutes (default 10; "0.1" is six seconds), all of them unless some are named. Builds with
# clang into build-fuzz/, where each target's corpus grows from run to run in fuzz/corpus/TARGET. What crashes, hangs or
# grows beyond memory is written to fuzz/faults/TARGET-…, and the script fails. CONTRIBUTING.md tells how to go on.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build-fuzz
work=$build/fuzz

minutes=${1:-10}
shift $(($# > 0))
targets=("$@")
[ $# -gt 0 ] || targets=(frame message tracker decap stream transfers capture)
export G_DEBUG=fatal-criticals # what GLib only complains of is a fault, too
seconds=$(awk -v minutes="$minutes" 'BEGIN { printf "%d", minutes * 60 }')

(cd "$root" && cmake --preset fuzz >/dev/null && cmake --build --preset fuzz)

# What the log says under a name, as of libFuzzer's -print_final_stats.
stat_of() { # log, name
  awk -v name="stat::$2:" '$1 == name { print $2 }' "$1"
}

# One target; its line of the summary.
run() { # target
  local target=$1 log=$work/$1.log status=0
  mkdir -p "$work/corpus/$target" "$work/faults"
  "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=1024 \
    -malloc_limit_mb=256 -dict="$here/gtupd.dict" -artifact_prefix="$work/faults/$target-" -print_final_stats=1 \
    "$work/corpus/$target" "$build/tests/fuzz/seeds/$target" "$here/regressions/$target" >"$log" 2>&1 || status=$?
  printf '%-10s %12s executions, %s of the code seen, %s inputs in the corpus, %s MiB%s\n' "$target" \
    "$(stat_of "$log" number_of_executed_units)" "$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 | tr -d a-z:\ ) edges" \
    "$(find "$work/corpus/$target" -type f | wc -l)" "$(stat_of "$log" peak_rss_mb)" \
    "$([ "$status" -eq 0 ] || echo "  FAULT: see $log")"
  return "$status"
}

failed=0
for target in "${targets[@]}"; do
  run "$target" || failed=1
done
exit "$failed"
