"""Round trips of one byte between the caller and one partner: there and back is one operation."""

import multiprocessing
import queue
from time import perf_counter_ns

from common import Crew, expect


class Pipes:
    """multiprocessing.Pipe, which is a socket pair; threads may use it as well."""

    def __init__(self, _options):
        self.ours, self.theirs = multiprocessing.Pipe()

    def ends(self, partner):
        """send and recv of one side."""
        end = self.theirs if partner else self.ours
        return end.send, end.recv


class Queues:
    """Two queues: multiprocessing.Queue (a pipe, two locks and a feeding thread), between threads queue.Queue."""

    def __init__(self, options):
        make = options.context().Queue if options.processes else queue.Queue
        self.there, self.back = make(), make()

    def ends(self, partner):
        """send and recv of one side."""
        out, into = (self.back, self.there) if partner else (self.there, self.back)
        return out.put, into.get


class RoundTrip:
    """The partner sends back what it receives; None ends it."""

    operations_n = 1

    def __init__(self, options):
        self.options = options
        self.means = {"pipe": Pipes, "queue": Queues}[options.shape](options)
        self.send, self.recv = self.means.ends(False)
        self.number = 0
        self.crew = Crew(options, self.echo)
        # Each side pins itself, and the partner answers its first message on its CPU; children were made before.
        options.pin(0)
        self.run()

    def echo(self, _index, connection):
        """The partner's life: it serves the means under test until None comes there, then waits to be dismissed."""
        self.options.pin(1)
        send, recv = self.means.ends(True)
        for message in iter(recv, None):
            send(message)
        connection.recv()

    def run(self):
        self.number = (self.number + 1) % 256
        message = bytes([self.number])
        begin = perf_counter_ns()
        self.send(message)
        back = self.recv()
        took = perf_counter_ns() - begin
        expect(back == message, "message %d came back as %r" % (self.number, back))
        return took

    def close(self):
        self.send(None)
        self.crew.close()


def make(options):
    """The shape that was asked for."""
    return RoundTrip(options)
