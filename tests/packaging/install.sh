#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is installed runs from wherever it is carried to, and nothing lands outside DESTDIR: install.sh BUILD SOURCE SCRATCH
set -euo pipefail
build=$1 source=$2 scratch=$3

rm -rf "$scratch"
mkdir -p "$scratch"
DESTDIR=$scratch/stage cmake --install "$build" --prefix /opt/gtupd >/dev/null
[ "$(ls -A "$scratch/stage")" = opt ]
[ "$(ls -A "$scratch/stage/opt")" = gtupd ]

mv "$scratch/stage/opt/gtupd" "$scratch/carried away"
"$scratch/carried away/bin/gtupd-analyzer" "$source/captures/10-download-failed.pcap" | grep -q '^The update failed'
! grep -rlF -e "$scratch" "$scratch/carried away" || { echo "a path of this build stands in what was installed"; exit 1; }
! readelf -d "$scratch/carried away/bin/gtupd-analyzer" | grep -E 'R(UN)?PATH'
