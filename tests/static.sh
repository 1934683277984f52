#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What reading the code alone finds in what is shipped: static.sh BUILD (configured; its compile_commands.json is read)
#
# cppcheck, clang-tidy (.clang-tidy) and gcc -fanalyzer. Prints what they find, and fails if that is anything. What is no
# fault is told so in the line itself, with the reason.
set -uo pipefail
build=$(realpath "$1")
cd "$(dirname "$0")/.."
jobs=$(nproc)
status=0
mapfile -t files < <(jq -r '.[].file' "$build/compile_commands.json" | sort -u |
  grep -E "^$PWD/(protocol|engine|analyzer|dissector)/[^/]*\.c$")
[ ${#files[@]} -gt 80 ] || { echo "static.sh: only ${#files[@]} files of ours in $build"; exit 1; }

echo "== cppcheck"
cppcheck --project="$build/compile_commands.json" "--file-filter=$PWD/"{protocol,engine,analyzer,dissector}'/*.c' -j "$jobs" --quiet --error-exitcode=1 \
  --enable=warning,performance,portability --inline-suppr --library=gtk --library=posix \
  '-DG_GNUC_PRINTF(a,b)=' '-DG_DEFINE_QUARK(a,b)=' || status=1

# GCC's own options are not all clang's; they change nothing for it.
echo "== clang-tidy"
printf '%s\n' "${files[@]}" | xargs -P "$jobs" -n 2 clang-tidy -p "$build" --quiet \
  --extra-arg=-Wno-ignored-optimization-argument --extra-arg=-Wno-unknown-warning-option 2>/dev/null || status=1

echo "== gcc -fanalyzer"
analyze() {
  local command
  command=$(jq -r --arg file "$1" 'first(.[] | select(.file == $file)) | .command' "$2/compile_commands.json")
  cd "$2" && eval "${command% -o *} -fno-lto -fanalyzer -o /dev/null -c $1"
}
export -f analyze
printf '%s\n' "${files[@]}" | xargs -P "$jobs" -I '{}' bash -c 'analyze {} "$1"' -- "$build" || status=1
exit $status
