#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Is what was built hardened? hardening.sh FILE…
#
# Reads each program or plugin, names what it lacks, and fails if it lacks anything.
set -uo pipefail
status=0

lacks() {
  echo "$file: $1"
  status=1
}

for file in "$@"; do
  header=$(LC_ALL=C readelf -hW "$file") || exit 1
  segments=$(LC_ALL=C readelf -lW "$file")
  dynamic=$(LC_ALL=C readelf -dW "$file")
  symbols=$(LC_ALL=C readelf --dyn-syms -W "$file")

  grep -q 'Type: *DYN' <<<"$header" || lacks "not position-independent"
  if grep -q INTERP <<<"$segments"; then
    grep -q 'FLAGS_1.*PIE' <<<"$dynamic" || lacks "no PIE"
  fi
  grep -q GNU_RELRO <<<"$segments" || lacks "no RELRO"
  grep -qE 'BIND_NOW|FLAGS_1.*NOW' <<<"$dynamic" || lacks "not bound at once: RELRO is not full"
  grep -qE 'GNU_STACK.* RW +0x' <<<"$segments" || lacks "its stack may be run"
  ! grep -qE 'LOAD.* RWE ' <<<"$segments" || lacks "memory that can be both written and run"
  ! grep -q TEXTREL <<<"$dynamic" || lacks "its code is written to when it is loaded"
  ! grep -qE 'R(UN)?PATH' <<<"$dynamic" || lacks "libraries from a path of its own"
  grep -q __stack_chk_fail <<<"$symbols" || lacks "no stack protector"
  grep -qE '__[a-z]+_chk' <<<"${symbols//__stack_chk_fail/}" || lacks "no _FORTIFY_SOURCE"
  if grep -q 'Machine: *Advanced Micro Devices X86-64' <<<"$header"; then
    # The mark in the notes needs a C library that has it too; what can be jumped to begins with this.
    [ "$(objdump -d "$file" | grep -c endbr64)" -gt 100 ] || lacks "no control-flow protection"
  fi
done
exit $status
