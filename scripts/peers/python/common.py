"""Common to the shapes: a check that -O keeps, CPU time that does not count, and workers that exist from set-up to end."""

import multiprocessing
import threading
from contextlib import contextmanager
from time import process_time_ns

JOIN_S = 5
uncounted_cpu_ns = [0]  # CPU time that is not the operation's


@contextmanager
def uncounted():
    """Around checks: their CPU time is no cost of the operation."""
    begin = process_time_ns()
    yield
    uncounted_cpu_ns[0] += process_time_ns() - begin


def expect(condition, text):
    """Like assert, which python -O would leave out."""
    if not condition:
        raise RuntimeError(text)


class Team:
    """Resident workers, threads or processes, that all run body(index, connection) until they receive None.

    Each is told what to do over a Pipe, thread or process, so that the two differ only in what the body shares.
    """

    def __init__(self, options, body):
        context = options.context()
        make = context.Process if options.processes else threading.Thread
        self.connections = []
        self.workers = []
        for index in range(options.workers_n):
            own_end, worker_end = multiprocessing.Pipe()
            worker = make(target=body, args=(index, worker_end), daemon=True)
            worker.start()
            self.connections.append(own_end)
            self.workers.append(worker)

    def turn(self, command):
        """Let every worker do this once; returns the answers."""
        for connection in self.connections:
            connection.send(command)
        return [connection.recv() for connection in self.connections]

    def close(self):
        """Tell all to end, and wait for them."""
        for connection in self.connections:
            connection.send(None)
        for worker in self.workers:
            worker.join(JOIN_S)
            expect(not worker.is_alive(), "a worker did not end")


def commands(connection):
    """What a worker is told to do, until it is told to end."""
    return iter(connection.recv, None)
