#!/usr/bin/env python3
"""A wire between the hosts of tools/test-network.py: takes frames from one interface and gives them to another, late,
in another order, or not at all.

Each interface leads to one host. Lines on standard input change the wire: `cut HOST`, `heal HOST`, `clean`, `rough`.
"""
import argparse
import collections
import heapq
import random
import select
import socket
import struct
import sys
import time

PACKET_OUTGOING, SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC, EVERY_PROTOCOL = 4, 263, 1, 1, 3
# What a host may have on the wire; a flood is cut off, as it is by a real switch.
QUEUED = 20_000


def interface(name):
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERY_PROTOCOL))
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    wire.bind((name, 0))
    index = socket.if_nametoindex(name)
    wire.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, struct.pack("IHH8s", index, PACKET_MR_PROMISC, 0, b""))
    wire.setblocking(False)
    return wire


class Wire:
    def __init__(self, options):
        self.options, self.random = options, random.Random(options.seed)
        self.hosts = {wire.split("=")[0]: interface(wire.split("=")[1]) for wire in options.hosts}
        self.names = {wire.fileno(): name for name, wire in self.hosts.items()}
        self.where, self.cut, self.rough = {}, set(), True
        self.late, self.order = [], 0
        self.counts = collections.Counter()

    def take(self, name):
        for _ in range(256):
            try:
                frame, (_, _, kind, *_) = self.hosts[name].recvfrom(65_535)
            except BlockingIOError:
                return
            if kind == PACKET_OUTGOING or len(frame) < 14:
                continue
            self.where[frame[6:12]] = name
            known = self.where.get(frame[:6])
            for other in [known] if known and not frame[0] & 1 else self.hosts:
                if other != name:
                    self.send(name, other, frame)

    def send(self, sender, receiver, frame):
        if {sender, receiver} & self.cut or len(self.late) > QUEUED:
            self.counts["cut"] += 1
        elif self.rough and self.random.random() < self.options.loss:
            self.counts["lost"] += 1
        else:
            wait = self.random.uniform(-1, 1) * self.options.jitter + self.options.delay if self.rough else 0
            self.order += 1
            heapq.heappush(self.late, (time.monotonic() + max(0, wait) / 1_000, self.order, receiver, frame))

    def deliver(self):
        now = time.monotonic()
        while self.late and self.late[0][0] <= now:
            _, _, receiver, frame = heapq.heappop(self.late)
            try:
                self.hosts[receiver].send(frame)
                self.counts["sent"] += 1
            except OSError:
                self.counts["refused"] += 1

    def obey(self, line):
        word, *rest = line.split()
        if word == "cut":
            self.cut |= set(rest)
        elif word == "heal":
            self.cut -= set(rest)
        else:
            self.rough = word == "rough"

    def run(self):
        print("wire: ready", flush=True)
        while True:
            wait = max(0, self.late[0][0] - time.monotonic()) if self.late else 1
            ready, _, _ = select.select([*self.hosts.values(), sys.stdin], [], [], wait)
            for source in ready:
                if source is sys.stdin:
                    line = sys.stdin.readline()
                    if not line:
                        print(f"wire: {dict(self.counts)}", flush=True)
                        return
                    self.obey(line)
                else:
                    self.take(self.names[source.fileno()])
            self.deliver()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hosts", nargs="+", help="HOST=INTERFACE")
    parser.add_argument("--delay", type=float, default=40, help="milliseconds each way")
    parser.add_argument("--jitter", type=float, default=10, help="milliseconds more or less")
    parser.add_argument("--loss", type=float, default=0.02, help="share of the frames")
    parser.add_argument("--seed", type=int, default=1)
    Wire(parser.parse_args()).run()


if __name__ == "__main__":
    main()
