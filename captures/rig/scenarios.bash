# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The scenarios that are recorded and committed: captures/rig-NAME.pcap. Each is a line for `rig list` and a function.
# The capture keeps real times; the devices do everything 60 times faster than real ones, Download Timeout included.

declare -A scenarios=(
    [http-success]='success over HTTP'
    [ftp-success]='success over FTP'
    [ipv6-success]='success over IPv6'
    [short-connections]='success, a TCP connection for each message'
    [http-404]='the package is not there; one retry'
    [http-wrong-credentials]='401 to wrong credentials'
    [ftp-login-refused]='the FTP server refuses the login'
    [ftp-missing]='the FTP server does not have the file'
    [http-stalled]='the server stalls in mid-transfer until Download Timeout; one retry'
    [http-slow]='a slow server, still in time'
    [http-cut]='the transfer is cut in the middle; the retry succeeds'
    [ftp-cut]='the same over FTP, and no retry'
    [wrong-base]='the package is for another version'
    [corrupt-package]='the package is damaged: the update fails'
    [stopped]='the backend stops the update in the download'
    [backend-restart]='the backend restarts in the download; its commands and reports go on afterwards'
    [packet-loss]='10 % packet loss over TCP'
    [never-back]='the device never comes back after 3X0'
    [udp-loss]='UDP with 20 % loss: commands and reports are sent again until +SACK'
    [outage]='the device loses its connection in the download, and sends +BUFF later'
    [ten-devices]='ten devices at once, three of them failing differently'
    [busy-refused]='a second start in the download is refused'
)

scenario:http-success() {
    backend <<<"GTHBD start type=0 url=$url/apk.bin"
    device --seed=1
}

scenario:ftp-success() {
    backend <<<"GTHBD start type=1 user=ftp pass=x1 url=ftp://10.77.3.2/mcu.bin"
    device --seed=2
}

scenario:ipv6-success() {
    server="[fd77:2::2]:5000"
    backend <<<"GTHBD start type=11 url=http://[fd77:3::2]/platform.bin"
    device --seed=3
}

scenario:short-connections() {
    backend --sack <<<"GTHBD start type=1 url=$url/mcu.bin"
    device --seed=4 --mode=tcp-short --sack
}

scenario:http-404() {
    backend <<<"GTHBD start retry=1 type=1 url=$url/no-such.bin"
    device --seed=5
}

scenario:http-wrong-credentials() {
    backend <<<"GTHBD start type=1 user=fleet pass=wrong url=$url/private/mcu.bin"
    device --seed=6
}

scenario:ftp-login-refused() {
    backend <<<"GTHBD start type=1 user=fleet pass=wrong url=ftp://10.77.3.2/mcu.bin"
    device --seed=7
}

scenario:ftp-missing() {
    backend <<<"GTHBD start type=1 url=ftp://10.77.3.2/no-such.bin"
    device --seed=8
}

scenario:http-stalled() {
    backend <<<"GTHBD start retry=1 timeout=5 type=1 url=$url/crawl/mcu.bin"
    device --seed=9
    await ',210,'
    sleep 1
    kill -STOP "$(http_worker)"
}

scenario:http-slow() {
    backend <<<"GTHBD start timeout=5 type=1 url=$url/slow/mcu.bin"
    device --seed=10
}

scenario:http-cut() {
    backend <<<"GTHBD start retry=2 type=1 url=$url/slow/mcu.bin"
    device --seed=11
    await ',210,'
    sleep 1
    kill -KILL "$(http_worker)"
}

scenario:ftp-cut() {
    backend <<<"GTHBD start type=1 url=ftp://10.77.3.2/mcu.bin"
    device --seed=12
    await ',210,'
    sleep 0.8
    ftp_sessions | xargs kill -KILL
}

scenario:wrong-base() {
    backend <<<"GTHBD start type=1 url=$url/old-base.bin"
    device --seed=13
}

scenario:corrupt-package() {
    backend <<<"GTHBD start type=1 url=$url/corrupt.bin"
    device --seed=14
}

scenario:stopped() {
    backend <<SCRIPT
GTHBD start type=1 url=$url/slow/mcu.bin
2X0 +0.5 stop
SCRIPT
    device --seed=15
}

scenario:backend-restart() {
    backend <<SCRIPT
GTHBD start type=1 url=$url/slow/mcu.bin
2X0 +0.3 restart 3
GTFRI send AT+GTRTO=cv200,8,,,,,,%s\$
SCRIPT
    device --seed=16
}

scenario:packet-loss() {
    lose 10
    backend <<<"GTHBD start timeout=30 type=1 url=$url/mcu.bin"
    device --seed=17
}

scenario:never-back() {
    backend <<<"GTHBD start type=1 url=$url/small.bin"
    device --seed=18 --fault=vanish
}

scenario:udp-loss() {
    lose 20
    backend --sack --resend <<<"GTHBD start timeout=30 type=1 url=$url/small.bin"
    device --seed=19 --mode=udp --sack --resends=9
}

scenario:outage() {
    backend <<<"GTHBD start type=1 url=$url/small.bin"
    device --seed=20 --fault=outage
}

# The second asks for a file that is not there, the fifth refuses, the eighth fails to install.
scenario:ten-devices() {
    local number fault
    backend <<SCRIPT
GTHBD start type=1 url=$url/small.bin
[866884040001026]
GTHBD start retry=1 type=1 url=$url/no-such.bin
SCRIPT
    for number in {1..10}; do
        case $number in
        5) fault=(--fault=refuse) ;;
        8) fault=(--fault=update-fails) ;;
        *) fault=() ;;
        esac
        device --seed=$((100 + number)) "${fault[@]}"
    done
}

scenario:busy-refused() {
    backend <<SCRIPT
GTHBD start type=1 url=$url/slow/mcu.bin
2X0 +0.3 start type=1 url=$url/apk.bin
SCRIPT
    device --seed=21 --plain
}
