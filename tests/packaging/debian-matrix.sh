#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Both faces in other Debian releases, with their Wireshark, each in throw-away trees:
#
#   sudo tests/packaging/debian-matrix.sh [SUITE…]        (bookworm: 4.0, trixie: 4.4, sid: 4.6)
#
# In one tree the packages are built, installed, and tested as installed; in another, which has nothing but Wireshark,
# they are what a user's laptop gets (laptop.sh). README's table is made of the results, a row a suite.
#
# Needs root, debootstrap and a Debian mirror. A suite that cannot be had is reported as NOT RUN, and the exit status is
# then 77, unless something failed (1); 0 means that everything passed everywhere. MIRROR chooses the mirror; with
# TREES=folder the trees are kept there and used again.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
mirror=${MIRROR:-http://deb.debian.org/debian}
keep=${TREES:-}
trees=${keep:-$(mktemp -d /var/tmp/gtupd-matrix-XXXXXX)}
mkdir -p "$trees"
packages=(cmake ninja-build gcc libc6-dev pkg-config libglib2.0-dev libpcap-dev libjson-glib-dev libarchive-dev zlib1g-dev
  libzstd-dev liblz4-dev liblzma-dev libgcrypt20-dev libseccomp-dev libwireshark-dev libwsutil-dev libwiretap-dev
  wireshark-dev tshark wireshark-common util-linux
  dpkg-dev file gzip xz-utils zstd lz4 man-db bash-completion lintian)
tests='^(test_(main|sandbox|damaged|parity|shown|statistics|other_version)|golden-.*|install|packages|hardening|manual|completion)$'
suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(bookworm trixie sid)
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
  [ -e "$tree/bin" ] || debootstrap --variant=minbase "$suite" "$tree" "$mirror" || return
  # Of a tree that is kept, the list of packages may have grown.
  if [ "$(cat "$tree/.ready" 2>/dev/null)" != "${packages[*]}" ]; then
    tree_apt "$tree" update &&
      tree_apt "$tree" install -y --no-install-recommends "${packages[@]}" &&
      { tree_apt "$tree" install -y --no-install-recommends libhtp-dev || true; } && # gone from unstable; not needed
      echo "${packages[*]}" >"$tree/.ready"
  fi
}

build_packages() {
  local tree=$1
  rm -rf "$tree/src" "$tree/build"
  mkdir "$tree/src"
  tar -C "$source" --exclude='./build*' --exclude=./.git -c . | tar -C "$tree/src" -x --no-same-owner
  chroot "$tree" env LC_ALL=C.UTF-8 bash -euc '
    cmake -G Ninja -S /src -B /build -DCMAKE_BUILD_TYPE=Release -DGTUPD_TEST_PREFIX=
    ninja -C /build
    cd /build && cpack'
}

test_installed() {
  local tree=$1
  tree_apt "$tree" install -y --reinstall --no-install-recommends /build/packages/gtupd-analyzer.deb \
    /build/packages/wireshark-plugin-gtupd.deb || return
  chroot "$tree" env LC_ALL=C.UTF-8 bash -euc '
    cmake -DGTUPD_TEST_PREFIX=/usr /build
    ninja -C /build
    tshark --version | head -n 1
    ctest --test-dir /build -R "$1" --no-tests=error --output-on-failure' -- "$tests"
  local result=$?
  tree_apt "$tree" purge -y gtupd-analyzer wireshark-plugin-gtupd
  return $result
}

# Names without versions, for apt.
name_packages() {
  local file
  for file in "$1"/build/packages/*_*.deb; do
    mv "$file" "${file%%_*}.deb" || return
  done
}

on_a_laptop() {
  local tree=$1 suite=$2 folder
  folder=$(mktemp -d) || return
  cp "$tree"/build/packages/*.deb "$here/completion.bash" "$folder"
  cp "$source/captures/10-download-failed.pcap" "$folder/sample.pcap"
  "$here/laptop.sh" "$tree-laptop" "$suite" "$mirror" "$folder"
  local result=$?
  rm -r "$folder"
  return $result
}

verdict() { # suite, what is said, exit status
  report+=("$1: $2")
  [ "$3" -eq 0 ] || { [ "$status" -eq 1 ] || status=$3; }
}

# The suite's row of README's table.
tell() { # suite, log
  local wireshark passed
  wireshark=$(grep -m 1 '^TShark' "$2" | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1)
  passed=$(grep -oE '[0-9]+ tests failed out of [0-9]+' "$2" | grep -oE '[0-9]+$' | tail -n 1)
  sed -i -E "/made by: .*debian-matrix/,/end of matrix/ s#^\| $1 .*#| $1 | $wireshark | yes | $passed of $passed | yes |#" \
    "$source/README.md"
}

run() {
  local suite=$1 tree=$trees/$1 log=$trees/$1.log
  if [ "$(id -u)" -ne 0 ]; then
    verdict "$suite" "NOT RUN: needs root" 77
  elif ! command -v debootstrap >/dev/null; then
    verdict "$suite" "NOT RUN: debootstrap is not installed" 77
  elif ! make_tree "$tree" "$suite" >"$log" 2>&1; then
    verdict "$suite" "NOT RUN: the tree cannot be had ($(tail -n 1 "$log"))" 77
  elif ! { build_packages "$tree" && name_packages "$tree" && test_installed "$tree" && on_a_laptop "$tree" "$suite"; } \
    >"$log" 2>&1; then
    tail -n 40 "$log"
    verdict "$suite" "FAILED, see $log" 1
  else
    tell "$suite" "$log"
    verdict "$suite" "passed, $(grep -m 1 '^TShark' "$log")" 0
  fi
}

for suite in "${suites[@]}"; do
  run "$suite"
done
printf '%s\n' "${report[@]}"
exit "$status"
