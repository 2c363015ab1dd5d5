"""Sends forged values to whichever daemon answers, until standard input ends; then tells how many were answered.

    storm.py FOLDER ID CASES SEED

Daemons may die at any moment, which is none of this client's business.
"""

import glob
import os
import random
import sys
import threading

from daemonrpc import ERROR, Connection, Ended
from forge import mutated, read_cases


def socket_in(folder):
    found = glob.glob(os.path.join(folder, "*.sock"))
    if not found:
        raise Ended("no daemon has been there")
    return found[0]


def main(folder, daemon_id, case_file, seed):
    forgeries = mutated(list(read_cases(case_file)), random.Random(int(seed)))
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    connection = None
    answered = refused = 0
    while not over.is_set():
        try:
            connection = connection or Connection(socket_in(folder), daemon_id)
            method, count, _, arguments = next(forgeries)
            kind, _ = connection.answer(connection.request(method, count, arguments))
            answered += 1
            refused += kind == ERROR

            # The others are to have their turn.
            over.wait(0.01)
        except (Ended, OSError):
            if connection:
                connection.close()
            connection = None
            over.wait(0.05)
    print("answered %d, of them with an error %d" % (answered, refused))


if __name__ == "__main__":
    main(*sys.argv[1:])
