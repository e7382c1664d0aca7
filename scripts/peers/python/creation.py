"""Creation and end of one worker: Process or Thread."""

import threading
from time import perf_counter_ns

from common import expect

JOIN_S = 30


def nothing():
    """A worker without work."""


def wait_for_termination(ready):
    """Report to be running, then wait to be terminated."""
    ready.send(True)
    while True:
        ready.recv()


class StartJoin:
    """start() and join() of a worker that does nothing; the creation of the object is timed, too."""

    operations_n = 1

    def __init__(self, options):
        self.make = options.context().Process if options.processes else threading.Thread

    def run(self):
        begin = perf_counter_ns()
        worker = self.make(target=nothing)
        worker.start()
        worker.join()
        took = perf_counter_ns() - begin
        expect(getattr(worker, "exitcode", 0) == 0 and not worker.is_alive(), "the worker failed")
        return took

    def close(self):
        """Nothing is left: each run joined its worker."""


class Terminate:
    """From terminate() of a running process to the return of join()."""

    operations_n = 1

    def __init__(self, options):
        self.context = options.context()

    def run(self):
        own_end, worker_end = self.context.Pipe()
        worker = self.context.Process(target=wait_for_termination, args=(worker_end,), daemon=True)
        worker.start()
        expect(own_end.poll(JOIN_S) and own_end.recv(), "the process did not start")
        begin = perf_counter_ns()
        worker.terminate()
        worker.join()
        took = perf_counter_ns() - begin
        expect(worker.exitcode == -15, "the process ended with %s, not by SIGTERM" % worker.exitcode)
        own_end.close()
        worker_end.close()
        return took

    def close(self):
        """Nothing is left: each run joined its worker."""


def make(options):
    """The requested shape."""
    return {"start_join": StartJoin, "terminate": Terminate}[options.shape](options)
