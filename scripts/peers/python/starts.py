"""Making one worker and ending it: Process or Thread."""

import threading
from time import perf_counter_ns

from common import expect

JOIN_S = 30


def nothing():
    """The whole work of a worker."""


def wait_for_the_end(ready):
    """Say that it lives, then wait to be terminated."""
    ready.send(True)
    while True:
        ready.recv()


class StartJoin:
    """start() and join() of a worker that does nothing; making the object is part of it."""

    operations_n = 1

    def __init__(self, options):
        self.make = options.context().Process if options.processes else threading.Thread

    def run(self):
        begin = perf_counter_ns()
        worker = self.make(target=nothing)
        worker.start()
        worker.join()
        took = perf_counter_ns() - begin
        expect(getattr(worker, "exitcode", 0) == 0 and not worker.is_alive(), "the worker did not end well")
        return took

    def close(self):
        """Nothing is left: each run joined its worker."""


class Terminate:
    """terminate() of a living process to the return of join()."""

    operations_n = 1

    def __init__(self, options):
        self.context = options.context()

    def run(self):
        ours, theirs = self.context.Pipe()
        worker = self.context.Process(target=wait_for_the_end, args=(theirs,), daemon=True)
        worker.start()
        expect(ours.poll(JOIN_S) and ours.recv(), "the process did not come up")
        begin = perf_counter_ns()
        worker.terminate()
        worker.join()
        took = perf_counter_ns() - begin
        expect(worker.exitcode == -15, "the process ended with %s, not by SIGTERM" % worker.exitcode)
        ours.close()
        theirs.close()
        return took

    def close(self):
        """Nothing is left: each run joined its worker."""


def make(options):
    """The shape that was asked for."""
    return {"start_join": StartJoin, "terminate": Terminate}[options.shape](options)
