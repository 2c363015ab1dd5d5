"""Sends forged values in valid frames, and tells in one line of JSON what became of them.

    forge.py SOCKET ID CASES SEED SECONDS

First what is worst at each byte, then mutations at random for so many seconds.
CASES is a file of lines: method id, number of arguments, 1 for a stream, honest arguments in hexadecimal.
"""

import collections
import json
import random
import struct
import sys
import time

from daemonrpc import ERROR, GOODBYE, RESULT, Connection, Ended

LENGTHS = [-0x80000000, -0x7FFFFFFF, -0x7FFFFFFE, -0x7FFFFFFD, -0x7FFFFFFC, -2, -1, 0, 1, 2, 0x7F, 0xFFFF, 0x10000000, 0x20000001, 0x40000000, 0x7FFFFFFF]


def read_cases(path):
    with open(path) as lines:
        for line in lines:
            method, count, streams, arguments = line.rstrip("\n").split(" ")
            yield int(method), int(count), int(streams), bytes.fromhex(arguments)


def systematic(cases):
    """At each byte of each honest value what a length, a header, a structure would be at its worst there; each prefix; great depth."""
    for method, count, streams, honest in cases:
        yield method, count, streams, honest
        for at in range(len(honest)):
            for length in LENGTHS[:4] + LENGTHS[-2:]:
                forged = bytearray(honest)
                forged[at:at + 4] = struct.pack("<i", length)
                yield method, count, streams, bytes(forged)
            forged = bytearray(honest)
            forged[at:at + 8] = struct.pack("<ii", LENGTHS[0], 0)
            yield method, count, streams, bytes(forged)
            forged = bytearray(honest)
            forged[at:at + 8] = b"\xff" * 8
            yield method, count, streams, bytes(forged)
            yield method, count, streams, honest[:at]
        for depth in (900, 2000, 200_000):
            for level in (b"\x03\x00\x00\x00\x00", b"\x03\x00\x00\x00\x00\xff\x01\x00\x00\x00", b"\x04\x00\x00\x00\x01", b"\xfa\x2c\x01\x01\x01\x00\x00\x00"):
                yield method, count, streams, level * depth + b"\xff" * 64


def mutated(cases, chance):
    while True:
        method, count, streams, honest = chance.choice(cases)
        forged = bytearray(honest)
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            at = chance.randrange(len(forged) + 1)
            way = chance.randrange(7)
            if way == 0 and forged:
                forged[at % len(forged)] = chance.randrange(256)
            elif way == 1:
                forged[at:at + 4] = struct.pack("<i", chance.choice(LENGTHS))
            elif way == 2:
                forged[at:at + 8] = struct.pack("<ii", chance.choice(LENGTHS), chance.choice(LENGTHS))
            elif way == 3:
                forged[at:] = b""
            elif way == 4:
                other = chance.choice(cases)[3]
                start = chance.randrange(len(other) + 1)
                forged[at:at] = other[start:start + chance.randrange(64)]
            elif way == 5:
                forged[at:at] = forged[at:at + chance.randrange(64)] * chance.choice((1, 2, 100))
            else:
                forged[at:at + 16] = chance.randbytes(16)
        yield method, count, streams, bytes(forged)


def main(path, daemon_id, case_file, seed, seconds):
    cases = list(read_cases(case_file))
    chance = random.Random(int(seed))
    told = collections.Counter()
    sent = largest = frames = 0
    connection = Connection(path, daemon_id)
    pid = connection.pid
    phases = [("systematic", systematic(cases)), ("mutated", mutated(cases, chance))]
    done = []
    last = None
    try:
        for name, forgeries in phases:
            # The first phase takes as long as it takes; the second as long as it is to.
            end = time.monotonic() + float(seconds)
            for last in forgeries:
                if name == "mutated" and time.monotonic() > end:
                    break
                method, count, streams, arguments = last
                frames += 1
                sent += len(arguments)
                largest = max(largest, len(arguments))
                try:
                    kind, _ = connection.answer(connection.request(method, count, arguments, 1 << 20 if streams else 0))
                except (Ended, BrokenPipeError, ConnectionError):
                    kind = 0
                told[{RESULT: "result", ERROR: "error", GOODBYE: "goodbye", 0: "ended"}.get(kind, str(kind))] += 1
                if kind in (0, GOODBYE):
                    connection.close()
                    connection = Connection(path, daemon_id)
                    if connection.pid != pid:
                        raise Ended("another daemon answers")
            done.append(name)
        failure = None
    except (Ended, OSError) as error:
        method, count, streams, arguments = last
        failure = "%s after %d %d %s (%d bytes)" % (error, method, count, arguments[:200].hex(), len(arguments))
    print(json.dumps({"pid": pid, "frames": frames, "sent": sent, "largest": largest, "phases": done, "failure": failure, **told}))


if __name__ == "__main__":
    main(*sys.argv[1:])
