#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The packages: what is in them, what they depend on, and that lintian finds no error: packages.sh BUILD SCRATCH
# Exit status 77 where the tools to make them are not there.
set -euo pipefail
build=$1 scratch=$2

for tool in cpack dpkg-deb dpkg-shlibdeps; do
  command -v $tool >/dev/null || { echo "SKIP: no $tool here"; exit 77; }
done

expect() { # what it is, its text, the words that must stand there
  local word
  for word in "${@:3}"; do
    grep -qF -e "$word" <<<"$2" || { echo "$1: no $word in"; echo "$2"; exit 1; }
  done
}

pack() {
  cpack -G "$1" --config "$build/CPackConfig.cmake" -B "$scratch" -D CPACK_OUTPUT_FILE_PREFIX="$scratch" >"$scratch/$1.log" 2>&1 ||
    { cat "$scratch/$1.log"; exit 1; }
}

rm -rf "$scratch"
mkdir -p "$scratch"
pack DEB
analyzer=$(echo "$scratch"/gtupd-analyzer_*.deb)
expect "analyzer package" "$(dpkg-deb -c "$analyzer")" ./usr/bin/gtupd-analyzer man1/gtupd-analyzer.1.gz man7/gtupd.7.gz bash-completion/completions/gtupd-analyzer zsh/vendor-completions/_gtupd-analyzer gtupd-report-1.schema.json changelog.Debian.gz copyright
expect "its dependencies" "$(dpkg-deb -f "$analyzer" Depends)" libpcap libglib libseccomp

# A build without Wireshark's development files has no plugin.
if [ -d "$build/plugins" ]; then
  series=$(ls "$build/plugins")
  plugin=$(echo "$scratch"/wireshark-plugin-gtupd_*.deb)
  expect "plugin package" "$(dpkg-deb -c "$plugin")" "wireshark/plugins/$series/epan/gtupd.so" \
    ./usr/share/wireshark/profiles/GTUPD/colorfilters
  expect "its dependencies" "$(dpkg-deb -f "$plugin" Depends)" "wireshark-common (>= $series)" \
    "wireshark-common (<< ${series%.*}.$((${series#*.} + 1))~)"
fi

if command -v lintian >/dev/null; then
  lintian --fail-on error --allow-root "$scratch"/*.deb
else
  echo "no lintian here: the packages are not checked by it"
fi
if command -v rpmbuild >/dev/null; then
  pack RPM
  expect "RPM" "$(rpm -qpl "$scratch"/gtupd-analyzer-*.rpm)" /usr/bin/gtupd-analyzer
else
  echo "no rpmbuild here: no RPM was made"
fi
