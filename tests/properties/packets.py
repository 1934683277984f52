# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures as lists of packets, and what may happen to packets on their way: cut, shuffled, sent again, fragmented."""
import dataclasses
import struct

ETHERNET, RAW = 1, 101


@dataclasses.dataclass(frozen=True)
class Packet:
    time: bytes          # of the record, as it stands
    data: bytes
    length: int          # before a snap length cut it
    frame: int = 0       # in the capture that it comes from, from 1; 0: it was added

    def with_data(self, data, frame=None):
        return Packet(self.time, data, len(data), self.frame if frame is None else frame)


class Capture:
    """A classic pcap file."""

    def __init__(self, header, order, packets):
        self.header, self.order, self.packets = header, order, packets

    @classmethod
    def read(cls, path):
        """None if it is of another format."""
        with open(path, "rb") as file:
            data = file.read()
        order = {b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">",
                 b"\xa1\xb2\x3c\x4d": ">"}.get(data[:4])
        if not order:
            return None
        packets, at = [], 24
        while at < len(data):
            captured, length = struct.unpack_from(order + "II", data, at + 8)
            packets.append(Packet(data[at:at + 8], data[at + 16:at + 16 + captured], length, len(packets) + 1))
            at += 16 + captured
        return cls(data[:24], order, packets)

    @classmethod
    def new(cls):
        return cls(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, ETHERNET), "<", [])

    def write(self, path, packets=None):
        packets = self.packets if packets is None else packets
        with open(path, "wb") as file:
            file.write(self.header)
            for packet in packets:
                file.write(packet.time + struct.pack(self.order + "II", len(packet.data), packet.length) + packet.data)

    def link(self):
        return struct.unpack_from(self.order + "I", self.header, 20)[0]

    def stamp(self, seconds):
        """A record's time."""
        return struct.pack(self.order + "II", int(seconds), int(seconds * 1000000) % 1000000)

    def seconds(self, packet):
        whole, fraction = struct.unpack(self.order + "II", packet.time)
        return whole, fraction


class Ipv4:
    """A whole IPv4 packet in Ethernet or raw, which is no fragment; `of` gives None for anything else."""

    def __init__(self, link, header, payload):
        self.link, self.header, self.payload = link, header, payload

    @classmethod
    def of(cls, capture, packet):
        start = {ETHERNET: 14, RAW: 0}.get(capture.link())
        data = packet.data
        if start is None or packet.length != len(data) or len(data) < start + 20 or data[start] >> 4 != 4:
            return None
        if start and data[12:14] != b"\x08\x00":
            return None
        length, size = struct.unpack_from(">H", data, start + 2)[0], (data[start] & 15) * 4
        if struct.unpack_from(">H", data, start + 6)[0] & 0x3fff or len(data) < start + length:
            return None
        return cls(data[:start], data[start:start + size], data[start + size:start + length])

    def data(self, payload, offset=0, more=False, length=None):
        header = bytearray(self.header)
        struct.pack_into(">H", header, 2, len(header) + len(payload))
        struct.pack_into(">H", header, 6, (0x2000 if more else 0) | offset // 8)
        return self.link + bytes(header) + payload

    def protocol(self):
        return self.header[9]

    def flow(self):
        return self.header[12:20] + self.payload[:4]


def tcp_parts(ip):
    """Header and payload of a TCP segment that is whole; None for anything else."""
    if ip is None or ip.protocol() != 6 or len(ip.payload) < 20:
        return None
    size = (ip.payload[12] >> 4) * 4
    return ip.payload[:size], ip.payload[size:]


def cut(capture, packet, chance):
    """The same bytes in 2 to 4 segments, in any order; SYN, FIN and RST stay whole."""
    ip = Ipv4.of(capture, packet)
    parts = tcp_parts(ip)
    if parts is None or len(parts[1]) < 2 or parts[0][13] & 7:
        return [packet]
    header, payload = parts
    places = sorted(chance.sample(range(1, len(payload)), min(chance.randint(1, 3), len(payload) - 1)))
    pieces = []
    for begin, end in zip([0, *places], [*places, len(payload)]):
        head = bytearray(header)
        struct.pack_into(">I", head, 4, (struct.unpack_from(">I", header, 4)[0] + begin) & 0xffffffff)
        pieces.append(packet.with_data(ip.data(bytes(head) + payload[begin:end])))
    return pieces


def fragment(capture, packet, chance):
    """As IP fragments, in any order."""
    ip = Ipv4.of(capture, packet)
    if ip is None or len(ip.payload) < 24:
        return [packet]
    size = 8 * chance.randint(1, len(ip.payload) // 8)
    size = max(size, 8 * (len(ip.payload) // 256 + 1))
    pieces = [packet.with_data(ip.data(ip.payload[at:at + size], at, at + size < len(ip.payload)))
              for at in range(0, len(ip.payload), size)]
    chance.shuffle(pieces)
    return pieces


def is_data(capture, packet):
    """A TCP segment with bytes, and neither SYN, FIN nor RST."""
    parts = tcp_parts(Ipv4.of(capture, packet))
    return parts is not None and len(parts[1]) > 0 and not parts[0][13] & 7


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data[:len(data) // 2 * 2])) + (data[-1] << 8 if len(data) % 2 else 0)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return 0xffff - total


def ethernet(source, destination, protocol, payload, number=0):
    """An IPv4 packet in Ethernet; addresses as dotted text."""
    ends = b"".join(bytes(int(part) for part in address.split(".")) for address in (source, destination))
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), number & 0xffff, 0, 64, protocol, 0) + ends
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    return b"\x02\0\0\0\0\2\x02\0\0\0\0\1\x08\0" + head + payload


def udp(source, destination, data):
    return ethernet(source[0], destination[0], 17, struct.pack(">HHHH", source[1], destination[1], 8 + len(data), 0) + data)


def tcp(source, destination, sequence, acknowledgement, flags, data=b""):
    head = struct.pack(">HHIIBBHHH", source[1], destination[1], sequence & 0xffffffff, acknowledgement & 0xffffffff, 0x50,
                       flags, 65535, 0, 0)
    return ethernet(source[0], destination[0], 6, head + data)


class Talk:
    """A TCP connection in a capture that is being made: what one end says is acknowledged with what the other says."""

    def __init__(self, capture, client, server, number=1):
        self.capture, self.ends, self.next = capture, (client, server), [1000 * number, 5000 * number]

    def send(self, now, side, data=b"", flags=0x18):
        source, destination = self.ends[side], self.ends[1 - side]
        add(self.capture, now, tcp(source, destination, self.next[side], self.next[1 - side], flags, data))
        self.next[side] += len(data) + bool(flags & 3)

    def open(self, now):
        self.send(now, 0, flags=2)
        self.send(now, 1, flags=0x12)
        self.send(now, 0, flags=0x10)

    def close(self, now):
        self.send(now, 0, flags=0x11)
        self.send(now, 1, flags=0x11)


def add(capture, now, data):
    capture.packets.append(Packet(capture.stamp(now), data, len(data), len(capture.packets) + 1))
