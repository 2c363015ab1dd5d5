"""A client of DaemonRpc as a third party would write it, from docs/protocol.md alone."""

import array
import socket
import struct

HELLO, WELCOME, REQUEST, RESULT, ERROR, CANCELED, REFUSAL, ITEM, CREDIT, CANCEL = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
STATUS_QUERY, STATUS, CANCEL_TASK, CANCEL_REPLY, STOP, STOP_REPLY, GOODBYE, QUEUED, STARTED, PROGRESS = 11, 12, 13, 14, 15, 16, 17, 20, 21, 22
ASK, DEMAND, WITHDRAW, ASKED_ITEMS, ANSWER, OPENED = 23, 24, 25, 26, 27, 29
ATTACHED = 0x80
INTEGER = "<q"


class Ended(Exception):
    """The daemon ended the connection."""


def field(number, value):
    data = struct.pack(INTEGER, value) if isinstance(value, int) else value.encode()
    return struct.pack("<BI", number, len(data)) + data


def fields(message):
    found = {}
    at = 0
    while at < len(message):
        number, length = struct.unpack_from("<BI", message, at)
        found[number] = message[at + 5:at + 5 + length]
        at += 5 + length
    return found


def integer(data):
    return struct.unpack(INTEGER, data)[0]


def method_id(name, *types):
    """The number of a method. Types are full names, such as System.String."""
    number = 2166136261
    for byte in ("%s(%s)" % (name, ",".join(types))).encode():
        number = (number ^ byte) * 16777619 & 0xFFFFFFFF
    return number


def text(value):
    """A string as an argument."""
    data = value.encode()
    return struct.pack("<ii", ~len(data), len(value.encode("utf-16-le")) // 2) + data


class Connection:
    """One connection: a hello, then calls, one after another."""

    def __init__(self, path, daemon_id, timeout=30.0):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        self.last_call = 0
        self.send(HELLO, 0, field(1, 1) + field(2, daemon_id) + field(5, "a stranger") + field(8, 1))
        kind, _, payload = self.receive()
        if kind != WELCOME:
            raise Ended("no welcome: %d %r" % (kind, payload))
        welcome = fields(payload)
        self.build = welcome[13] + welcome[14]
        self.pid = integer(welcome[8])

    def close(self):
        self.socket.close()

    def send(self, kind, call, payload):
        self.socket.sendall(struct.pack("<IBI", len(payload), kind, call) + payload)

    def request(self, method, count, arguments, credit=0, descriptors=(), announced=None):
        """Begins a call. The arguments are bytes as they stand on the wire. It may announce another number of descriptors than it passes."""
        self.last_call += 1
        announced = len(descriptors) if announced is None else announced
        header = self.build + struct.pack("<IIH", method, credit, count | (0x1000 if announced else 0)) + (bytes([announced]) if announced else b"")
        payload = header + arguments
        frame = struct.pack("<IBI", len(payload), REQUEST, self.last_call) + payload
        if descriptors:
            sent = self.socket.sendmsg([frame], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))])
            frame = frame[sent:]
        if frame:
            self.socket.sendall(frame)
        return self.last_call

    def opened(self, call):
        """The socket of the stream that a call returns, and its traits. The call goes on."""
        while True:
            kind, answered, payload, descriptors = self.receive(with_descriptors=True)
            if answered == call and kind == OPENED:
                return socket.socket(fileno=descriptors[0]), payload[0]
            if kind not in (QUEUED, STARTED):
                raise Ended("no stream: %d %r" % (kind, payload))

    def answer(self, call):
        """The end of a call: the kind of its last frame, and the payload. Items on the way are dropped."""
        while True:
            kind, answered, payload = self.receive()
            if kind == GOODBYE or (answered == call and kind in (RESULT, ERROR, CANCELED, REFUSAL)):
                return kind, payload

    def ask(self, kind, reply, payload=b""):
        """A question that has one answer: its fields."""
        self.last_call += 1
        self.send(kind, self.last_call, payload)
        while True:
            answered, call, answer = self.receive()
            if answered == reply and call == self.last_call:
                return fields(answer)
            if answered == GOODBYE:
                raise Ended("goodbye: %r" % answer)

    def items(self, call):
        """The items of a stream, each in bytes. What was consumed is given back at once. They have no attachments."""
        while True:
            kind, answered, payload = self.receive()
            if answered != call or kind in (QUEUED, STARTED):
                continue
            if kind != ITEM:
                if kind != RESULT:
                    raise Ended("the stream ended with %d %r" % (kind, payload))
                return
            at = 0
            while at < len(payload):
                length = struct.unpack_from("<i", payload, at)[0]
                yield payload[at + 4:at + 4 + length]
                at += 4 + length
            self.send(CREDIT, call, struct.pack("<I", len(payload) + 9))

    def reports(self, call):
        """The progress reports of a call, each with the number of its argument, and at last the kind and payload of the answer."""
        while True:
            kind, answered, payload = self.receive()
            if answered != call or kind in (QUEUED, STARTED):
                continue
            if kind != PROGRESS:
                yield kind, payload
                return
            at = 0
            while at < len(payload):
                length, argument = struct.unpack_from("<iH", payload, at)
                yield argument, payload[at + 6:at + 4 + length]
                at += 4 + length
            self.send(CREDIT, call, struct.pack("<I", len(payload) + 9))

    def stream(self, call, items):
        """Sends the items of the call's one stream, as the daemon asks for them, and returns the kind and payload of the answer."""
        left = list(items)
        credit = 0
        while True:
            kind, answered, payload = self.receive()
            if answered != call or kind in (QUEUED, STARTED):
                continue
            if kind not in (ASK, DEMAND):
                return kind, payload
            ask = payload[:4]
            credit += struct.unpack("<I", payload[-4:])[0]
            while left and credit > 0:
                item = left.pop(0)
                self.send(ASKED_ITEMS, call, ask + struct.pack("<i", len(item)) + item)
                credit -= 9 + 8 + len(item)
            if not left:
                self.send(ANSWER, call, ask + b"\0")

    def answers(self, call, answer):
        """Answers what the daemon asks of the call's one callback, and returns the kind and payload of the call's answer."""
        while True:
            kind, answered, payload = self.receive()
            if answered != call or kind in (QUEUED, STARTED):
                continue
            if kind != ASK:
                return kind, payload
            method = 7 + 16 * payload[6]
            arguments = payload[method + 6:]
            self.send(ANSWER, call, payload[:4] + b"\0" + answer(struct.unpack_from("<IH", payload, method), arguments))

    def receive(self, with_descriptors=False):
        descriptors = array.array("i")
        head = b""
        if with_descriptors:
            head, control, _, _ = self.socket.recvmsg(9, socket.CMSG_SPACE(4))
            for _, _, data in control:
                descriptors.frombytes(data)
        length, kind, call = struct.unpack("<IBI", head + self._read(9 - len(head)))
        attached = struct.unpack("<I", self._read(4))[0] if kind & ATTACHED else 0
        payload = self._read(length)
        self._read(attached)
        return (kind & ~ATTACHED, call, payload, descriptors) if with_descriptors else (kind & ~ATTACHED, call, payload)

    def _read(self, length):
        data = bytearray()
        while len(data) < length:
            try:
                part = self.socket.recv(min(length - len(data), 1 << 20))
            except (ConnectionError, BrokenPipeError) as error:
                raise Ended(str(error))
            if not part:
                raise Ended("end of the connection")
            data += part
        return bytes(data)
