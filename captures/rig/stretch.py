#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Slows a capture's clock: stretch.py FACTOR FILE. A pcap file with microseconds, as tcpdump writes it, in place."""

import struct
import sys


def stretch(data: bytes, factor: int) -> bytes:
    header, record = struct.Struct("<IHHiIII"), struct.Struct("<IIII")
    if header.unpack_from(data)[0] != 0xA1B2C3D4:
        raise SystemExit("stretch.py: not a little-endian pcap file with microseconds")
    out, place, first = bytearray(data), header.size, None
    while place < len(data):
        seconds, micros, length, _ = record.unpack_from(data, place)
        time = seconds * 1_000_000 + micros
        first = time if first is None else first
        struct.pack_into("<II", out, place, *divmod(first + (time - first) * factor, 1_000_000))
        place += record.size + length
    return bytes(out)


def main() -> None:
    factor, path = int(sys.argv[1]), sys.argv[2]
    with open(path, "rb") as file:
        data = file.read()
    with open(path, "wb") as file:
        file.write(stretch(data, factor))


main()
