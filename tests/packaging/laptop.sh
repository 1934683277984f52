#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Both packages on a machine that has nothing but Wireshark: laptop.sh TREE SUITE MIRROR FOLDER
#
# TREE is made as a Debian tree of SUITE with tshark, man and bash-completion, or used again; FOLDER holds the two .deb
# files, a sample (sample.pcap) and completion.bash. Installs them, looks at what a user would try first as a plain user,
# removes them, and compares the tree with what it was. Needs root and debootstrap.
set -euo pipefail
tree=$1 suite=$2 mirror=$3 folder=$4

# A mirror that stands still would otherwise refuse its own index after a few days; the packages stay signed.
tree_apt() {
  chroot "$tree" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Check-Valid-Until=false "$@"
}

user() { # a command of a plain user's
  chroot "$tree" setpriv --reuid=65534 --regid=65534 --clear-groups env -i PATH=/usr/bin:/bin HOME=/nonexistent \
    LC_ALL=C.UTF-8 MANWIDTH=80 "$@"
}

# Every file, with its size; package databases, caches and logs aside.
files() {
  (cd "$tree" && find . -xdev \( -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log \
    -o -path ./packages -o -path ./proc -o -path ./sys -o -path ./dev -o -path ./etc/ld.so.cache \) -prune \
    -o -printf '%p %y %s\n' | sed -E 's/ d [0-9]+$/ d/' | sort)
}

shows() { # what, the words that must be there, the command
  local what=$1 words=$2 text
  shift 2
  text=$("$@" 2>&1) || { echo "$what: exit status $?"; echo "$text"; return 1; }
  grep -qF -e "$words" <<<"$text" || { echo "$what: no \"$words\" in"; echo "$text"; return 1; }
  echo "$what: \"$(grep -m1 -F -e "$words" <<<"$text" | xargs -0)\""
}

if [ ! -e "$tree/.ready" ]; then
  debootstrap --variant=minbase "$suite" "$tree" "$mirror"
  tree_apt update
  tree_apt install -y --no-install-recommends tshark man-db bash-completion
  touch "$tree/.ready"
fi
rm -rf "$tree/packages"
cp -r "$folder" "$tree/packages"
chmod -R a+rX "$tree/packages"
files >"$tree.before"

debs=("$tree"/packages/*.deb)
tree_apt install -y --no-install-recommends "${debs[@]#"$tree"}"
user tshark --version | head -n 1
shows "analyses" "The update failed" user gtupd-analyzer /packages/sample.pcap
shows "man gtupd-analyzer" "--min-severity=LEVEL" user man gtupd-analyzer
shows "man gtupd" "gtupd.finding" user man gtupd
user bash /packages/completion.bash /usr/share/bash-completion/completions/gtupd-analyzer
echo "completion completes"
shows "tshark" "retries-not-exhausted" user tshark -2 -r /packages/sample.pcap -T fields -e gtupd.finding
shows "profile" "GTUPD" ls "$tree/usr/share/wireshark/profiles"

tree_apt purge -y gtupd-analyzer wireshark-plugin-gtupd
tree_apt purge -y --auto-remove
rm -rf "$tree/packages"
files >"$tree.after"
diff "$tree.before" "$tree.after"
echo "removal leaves nothing behind"
