#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Attacks the analyzer by what a capture file is, not by its packets: blocks, options, lengths, compression, and words of
the command line. What the file's only update is must be in the report all the same, or standard error must say why not.

files.py BUILD-FOLDER CAPTURE.pcapng [--size=N] [--attack=NAME]… makes each attack with N things (some with a share of it)
and with a quarter of that, and prints a table in Markdown. It fails where a run

  - took more than 256 MiB at its peak,
  - took more processor time than goes with four times as many things, or never came to an end,
  - ended with another status than it should, or without the words that it should say,
  - lost the update of the capture, where nothing keeps it from being read.
"""
import argparse
import json
import lzma
import os
import struct
import subprocess
import sys
import tempfile
import zlib

from run import Failure, analyse, cost_of, costs

DEVICE = "867700040003110"
UNPACKED = 1 << 20  # bytes that one thing of a bomb unpacks to


def block(kind, body):
    """A pcapng block, in the byte order of the samples."""
    length = 12 + len(body)
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def options(*pairs):
    packed = b"".join(struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4) for code, value in pairs)
    return packed + bytes(4)


SECTION = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
INTERFACE = block(1, struct.pack("<HHI", 1, 0, 262144))
COMMENT = (1, b"what a packet this is!!!")


def enhanced(data, more=b""):
    return block(6, struct.pack("<IIIII", 0, 0, 0, len(data), len(data)) + data + bytes(-len(data) % 4) + more)


class Sample:
    """A pcapng capture with one update: the blocks before its packets, and its packets."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.all = file.read()
        at, packets_at = 0, None
        while packets_at is None:
            kind, length = struct.unpack_from("<II", self.all, at)
            if kind == 6:
                packets_at = at
            at += length
        self.head, self.packets = self.all[:packets_at], self.all[packets_at:]

    def pcap(self, snaplen):
        """The same packets as pcap."""
        out, at = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, snaplen, 1)], 0
        while at < len(self.packets):
            kind, length = struct.unpack_from("<II", self.packets, at)
            if kind == 6:
                _, high, low, captured, size = struct.unpack_from("<IIIII", self.packets, at + 8)
                seconds, rest = divmod(high << 32 | low, 10**6)
                out.append(struct.pack("<IIII", seconds, rest * 1000, captured, size))
                out.append(self.packets[at + 28:at + 28 + captured])
            at += length
        return b"".join(out)


# --- Attacks: each writes a file of a sample, and of a number ---

def between(one):
    """So many blocks behind the head."""
    def make(file, sample, count):
        file.write(sample.head)
        chunk = one * 1000
        for _ in range(count // 1000):
            file.write(chunk)
        file.write(one * (count % 1000))
        file.write(sample.packets)
    return make


def many_options(file, sample, count):
    """One packet with so many comments, as far as libpcap reads a block (16 MiB)."""
    file.write(sample.head + enhanced(bytes(60), options(*[COMMENT] * min(count, 500000))) + sample.packets)


def name_records(file, sample, count):
    record = struct.pack("<HH", 1, 16) + b"\x0a\x00\x00\x01files.exam\x00\x00"
    file.write(sample.head)
    for begin in range(0, count, 100000):
        file.write(block(4, record * min(100000, count - begin) + bytes(4)))
    file.write(sample.packets)


def long_block(file, sample, count):
    """A block of so many bytes, which nobody has to understand."""
    file.write(sample.head + struct.pack("<II", 0x0BAD, 12 + count * 4))
    file.truncate(file.tell() + count * 4)
    file.seek(0, os.SEEK_END)
    file.write(struct.pack("<I", 12 + count * 4) + sample.packets)


def sections(file, sample, count):
    file.write((SECTION + INTERFACE) * count + sample.all)


def snaplen(value):
    return lambda file, sample, count: file.write(sample.pcap(value))


def packet_length(value):
    """A pcap whose last packet is as long as this."""
    return lambda file, sample, count: file.write(sample.pcap(262144) + struct.pack("<IIII", 0, 0, value, value) + bytes(100))


def bomb(pack):
    """The sample, and behind it packets of zeros, UNPACKED bytes of them for each thing. Packed once, and said again."""
    def make(file, sample, count):
        packet = enhanced(bytes(UNPACKED // 16 - 32))
        one = pack(packet * 16)
        file.write(pack(sample.all))
        for _ in range(count):
            file.write(one)
    return make


def gzip_member(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def by_program(*command):
    return lambda data: subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


def empty_members(pack):
    def make(file, sample, count):
        file.write(pack(sample.all[:100]) + pack(b"") * count + pack(sample.all[100:]))
    return make


def nested(file, sample, count):
    """A capture compressed again and again."""
    data = sample.all
    for _ in range(min(count, 200)):
        data = gzip_member(data)
    file.write(data)


def endless_name(file, sample, count):
    """A gzip head whose file name does not end before so many bytes."""
    file.write(b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * count + b"\0" + gzip_member(sample.all)[10:])


def skippable(file, sample, count):
    """Frames of zstd that hold nothing, within the capture (RFC 8878, 3.1.2)."""
    pack = by_program("zstd", "-qc")
    file.write(pack(sample.all[:100]) + (struct.pack("<II", 0x184D2A50, 4) + bytes(4)) * count + pack(sample.all[100:]))


def greedy(data):
    return lzma.compress(data, filters=[{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 30}])


def plain(file, sample, count):
    file.write(sample.all)


def devices(count):
    return [f"--device={DEVICE}"] + [f"--device={number:015}" for number in range(count)]


# Name → what there are so many of, share of --size, how it is made, status, words on standard error, is the update kept?
ATTACKS = {
    "interfaces": ("interface blocks", 1, between(INTERFACE), 0, "", True),
    "long-interfaces": ("interface blocks with a name of 8 KB", 0.03,
                        between(block(1, struct.pack("<HHI", 1, 0, 262144) + options((2, b"x" * 8000)))), 0, "", True),
    "comments": ("packets with a comment", 1, between(enhanced(bytes(14), options(COMMENT))), 0, "", True),
    "long-comments": ("packets with a comment of 60 KB", 0.005,
                      between(enhanced(bytes(14), options((1, b"y" * 60000)))), 0, "", True),
    "many-comments": ("comments of one packet, 500,000 at most", 1, many_options, 0, "", True),
    "names": ("name records", 1, name_records, 0, "", True),
    "statistics": ("interface statistics", 1, between(block(5, struct.pack("<III", 0, 0, 0) + options())), 0, "", True),
    "custom": ("custom blocks", 1, between(block(0x0BAD, struct.pack("<I", 32473) + bytes(20))), 0, "", True),
    "long-block": ("words of a custom block", 1, long_block, 0, "", True),
    "longer-block": ("a block of 20 MB", 0, lambda file, sample, count: long_block(file, sample, 5000000), 3, "> maximum", False),
    "simple": ("simple packets", 1, between(block(3, struct.pack("<I", 14) + bytes(16))), 0, "", True),
    "sections": ("sections", 1, sections, 0, "", True),
    "snaplen-0": ("a snap length of 0", 0, snaplen(0), 0, "", True),
    "snaplen-1": ("a snap length of 1, and longer packets", 0, snaplen(1), 0, "", False),
    "snaplen-max": ("a snap length of 2³² − 1", 0, snaplen(0xFFFFFFFF), 0, "", True),
    "packet-max": ("a packet of 2³² − 1 bytes", 0, packet_length(0xFFFFFFFF), 3, "packet", True),
    "packet-256-mib": ("a packet of 256 MiB", 0, packet_length(1 << 28), 3, "packet", True),
    "gzip": ("MiB unpacked", 0.002, bomb(gzip_member), 0, "", True),
    "zstd": ("MiB unpacked", 0.002, bomb(by_program("zstd", "-qc19", "--long=27")), 0, "", True),
    "xz": ("MiB unpacked", 0.001, bomb(lzma.compress), 0, "", True),
    "lz4": ("MiB unpacked", 0.002, bomb(by_program("lz4", "-qc9")), 0, "", True),
    "gzip-members": ("empty members", 0.5, empty_members(gzip_member), 0, "", True),
    "xz-streams": ("empty streams", 0.1, empty_members(lzma.compress), 0, "", True),
    "zstd-skippable": ("frames to be passed over", 1, skippable, 0, "", True),
    "gzip-in-gzip": ("layers of gzip, 200 at most", 1, nested, 3, "", False),
    "gzip-name": ("bytes of a file name in a gzip head", 10, endless_name, 0, "", True),
    "xz-memory": ("a dictionary of 1 GiB", 0, lambda file, sample, count: file.write(greedy(sample.all)), 3, "memory", False),
    "zstd-memory": ("a window of 2 GiB", 0,
                    lambda file, sample, count: file.write(by_program("zstd", "-qc", "--ultra", "-22", "--long=31")(sample.all)),
                    3, "", False),
    "devices": ("--device on the command line", 0.03, plain, 0, "", True),
}


class Analysis:
    """Seconds of processor time, peak MiB, and whether the update is there."""

    def __init__(self, build, path, words, folder):
        report = os.path.join(folder, "report")
        done = analyse(build, os.devnull, "-f", "json", "-o", report, *words, path, stderr=subprocess.PIPE)
        self.status, self.errors = done.returncode, done.stderr
        if self.status not in (0, 3):
            raise Failure(f"status {self.status}: {self.errors[:200]}")
        self.cpu, self.peak = cost_of(done)
        with open(report, encoding="utf-8") as file:
            self.updates = json.load(file)["totals"]["updates"]


def judge(row, small, big):
    """Sentences about what is wrong."""
    _, _, _, status, words, kept = row
    yield from costs(small, big)
    if big.status != status:
        yield f"status {big.status}: {big.errors[:200]}"
    if words not in big.errors or len(big.errors) > 500:
        yield f"standard error says: {big.errors[:200]}"
    if kept != (big.updates == 1):
        yield f"{big.updates} updates"


def attack(build, sample, name, size, folder):
    what, share, make = ATTACKS[name][:3]
    counts = [max(int(size * share) // part, 1) for part in (4, 1)]
    runs = []
    try:
        for count in counts:
            path = os.path.join(folder, "capture")
            with open(path, "wb") as file:
                make(file, sample, count)
            length = os.path.getsize(path)
            runs.append(Analysis(build, path, devices(count) if name == "devices" else [], folder))
        wrong = list(judge(ATTACKS[name], *runs))
        said = runs[1].errors.strip().replace(path, "FILE").replace("|", "\\|")
        print(f"| {name} | {counts[1] if share else 1:,} {what} | {length / 1e6:.1f} | {runs[1].peak:.0f} | {runs[1].cpu:.2f} | "
              f"{runs[1].cpu / max(runs[0].cpu, 0.001):.1f} | {said} | {'; '.join(wrong)} |", flush=True)
    except Failure as failure:
        print(f"| {name} | {counts[1]:,} {what} | | | | | | {failure} |", flush=True)
        return 1
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("sample")
    parser.add_argument("--size", type=int, default=1000000)
    parser.add_argument("--attack", action="append", choices=ATTACKS)
    arguments = parser.parse_args()
    sample, faults = Sample(arguments.sample), 0
    print("| attack | things | MB | peak MiB | CPU s | n to n/4 | standard error | wrong |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory(dir=os.environ.get("GTUPD_LIMITS_FOLDER")) as folder:
        for name in arguments.attack or ATTACKS:
            faults += attack(arguments.build, sample, name, arguments.size, folder)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
