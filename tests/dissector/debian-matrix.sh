#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds and tests the plugin against newer Wireshark releases, each in a throw-away Debian tree:
#
#   sudo tests/dissector/debian-matrix.sh [SUITE…]        (trixie: 4.4, sid: 4.6)
#
# Needs root, debootstrap and a Debian mirror. A suite that cannot be had is reported as NOT RUN, and the exit status is
# then 77, unless something failed (1); 0 means that every suite was built and passed. MIRROR chooses the mirror; with
# TREES=folder the trees are kept there and used again.
set -uo pipefail

source=$(cd "$(dirname "$0")/../.." && pwd)
mirror=${MIRROR:-http://deb.debian.org/debian}
keep=${TREES:-}
trees=${keep:-$(mktemp -d /var/tmp/gtupd-matrix-XXXXXX)}
packages=(cmake ninja-build gcc libc6-dev pkg-config libglib2.0-dev libpcap-dev libjson-glib-dev libarchive-dev
  libgcrypt20-dev
  libwireshark-dev libwsutil-dev libwiretap-dev wireshark-dev tshark wireshark-common util-linux)
suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(trixie sid)
status=0
report=()

finish() {
  [ -n "$keep" ] || rm -rf --one-file-system "$trees"
}
trap finish EXIT

# A mirror that stands still would otherwise refuse its own index after a few days; the packages stay signed.
tree_apt() {
  chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Check-Valid-Until=false "${@:2}"
}

make_tree() {
  local tree=$1 suite=$2
  [ ! -e "$tree/.ready" ] || return 0
  debootstrap --variant=minbase "$suite" "$tree" "$mirror" &&
    tree_apt "$tree" update &&
    tree_apt "$tree" install -y --no-install-recommends "${packages[@]}" &&
    { tree_apt "$tree" install -y --no-install-recommends libhtp-dev || true; } && # gone from unstable; not needed
    touch "$tree/.ready"
}

build_and_test() {
  local tree=$1
  rm -rf "$tree/src" "$tree/build"
  mkdir "$tree/src"
  tar -C "$source" --exclude='./build*' --exclude=./.git -c . | tar -C "$tree/src" -x --no-same-owner
  chroot "$tree" env LC_ALL=C.UTF-8 bash -euc '
    cmake -G Ninja -S /src -B /build -DGTUPD_PLUGIN=ON
    ninja -C /build gtupd_plugin gtupd-analyzer dissector-tests
    tshark --version | head -n 1
    ctest --test-dir /build -L dissector --no-tests=error --output-on-failure'
}

verdict() {
  report+=("$1: $2")
  [ "$3" -eq 0 ] || { [ "$status" -eq 1 ] || status=$3; }
}

for suite in "${suites[@]}"; do
  tree=$trees/$suite
  log=$trees/$suite.log
  if [ "$(id -u)" -ne 0 ]; then
    verdict "$suite" "NOT RUN: needs root" 77
  elif ! command -v debootstrap >/dev/null; then
    verdict "$suite" "NOT RUN: debootstrap is not installed" 77
  elif ! make_tree "$tree" "$suite" >"$log" 2>&1; then
    verdict "$suite" "NOT RUN: the tree cannot be had ($(tail -n 1 "$log"))" 77
  elif ! build_and_test "$tree" >"$log" 2>&1; then
    tail -n 40 "$log"
    verdict "$suite" "FAILED" 1
  else
    verdict "$suite" "passed, $(grep -m 1 '^TShark' "$log")" 0
  fi
done
printf '%s\n' "${report[@]}"
exit "$status"
