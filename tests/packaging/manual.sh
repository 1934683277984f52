#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The pages and completions tell what the program and the plugin are: manual.sh ANALYZER FOLDER [PLUGINS TSHARK]
# Exit status 77 where a page cannot be shown.
set -euo pipefail
analyzer=$1 folder=$2
command -v man >/dev/null || { echo "SKIP: no man here"; exit 77; }
export LC_ALL=C.UTF-8 MANWIDTH=100

show() {
  local complaints
  complaints=$(man --warnings -l -E UTF-8 -Z "$folder/$1" 2>&1 >/dev/null)
  [ -z "$complaints" ] || { echo "$1: $complaints"; exit 1; }
  man -l "$folder/$1" | cat
}

expect() { # where, what it must hold
  grep -qF -e "$2" <<<"${!1}" || { echo "$1 does not tell of $2"; exit 1; }
}

program=$(show gtupd-analyzer.1)
subject=$(show gtupd.7)
bash=$(cat "$folder/gtupd-analyzer.bash")
zsh=$(cat "$folder/_gtupd-analyzer")
for option in $("$analyzer" --help-all | grep -oE -- '^ {2,6}(-[a-zA-Z], )?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
  for place in program bash zsh; do
    expect $place "$option"
  done
done
for rule in $("$analyzer" --rules --format=json | grep -oP '"id" *: *"\K[^"]+'); do
  for place in subject bash zsh; do
    expect $place "$rule"
  done
done
! command -v zsh >/dev/null || command zsh -n "$folder/_gtupd-analyzer"
[ $# -ge 4 ] || exit 0

# Fields: exactly those that Wireshark knows, with their titles. Run by root, it would load no plugin.
home=$(mktemp -d)
trap 'rm -r "$home"' EXIT
cp -r "$3" "$home/plugins"
chmod -R a+rX "$home"
plain=()
[ "$(id -u)" -ne 0 ] || plain=(setpriv --reuid=65534 --regid=65534 --clear-groups)
"${plain[@]}" env HOME="$home" WIRESHARK_CONFIG_DIR="$home" WIRESHARK_PLUGIN_DIR="$home/plugins" "$4" -G fields 2>/dev/null |
  awk -F '\t' '$1 == "F" && $3 ~ /^(attrack|gtupd)\./ && $3 !~ /^gtupd\.rule\./ { print $3 }' | sort >"$home/known"
grep -oP '^ +\K(attrack|gtupd)\.[a-z_]+(?= \()' <<<"$subject" | sort >"$home/told"
[ -s "$home/known" ] || { echo "tshark knows no field: the plugin did not load"; exit 1; }
diff "$home/known" "$home/told"
