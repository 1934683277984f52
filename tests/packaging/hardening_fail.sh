#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Can the check of hardening fail? hardening_fail.sh CHECK COMPILER SCRATCH
#
# Builds a program that has nothing of it: each lack must be named.
set -euo pipefail
check=$1 compiler=$2 scratch=$3

rm -rf "$scratch"
mkdir -p "$scratch"
cat >"$scratch/weak.c" <<'C'
#include <string.h>
int main(int argc, char **argv)
{
    char bytes[8];
    strcpy(bytes, argv[argc - 1]);
    return bytes[0];
}
C
"$compiler" -O1 -w -fno-pie -no-pie -fno-stack-protector -U_FORTIFY_SOURCE -fcf-protection=none -Wl,-z,norelro -Wl,-z,lazy \
  -Wl,-z,execstack -Wl,-rpath,/nowhere -o "$scratch/weak" "$scratch/weak.c"
if found=$(bash "$check" "$scratch/weak"); then
  echo "a program without hardening passes"
  exit 1
fi
for lack in "not position-independent" "no RELRO" "not bound at once" "its stack may be run" "a path of its own" \
  "no stack protector" "no _FORTIFY_SOURCE" "no control-flow protection"; do
  [[ $lack != "no control-flow"* || $(uname -m) == x86_64 ]] || continue
  grep -qF "$lack" <<<"$found" || { echo "not found out: $lack in"; echo "$found"; exit 1; }
done
