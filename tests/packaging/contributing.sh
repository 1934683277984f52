#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# CONTRIBUTING.md's worked examples: contributing.sh SOURCE SCRATCH [CMAKE OPTION…]
#
# Applies its diffs to a copy of the tree, builds what its commands name, and runs them.
set -euo pipefail
source=$1 scratch=$2
shift 2
document=$source/CONTRIBUTING.md

# The lines of all code blocks of a language; `marker`: only of those behind this line.
blocks() { # language, marker
  awk -v fence="\`\`\`$1" -v marker="${2-}" '
    $0 == fence && (marker == "" || last == marker) { inside = 1; next }
    /^```$/ { inside = 0 }
    inside { print }
    { last = $0 }' "$document"
}

commands=$(blocks sh '<!-- run -->')
mapfile -t targets < <(grep -oE '^[a-z_-]+' <<<"$commands" | sort -u)
[ "${#targets[@]}" -gt 0 ]

rm -rf "$scratch"
mkdir -p "$scratch/tree"
tar -C "$source" --exclude='./build*' --exclude=./.git -c . | tar -C "$scratch/tree" -x
blocks diff | patch -d "$scratch/tree" -p1 --no-backup-if-mismatch

cmake -G Ninja -S "$scratch/tree" -B "$scratch/build" -DCMAKE_BUILD_TYPE=Debug -DGTUPD_PLUGIN=OFF "$@" >"$scratch/cmake.log" ||
  { cat "$scratch/cmake.log"; exit 1; }
ninja -C "$scratch/build" "${targets[@]}" >"$scratch/build.log" || { tail -n 40 "$scratch/build.log"; exit 1; }

cd "$scratch/tree"
PATH=$(find "$scratch/build" -type f -perm -u+x -printf '%h\n' | sort -u | paste -sd:):$PATH
export PATH LC_ALL=C.UTF-8
bash -euo pipefail -x -c "$commands"
