#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completes command lines as an interactive bash does: completion.bash SCRIPT. Exit status 77 without bash-completion.
set -uo pipefail
library=/usr/share/bash-completion/bash_completion
[ -r $library ] || { echo "SKIP: no bash-completion here"; exit 77; }
cd "$(mktemp -d)" || exit 1
trap 'rm -r "$PWD"' EXIT
touch night.pcap0 one.pcapng.gz notes.txt

set +u
# shellcheck disable=SC1090,SC1091
source $library
# shellcheck disable=SC1090
source "$1"
status=0

# What was typed behind the program's name, and what must be offered, in any order. Readline makes = a word.
completes() {
  read -ra COMP_WORDS <<<"gtupd-analyzer ${1//=/ = }"
  [[ $1 == '' ]] && COMP_WORDS+=("")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMP_LINE="gtupd-analyzer $1" COMP_POINT=$((15 + ${#1})) COMPREPLY=()
  _gtupd_analyzer 2>/dev/null
  local offered
  offered=$(printf '%s\n' "${COMPREPLY[@]}" | sort | xargs)
  [ "$offered" = "$2" ] || { echo "\"$1\" is completed by \"$offered\", not by \"$2\""; status=1; }
}

completes '--ver' '--verbose --version'
completes '--form' '--format='
completes '-f n' 'ndjson'
completes '--format=h' 'html'
completes '--min-severity=' 'error note warning'
completes '--explain=transfer-u' 'transfer-url-differs'
completes '--outcome=no' 'no-result'
completes '-o not' 'notes.txt'
completes '' 'night.pcap0 one.pcapng.gz'
completes '-q n' 'night.pcap0'
exit $status
