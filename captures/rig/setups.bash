# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What an exchange needs for a fault to show: the `setup` column of faults.h. Each takes the device's options.
#
# These runs are stretched: the device goes through everything 60 times faster than a real one, and the capture's
# clock is slowed down by the same factor. So real deadlines (60 s for an ACK, Download Timeout, …) pass in seconds.

url=http://10.77.3.2

setup:plain() {
    stretch=$scale
    backend <<<"GTHBD start type=1 url=$url/mcu.bin"
    device "$@"
}

# The same, where only one long TCP connection shows the fault.
setup:tcp() {
    setup:plain "$@"
}

setup:missing() {
    stretch=$scale
    backend <<<"GTHBD start type=1 url=$url/no-such.bin"
    device "$@"
}

# One retry, so two attempts.
setup:missing-2() {
    stretch=$scale
    backend <<<"GTHBD start retry=1 type=1 url=$url/no-such.bin"
    device "$@"
}

# Slower than the shortest Download Timeout allows.
setup:slow() {
    stretch=$scale
    backend <<<"GTHBD start timeout=5 type=1 url=$url/crawl/mcu.bin"
    device "$@"
}

setup:stop-early() {
    stretch=$scale
    backend <<SCRIPT
GTHBD start type=1 url=$url/mcu.bin
1X0 +0.1 stop
SCRIPT
    device "$@"
}

setup:stop-late() {
    stretch=$scale
    backend <<SCRIPT
GTHBD start type=1 url=$url/mcu.bin
2X1 +0.1 stop
SCRIPT
    device "$@"
}

setup:start-twice() {
    stretch=$scale
    backend <<SCRIPT
GTHBD start type=1 url=$url/slow/mcu.bin
2X0 +0.3 start type=1 url=$url/mcu.bin
SCRIPT
    device "$@"
}

setup:sms() {
    stretch=$scale
    backend </dev/null
    device --sms="AT+GTUPD=cv200,0,0,5,0,,,$url/mcu.bin,,1,,,,0001\$" "$@"
}

# --- what a backend does wrong: outcome, rules, and the script; rows for `rig faults` as those of faults.h ---

backend_faults=(
    'backend-serial-constant|succeeded,succeeded|serial-reused'
    'backend-serial-jump|succeeded,succeeded|serial-gap'
    'backend-again|succeeded|message-repeated'
    'backend-start-twice|succeeded|command-repeated'
    'backend-start-busy|succeeded|start-while-busy'
    'backend-stop-idle|succeeded|stop-without-update'
    'backend-stop-late|succeeded|stop-too-late'
    'backend-other-command|succeeded|command-during-update'
    'backend-wrong-scheme|refused|url-scheme-mismatch'
    'backend-wrong-type|refused|field-invalid'
    'backend-comma|succeeded|url-ambiguous'
    'backend-sibling|succeeded|sibling-layout'
    'backend-wrong-password|unanswered|ack-missing'
    'backend-no-sack|succeeded|message-repeated'
)

setup:backend-serial-constant() {
    stretch=$scale
    backend <<SCRIPT
GTHBD start type=1 serial=FFFF url=$url/mcu.bin
GTFRI +0.1 start type=0 serial=FFFF url=$url/apk2.bin
SCRIPT
    make_package apk2.bin 0 0108 0109 20000
    device --updates=2 "$@"
}

setup:backend-serial-jump() {
    stretch=$scale
    backend <<SCRIPT
GTHBD start type=1 url=$url/mcu.bin
GTFRI +0.1 start type=0 serial=0009 url=$url/apk2.bin
SCRIPT
    make_package apk2.bin 0 0108 0109 20000
    device --updates=2 "$@"
}

setup:backend-again() {
    stretch=$scale
    backend <<SCRIPT
GTHBD start type=1 url=$url/mcu.bin
then again
SCRIPT
    device "$@"
}

setup:backend-start-twice() {
    stretch=$scale
    backend <<SCRIPT
GTHBD start type=1 url=$url/no-such.bin
then start type=1 url=$url/mcu.bin
SCRIPT
    device "$@"
}

setup:backend-start-busy() {
    setup:start-twice "$@"
}

setup:backend-stop-idle() {
    stretch=$scale
    backend <<SCRIPT
GTHBD start type=1 url=$url/mcu.bin
GTFRI stop
SCRIPT
    device "$@"
}

setup:backend-stop-late() {
    setup:stop-late "$@"
}

setup:backend-other-command() {
    stretch=$scale
    backend <<SCRIPT
GTHBD start type=1 url=$url/slow/mcu.bin
2X0 +0.3 send AT+GTRTO=cv200,3,,,,,,%s\$
SCRIPT
    device "$@"
}

setup:backend-wrong-scheme() {
    stretch=$scale
    backend <<<"GTHBD start type=1 protocol=2 url=$url/mcu.bin"
    device "$@"
}

setup:backend-wrong-type() {
    stretch=$scale
    backend <<<"GTHBD start type=7 url=$url/mcu.bin"
    device "$@"
}

setup:backend-comma() {
    stretch=$scale
    cp "$run_dir/www/mcu.bin" "$run_dir/www/mcu,2.bin"
    backend <<<"GTHBD start type=1 url=$url/mcu,2.bin"
    device "$@"
}

setup:backend-sibling() {
    stretch=$scale
    backend <<<"GTHBD start type=1 layout=sibling url=$url/mcu.bin"
    device "$@"
}

setup:backend-wrong-password() {
    stretch=$scale
    backend <<<"GTHBD start password=cv100 type=1 url=$url/mcu.bin"
    device --life=3 "$@"
}

# The device sends each report three times, and what it has not sent before the reboot as +BUFF on a new connection.
setup:backend-no-sack() {
    stretch=$scale
    backend <<<"GTHBD start type=1 url=$url/mcu.bin"
    device --sack --resends=2 "$@"
}

# --- the device without fault, as its seed makes it ---

# SEED: every transport, with and without loss, with and without +SACK, all Update Types, and a first attempt that fails.
setup:sober() {
    local seed=$1 modes=(tcp tcp-short udp) types=('1 mcu.bin' '0 apk.bin' '11 platform.bin') type file
    local options=(--seed="$seed" --mode="${modes[seed % 3]}") backend_options=(--resend)
    read -r type file <<<"${types[seed / 3 % 3]}"
    stretch=$scale
    if ((seed / 3 % 2)); then
        lose 10
    fi
    if ((seed / 6 % 2)); then
        options+=(--sack --resends=9)
        backend_options+=(--sack)
    fi
    if ((seed % 4 == 0)); then
        file=late.bin
        publish_late "${types[seed / 3 % 3]#* }" &
    fi
    backend "${backend_options[@]}" <<<"GTHBD start retry=3 timeout=30 type=$type url=$url/$file"
    device "${options[@]}"
}

# FILE: there under the name late.bin as soon as it has been asked for in vain.
publish_late() {
    patience 60 grep -q late.bin "$run_dir/nginx.log"
    ln "$run_dir/www/$1" "$run_dir/www/late.bin"
}
