"""What the shapes share: a check that -O keeps, CPU time that does not count, and workers that live from the set-up to the end."""

import multiprocessing
import threading
from contextlib import contextmanager
from time import process_time_ns

JOIN_S = 5
aside_cpu_ns = [0]  # spent on what is not the operation's


@contextmanager
def aside():
    """Around checks: what they burn is no cost of the shape."""
    begin = process_time_ns()
    yield
    aside_cpu_ns[0] += process_time_ns() - begin


def expect(condition, text):
    """Like assert, which python -O would leave out."""
    if not condition:
        raise RuntimeError(text)


class Crew:
    """Resident workers, threads or processes, that all run body(index, connection) until they receive None.

    A Pipe leads to each in both worlds, so that what tells the worlds apart is what the body shares.
    """

    def __init__(self, options, body):
        context = options.context()
        make = context.Process if options.processes else threading.Thread
        self.connections = []
        self.workers = []
        for index in range(options.workers_n):
            ours, theirs = multiprocessing.Pipe()
            worker = make(target=body, args=(index, theirs), daemon=True)
            worker.start()
            self.connections.append(ours)
            self.workers.append(worker)

    def turn(self, order):
        """Every worker does this once; returns what each answered."""
        for connection in self.connections:
            connection.send(order)
        return [connection.recv() for connection in self.connections]

    def close(self):
        """Dismiss all and wait for them."""
        for connection in self.connections:
            connection.send(None)
        for worker in self.workers:
            worker.join(JOIN_S)
            expect(not worker.is_alive(), "a worker does not end")


def orders(connection):
    """What a worker is told, until it is dismissed."""
    return iter(connection.recv, None)
