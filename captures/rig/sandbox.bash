# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# One run of the rig: a network of its own, real file servers in it, a capture at its router.
#
#   device 10.77.1.2 ── 10.77.1.1 router 10.77.2.1 ── 10.77.2.2 backend
#          fd77:1::2    (capture) 10.77.3.1 ── 10.77.3.2 files
#
# Everything lives in network, process and mount namespaces of this run: when its first process ends, the kernel kills
# the others, interfaces vanish, and so do the files, which stand in a tmpfs that nobody else sees.

run_dir=/run/rig # in the run's own tmpfs

# --- network ---

# A link between the router and one other namespace: NAME NET
link_up() {
    local name=$1 net=$2
    ip netns add "$name"
    ip link add "$name" netns router type veth peer name eth0 netns "$name"
    local end
    for end in "router $name 1" "$name eth0 2"; do
        local space interface host
        read -r space interface host <<<"$end"
        ip -n "$space" address add "10.77.$net.$host/24" dev "$interface"
        ip -n "$space" address add "fd77:$net::$host/64" dev "$interface" nodad
        # Segments in the capture are those on a wire, with checksums.
        ip netns exec "$space" ethtool -K "$interface" tx off tso off gso off gro off >/dev/null
        ip -n "$space" link set "$interface" up
        ip -n "$space" link set lo up
    done
    ip -n "$name" route add default via "10.77.$net.1"
    ip -n "$name" route add default via "fd77:$net::1"
}

network_up() {
    mount -t tmpfs rig /run/netns
    mount -t tmpfs rig "$run_dir"
    mkdir "$run_dir/www" "$run_dir/empty"
    ip netns add router
    link_up device 1
    link_up backend 2
    link_up files 3
    ip netns exec router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# The router loses so many of a hundred packets.
lose() {
    ip netns exec router nft -f - <<NFT
table inet rig {
    chain forward {
        type filter hook forward priority 0
        numgen random mod 100 < $1 counter drop
    }
}
NFT
}

# --- file servers ---

# A package: FILE TYPE BASE VERSION BYTES
make_package() {
    local file=$1 type=$2 base=$3 version=$4 size=$5 sum
    yes "CV200 firmware $version" | head -c "$size" >"$run_dir/image" || true
    sum=$(sha256sum <"$run_dir/image")
    {
        echo "CV200-PACKAGE type=$type base=$base version=$version size=$size sha256=${sum%% *}"
        cat "$run_dir/image"
    } >"$run_dir/www/$file"
}

packages_up() {
    make_package mcu.bin 1 0107 0108 100000
    make_package apk.bin 0 0107 0109 100000
    make_package platform.bin 11 0107 0200 100000
    make_package small.bin 1 0107 0108 20000
    make_package old-base.bin 1 0105 0106 20000
    make_package corrupt.bin 1 0107 0108 20000
    printf '!' | dd of="$run_dir/www/corrupt.bin" bs=1 seek=10000 conv=notrunc status=none
}

http_up() {
    echo 'fleet:{PLAIN}s3cret' >"$run_dir/htpasswd"
    cat >"$run_dir/nginx.conf" <<NGINX
daemon off;
user root;
worker_processes 1;
pid $run_dir/nginx.pid;
error_log $run_dir/nginx.log;
events { worker_connections 64; }
http {
    access_log off;
    default_type application/octet-stream;
    client_body_temp_path $run_dir/nginx-body;
    proxy_temp_path $run_dir/nginx-proxy;
    fastcgi_temp_path $run_dir/nginx-fastcgi;
    uwsgi_temp_path $run_dir/nginx-uwsgi;
    scgi_temp_path $run_dir/nginx-scgi;
    server {
        listen 80;
        listen [::]:80;
        root $run_dir/www;
        location /slow/ { alias $run_dir/www/; limit_rate 40k; sendfile_max_chunk 4k; }
        location /crawl/ { alias $run_dir/www/; limit_rate 14k; sendfile_max_chunk 4k; }
        location /private/ {
            alias $run_dir/www/;
            auth_basic "firmware";
            auth_basic_user_file $run_dir/htpasswd;
        }
    }
}
NGINX
    ip netns exec files nginx -c "$run_dir/nginx.conf" -e "$run_dir/nginx.log" &
    wait_for_port files 80
}

# Anonymous only: any other name is refused. vsftpd wants a user whose home directory exists: daemon's does.
ftp_up() {
    cat >"$run_dir/vsftpd.conf" <<VSFTPD
listen=YES
background=NO
anonymous_enable=YES
local_enable=NO
no_anon_password=YES
anon_root=$run_dir/www
anon_max_rate=40000
ftp_username=daemon
nopriv_user=nobody
secure_chroot_dir=$run_dir/empty
seccomp_sandbox=NO
xferlog_enable=NO
VSFTPD
    ip netns exec files vsftpd "$run_dir/vsftpd.conf" &
    ftp_pid=$!
    wait_for_port files 21
}

# The process that serves transfers; the master starts another if it dies.
http_worker() {
    pgrep -P "$(<"$run_dir/nginx.pid")"
}

# The processes that serve sessions, the listener aside.
ftp_sessions() {
    pgrep vsftpd | grep -vx "$ftp_pid"
}

# --- waiting, never for ever ---

# Up to SECONDS for the command to succeed: SECONDS COMMAND…
patience() {
    local turns=$(($1 * 20))
    shift
    until "$@"; do
        ((turns-- > 0)) || die "waited too long for: $*"
        sleep 0.05
    done
}

# 127.0.0.1 of the namespace answers on the port.
port_open() {
    ip netns exec "$1" bash -c "exec 3<>/dev/tcp/127.0.0.1/$2" 2>/dev/null
}

wait_for_port() {
    patience 10 port_open "$@"
}

heard() {
    grep -Eq -- "$1" "$run_dir/backend.log"
}

# Until the backend has heard, or done, what the pattern says.
await() {
    patience 60 heard "$1"
}

# --- the parties ---

# OPTION…; the script is standard input
backend() {
    cat >"$run_dir/script"
    ip netns exec backend "$bin_dir/gtupd-backend" --life=300 "$@" "$run_dir/script" >"$run_dir/backend.log" 2>&1 &
    patience 10 heard '! listening'
}

devices=()

# OPTION…
device() {
    local log="$run_dir/device-$((${#devices[@]} + 1)).log"
    local clock=()
    [[ $stretch == 1 ]] || clock=(--scaled-clock)
    ip netns exec device "$bin_dir/gtupd-device" --server="$server" --time-scale="$scale" --life=240 "${clock[@]}" \
        "$@" >"$log" 2>&1 &
    devices+=($!)
}

# --- the capture ---

tap_on() {
    ip netns exec router tcpdump -i "$tap" -s 0 -U --immediate-mode -Z root -w "$run_dir/run.pcap" \
        'tcp or udp or icmp' 2>"$run_dir/tcpdump.log" &
    tap_pid=$!
    patience 10 grep -q 'listening on' "$run_dir/tcpdump.log"
}

tap_off() {
    sleep 0.3
    kill -INT "$tap_pid"
    wait "$tap_pid" || true
}

# --- a run ---

# Does this machine have what a run needs of the kernel?
sandbox_probe() {
    tap=device
    network_up
    lose 1
    tap_on
    tap_off
}

# FUNCTION [WORD…]: records what the function does into run.pcap. The function may set these before anything else.
sandbox_run() {
    scale=60                # how much faster than real devices
    stretch=1               # how much slower the capture's clock is made afterwards
    tap=device              # the router's interface where packets are captured
    server=10.77.2.2:5000   # the backend, for devices
    network_up
    packages_up
    http_up
    ftp_up
    tap_on
    "$@"
    wait "${devices[@]}"
    tap_off
    if [[ $stretch != 1 ]]; then
        python3 "$rig_dir/stretch.py" "$stretch" "$run_dir/run.pcap"
    fi
}
