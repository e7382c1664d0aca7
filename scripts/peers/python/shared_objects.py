"""Objects that all workers use at the same time: a counter under a lock, an array, a semaphore, a list with an owner.

Threads use the plain object instead of the shared one: an attribute, a list, threading.Lock, threading.Semaphore.
A reading lasts from the command to all workers until the last has answered; an operation is one step of one worker.
"""

import threading
from time import perf_counter_ns

from common import Team, commands, expect, uncounted


class Plain:
    """A counter for threads, with the interface of multiprocessing.Value."""

    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def get_lock(self):
        return self.lock


class Counter:
    """with value.get_lock(): value.value += 1"""

    steps_n = 5000

    def __init__(self, options):
        self.shared = options.context().Value("q", 0) if options.processes else Plain()
        self.expected = 0
        self.workers_n = options.workers_n

    def work(self, _index, steps_n):
        shared = self.shared
        for _ in range(steps_n):
            with shared.get_lock():
                shared.value += 1

    def check(self):
        self.expected += self.workers_n * self.steps_n
        expect(self.shared.value == self.expected, "the counter is %d, not %d" % (self.shared.value, self.expected))


class Elements:
    """array[i] = x, each worker in its own part; Array takes its lock for every element anyway."""

    steps_n = 5000

    def __init__(self, options):
        length = options.workers_n * self.steps_n
        self.shared = options.context().Array("q", length) if options.processes else [0] * length

    def work(self, index, steps_n):
        shared = self.shared
        first = index * steps_n
        for i in range(first, first + steps_n):
            shared[i] = i + 1

    def check(self):
        expect(self.shared[:] == list(range(1, len(self.shared) + 1)), "elements were not written")
        self.shared[:] = [0] * len(self.shared)


class Guarded:
    """with semaphore: a semaphore of value 1; the unlocked counter inside shows whether it excluded the others."""

    steps_n = 5000

    def __init__(self, options):
        maker = options.context() if options.processes else threading
        self.semaphore = maker.Semaphore(1)
        self.inside = options.context().Value("q", 0, lock=False)
        self.expected = 0
        self.workers_n = options.workers_n

    def work(self, _index, steps_n):
        semaphore, inside = self.semaphore, self.inside
        for _ in range(steps_n):
            with semaphore:
                inside.value += 1

    def check(self):
        self.expected += self.workers_n * self.steps_n
        expect(self.inside.value == self.expected, "two workers were inside the semaphore at once")


class Owned:
    """append to Manager().list(), a list that a process of its own owns; between threads to a list under a lock."""

    steps_n = 25

    def __init__(self, options):
        self.manager = options.context().Manager() if options.processes else None
        self.shared = self.manager.list() if self.manager else []
        self.lock = None if self.manager else threading.Lock()
        self.workers_n = options.workers_n

    def __getstate__(self):
        """For workers that are spawned: they get the list, not its owner, which cannot be sent."""
        return dict(self.__dict__, manager=None)

    def work(self, index, steps_n):
        shared = self.shared
        if self.lock is None:
            for _ in range(steps_n):
                shared.append(index)
        else:
            for _ in range(steps_n):
                with self.lock:
                    shared.append(index)

    def check(self):
        counts = [self.shared[:].count(index) for index in range(self.workers_n)]
        expect(counts == [self.steps_n] * self.workers_n, "the workers' entries in the list number %s" % counts)
        del self.shared[:]

    def close(self):
        if self.manager:
            self.manager.shutdown()


class Shared:
    """Resident workers that use one of these objects."""

    def __init__(self, options):
        kind = {"value_lock": Counter, "array": Elements, "semaphore": Guarded, "manager_list": Owned}[options.shape]
        self.object = kind(options)
        self.operations_n = options.workers_n * kind.steps_n
        self.team = Team(options, self.worker_body)

    def worker_body(self, index, connection):
        """All that a worker does."""
        for steps_n in commands(connection):
            self.object.work(index, steps_n)
            connection.send(index)

    def run(self):
        begin = perf_counter_ns()
        answers = self.team.turn(self.object.steps_n)
        took = perf_counter_ns() - begin
        expect(answers == list(range(len(answers))), "a worker is missing")
        with uncounted():
            self.object.check()
        return took

    def close(self):
        self.team.close()
        if hasattr(self.object, "close"):
            self.object.close()


def make(options):
    """The requested shape."""
    return Shared(options)
