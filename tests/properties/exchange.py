# SPDX-License-Identifier: GPL-2.0-or-later
"""Exchanges made by chance: an update with a download, and whatever bytes somebody puts into it."""
import base64
import struct

import packets

DEVICE, BACKEND, FILES, DNS = ("10.64.1.17", 40112), ("203.0.113.5", 5000), "198.51.100.9", ("198.51.100.53", 53)
BEGIN = 1773302400
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"


def word(chance, length):
    return "".join(chance.choice(LETTERS) for _ in range(length))


def dns_name(name):
    return b"".join(bytes([len(label)]) + label for label in name.split(b".") if label) + b"\0"


class Exchange:
    """An update, of which some texts are given: see `texts`."""

    def __init__(self, chance, texts):
        self.chance, self.texts = chance, texts
        self.capture = packets.Capture.new()
        self.now, self.count = BEGIN, 0x10
        self.track = packets.Talk(self.capture, DEVICE, BACKEND)
        self.track.open(self.now)

    def report(self, head, middle):
        self.now += 1
        self.count += 1
        self.track.send(self.now, 0, b"%s,BD0214,867700040010115,%s,%s20260312080000,%04X$" %
                        (head, self.texts["name"], middle, self.count))

    def command(self):
        self.now += 1
        self.track.send(self.now, 1, self.texts["command"])

    def look_up(self, host):
        question = b"\0\x07\1\0\0\1\0\0\0\0\0\0" + dns_name(host) + b"\0\1\0\1"
        packets.add(self.capture, self.now, packets.udp((DEVICE[0], 4000), DNS, question))
        packets.add(self.capture, self.now, packets.udp(DNS, (DEVICE[0], 4000), question[:2] + b"\x81\x83" + question[4:]))

    def http(self):
        talk = packets.Talk(self.capture, (DEVICE[0], 40500), (FILES, 80), 3)
        talk.open(self.now)
        talk.send(self.now, 0, b"GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n" %
                  (self.texts["path"], self.texts["host"], self.texts["fields"]))
        talk.send(self.now, 1, b"HTTP/1.1 %s\r\nContent-Length: 4\r\n%s\r\nnone" % (self.texts["status"], self.texts["answer"]))
        talk.close(self.now)

    def ftp(self):
        talk = packets.Talk(self.capture, (DEVICE[0], 40501), (FILES, 21), 4)
        talk.open(self.now)
        for side, line in ((1, b"220 ready"), (0, b"USER " + self.texts["user"]), (1, b"331 " + self.texts["reply"]),
                           (0, b"PASS " + self.texts["password"]), (1, b"230 in"), (0, b"CWD " + self.texts["folder"]),
                           (1, b"250 there"), (0, b"RETR " + self.texts["path"]), (1, b"550 " + self.texts["reply"])):
            talk.send(self.now, side, line + b"\r\n")
        talk.close(self.now)

    def make(self):
        self.report(b"+RESP:GTHBD", b"")
        self.command()
        self.report(b"+ACK:GTUPD", b"0001,")
        self.report(b"+RESP:GTUPD", b"100,,")
        self.report(b"+RESP:GTUPD", b"200,1,")
        for host in self.texts["look-ups"]:
            self.look_up(host)
        self.http()
        self.ftp()
        self.report(b"+RESP:GTUPD", b"202,1,")
        self.report(b"+RESP:" + self.texts["other"], self.texts["middle"])
        return self.capture


def start(password=b"cv200", fields=(b"0", b"0", b"10", b"0"), user=b"", secret=b"", url=b"http://198.51.100.9/a.bin"):
    return b"AT+GTUPD=" + b",".join([password, *fields, user, secret, url]) + b",,0,,,,0001$"


def with_secrets(chance):
    """An exchange, and all its secrets in every form that they are sent in."""
    device, user, password, token = word(chance, 6), word(chance, 6), word(chance, 6), word(chance, 12)
    is_ftp = chance.random() < 0.5
    plain = chance.random() < 0.3
    in_url = [word(chance, 7), word(chance, 9)]
    written = [part if plain else "".join(f"%{ord(letter):02X}" if chance.random() < 0.5 else letter for letter in part)
               for part in in_url]
    url = f"{'ftp' if is_ftp else 'http'}://{written[0]}:{written[1]}@198.51.100.9/a.bin"
    kind = chance.randrange(8)
    protocol = b"2" if is_ftp else b"0"
    texts = {
        "command": start((device if kind else device * 2).encode(), (b"0", b"0", b"10", protocol),
                         (user if kind != 1 else user + " ").encode(), (password if kind != 2 else password * 3).encode(),
                         (url if kind != 3 else url + ",x").encode()),
        "name": b"cv200", "path": b"/a.bin", "host": b"198.51.100.9", "status": b"401 Unauthorized",
        "fields": b"Authorization: Basic %s\r\nCookie: id=%s\r\n" %
                  (base64.b64encode(f"{user}:{password}".encode()), token.encode()),
        "answer": b"", "user": user.encode(), "password": password.encode(), "reply": b"no", "folder": b"/",
        "look-ups": [], "other": b"GTFRI", "middle": b"0,10,1,1,",
    }
    if kind == 4:
        texts["command"] = texts["command"].replace(b",,0,,,,", b",0,,,")         # too few fields
    elif kind == 5:
        texts["status"] = b"302 Found"
        texts["answer"] = f"Location: http://{written[0]}:{written[1]}@198.51.100.9/b.bin\r\n".encode()
    elif kind == 6:
        texts["command"] = texts["command"][:-1]                                   # no tail
    elif kind == 7:
        texts["path"] = f"http://{written[0]}:{written[1]}@198.51.100.9/c.bin".encode()
    secrets = {device, user, password, token, *in_url, *written,
               base64.b64encode(f"{user}:{password}".encode()).decode()}
    return Exchange(chance, texts).make(), secrets


NASTY = [b"\x1b[31m", b"\x1b]0;x\x07", b"\x9b31m", b"\x00", b"\r\n", b"\n", b"\t", b"\x7f", b"\xff\xfe", b"\xc3", b"\xe2\x80\xae",
         b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc2\x9b", b"<script>alert(1)</script>", b"]]>", b"&amp;", b'"', b"'", b"`",
         b"=cmd|' /C calc'!A0", b"@SUM(1)", b"-1+1", b"+1", b";", b",", b"%s%n", b"\\u0000", b"${x}", b"<!--", b"--><b>", b"\xe2\x80\xa8"]


def junk(chance, most=40):
    """Bytes to break what shows them."""
    parts = [chance.choice(NASTY) if chance.random() < 0.6 else bytes(chance.randrange(256) for _ in range(chance.randint(0, 8)))
             for _ in range(chance.randint(0, 6))]
    return b"".join(parts)[:most]


def hostile(chance):
    """An exchange with whatever bytes in it."""
    def some(usual, most=40):
        return chance.choice((usual, junk(chance, most), usual + junk(chance, most)))

    url = b"http://" + some(b"198.51.100.9") + b"/" + some(b"a.bin")
    texts = {
        "command": start(some(b"cv200"), tuple(some(field, 6) for field in (b"0", b"0", b"10", b"0")), some(b""), some(b""), url),
        "name": some(b"cv200"), "path": b"/" + some(b"a.bin"), "host": some(b"198.51.100.9"),
        "status": b"%s %s" % (chance.choice((b"404", b"302", b"999", b"-1", b"200")), some(b"Not Found")),
        "fields": b"X: " + some(b"y") + b"\r\n", "answer": b"Location: " + some(b"/b.bin") + b"\r\n",
        "user": some(b"u"), "password": some(b"p"), "reply": some(b"no"), "folder": some(b"/"),
        "look-ups": [some(b"files.example")[:60] for _ in range(2)], "other": some(b"GTFRI", 12), "middle": some(b"0,"),
    }
    if chance.random() < 0.5:    # so that what comes behind it is looked at
        texts["command"] = start(url=chance.choice((b"http://files.example/a.bin", b"http://198.51.100.9/a.bin",
                                                    b"ftp://198.51.100.9/a.bin")))
        texts["name"] = b"cv200"
    return Exchange(chance, texts).make()


def unrelated(capture, chance, packet):
    """A packet that has nothing to do with anything, at the time of `packet`; None if none can be made for this link."""
    if capture.link() != packets.ETHERNET:
        return None
    here, there = ((f"192.0.2.{chance.randrange(1, 255)}", chance.randrange(1024, 65535)) for _ in range(2))
    kind = chance.randrange(4)
    if kind == 0:
        data = packets.tcp(here, (there[0], 443), chance.getrandbits(32), 1, 0x18, b"\x17\x03\x03" + chance.randbytes(80))
    elif kind == 1:
        data = packets.udp(here, (there[0], 53), b"\0\1\1\0\0\1\0\0\0\0\0\0" + dns_name(word(chance, 9).lower().encode() + b".test") +
                           b"\0\1\0\1")
    elif kind == 2:
        data = packets.tcp(here, (there[0], 80), chance.getrandbits(32), 1, 0x18, b"GET /x HTTP/1.1\r\nHost: other.test\r\n\r\n")
    else:
        data = packets.tcp(here, (there[0], 5000), chance.getrandbits(32), 0, 0x02)
    return packet.with_data(data, 0)
