"""An honest call of each basic kind, and each question, by a client that knows docs/protocol.md alone. Prints what it was told."""

import gzip
import os
import socket
import struct
import sys
import tempfile

from daemonrpc import (CANCEL, CANCEL_REPLY, CANCEL_TASK, CANCELED, ERROR, GOODBYE, REFUSAL, RESULT, STATUS, STATUS_QUERY, STOP, STOP_REPLY,
                       Connection, Ended, fields, integer, method_id, text)

STATES = "Starting", "Ready", "Busy", "Error", "Stopping"
OUTCOMES = "NothingRunning", "NeverStarted", "Stopped", "Completed", "Forced", "Abandoned"
ADD = method_id("AddAsync", "System.Int32", "System.Int32")
HOLD = method_id("HoldAsync")


def status(connection):
    told = connection.ask(STATUS_QUERY, STATUS)
    return STATES[integer(told[1])], told.get(2, b"").decode()


def hold(connection):
    """Begins a call that does not end by itself, and waits until it runs."""
    call = connection.request(HOLD, 0, b"")
    while status(connection) != ("Busy", "holding"):
        pass
    return call


def told(wanted, answer):
    """The fields of an answer of that kind."""
    kind, payload = answer
    if kind != wanted:
        raise Ended("answered with %d instead of %d: %r" % (kind, wanted, payload))
    return fields(payload)


path, daemon_id = sys.argv[1:3]
connection = Connection(path, daemon_id)
other = Connection(path, daemon_id)
print("status", status(connection)[0])

kind, payload = connection.answer(connection.request(ADD, 2, struct.pack("<ii", 40, 2)))
print("add", kind == RESULT, struct.unpack("<i", payload)[0])
kind, payload = connection.answer(connection.request(method_id("EchoAsync", "System.String"), 1, text("größer 😀")))
print("echo", kind == RESULT, payload == text("größer 😀"))

# With so little credit the stream ends only if the daemon counts what it is given back.
stream = connection.request(method_id("NumbersAsync", "System.Int32"), 1, struct.pack("<i", 1000), credit=100)
print("numbers", [struct.unpack("<i", item)[0] for item in connection.items(stream)] == list(range(1000)))

# 400,000 bytes of reports: more than may be sent before any was given back.
COUNT = method_id("CountUpAsync", "System.Int32", "System.IProgress<System.Int32>", "System.IProgress<System.Byte[]>")
*reports, last = connection.reports(connection.request(COUNT, 3, struct.pack("<iBB", 900, 1, 1)))
print("progress", [struct.unpack("<i", report)[0] for argument, report in reports if argument == 1] == list(range(900)),
      [len(report) - 4 for argument, report in reports if argument == 2] == list(range(900)), last == (RESULT, struct.pack("<i", 900)))

# More bytes than the daemon asks for at once.
SUM = method_id("SumAsync", "System.Collections.Generic.IAsyncEnumerable<System.Int32>", "System.Collections.Generic.IAsyncEnumerable<System.Byte[]>")
last = connection.stream(connection.request(SUM, 2, b"\1\0"), (struct.pack("<i", number) for number in range(30000)))
print("stream", last == (RESULT, struct.pack("<q", 449985000)))

QUIZ = method_id("QuizAsync", "System.Int32", "DaemonRpc.TestDaemon.IQuestions")
ASKED = method_id("AnswerAsync", "System.Int32")
last = connection.answers(connection.request(QUIZ, 2, struct.pack("<iB", 20, 1)),
                          lambda asked, arguments: struct.pack("<i", asked == (ASKED, 1) and struct.unpack("<i", arguments)[0] * 3))
print("callback", last == (RESULT, struct.pack("<q", 570)))

APPEND = method_id("AppendAsync", "Microsoft.Win32.SafeHandles.SafeFileHandle", "System.String")
with tempfile.TemporaryFile() as file:
    last = connection.answer(connection.request(APPEND, 2, b"\1" + text("from afar"), descriptors=[file.fileno()]))
    file.seek(0)
    print("file", last == (RESULT, text("0 9")), file.read() == b"from afar")
    answers = []
    for passed, announced in ((40, 1), (40, 32), (33, 33), (1, 2), (2, 1), (3, 0), (0, 1)):
        stray = Connection(path, daemon_id)
        answers.append(stray.answer(stray.request(APPEND, 2, b"\1" + text(""), descriptors=[file.fileno()] * passed, announced=announced))[0])
        if answers[-1] != GOODBYE:
            answers[-1] = stray.receive()[0]
        stray.close()
    while status(connection)[0] == "Busy":
        pass
    print("lost descriptors", answers == [GOODBYE] * 7)

MADE = method_id("MakeBytesAsync", "System.Int32", "System.String", "System.IProgress<System.Int64>")
call = connection.request(MADE, 3, struct.pack("<i", 300000) + text("") + b"\0", credit=1 << 18)
stream, traits = connection.opened(call)
with stream, stream.makefile("rb") as made:
    read = made.read() == bytes(index & 255 for index in range(300000))
print("returned stream", traits == 11, read, connection.answer(call) == (RESULT, b""))
with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "written")
    call = connection.request(method_id("CreateAsync", "System.String"), 1, text(name), credit=1 << 18)
    stream, traits = connection.opened(call)
    with stream:
        stream.sendall(b"from afar")
        stream.shutdown(socket.SHUT_WR)
        last = connection.answer(call)
    print("returned stream to write", traits == 13, last == (RESULT, b""), gzip.open(name).read() == b"from afar")
    call = connection.request(method_id("CreateAsync", "System.String"), 1, text(name), credit=1 << 18)
    connection.opened(call)[0].close()
    print("lost stream", connection.answer(call)[0] == ERROR)

error = told(ERROR, connection.answer(connection.request(method_id("ThrowAsync", "System.String"), 1, text("broken"))))
print("error", integer(error[1]), error[2].decode(), error[3].decode())
error = told(ERROR, connection.answer(connection.request(12345, 0, b"")))
print("no such method", integer(error[1]))

call = hold(connection)
print("refusal", integer(told(REFUSAL, other.answer(other.request(ADD, 2, struct.pack("<ii", 1, 1))))[101]))
connection.send(CANCEL, call, b"")
print("cancel", OUTCOMES[integer(told(CANCELED, connection.answer(call))[1])])

call = hold(connection)
print("cancel by another", OUTCOMES[integer(other.ask(CANCEL_TASK, CANCEL_REPLY)[1])])
print("canceled", OUTCOMES[integer(told(CANCELED, connection.answer(call))[1])])

for name in sys.argv[3:]:
    print("id", method_id(*name.split("|")))

other.ask(STOP, STOP_REPLY, b"\0")
kind, _, payload = other.receive()
print("goodbye", integer(told(GOODBYE, (kind, payload))[1]))
