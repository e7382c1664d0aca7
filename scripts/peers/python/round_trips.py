"""Round trips of one byte between the caller and one worker: a message and its reply are one operation."""

import multiprocessing
import queue
from time import perf_counter_ns

from common import Team, expect


class Pipes:
    """multiprocessing.Pipe, which is a socket pair; threads can use it, too."""

    def __init__(self, _options):
        self.caller_end, self.worker_end = multiprocessing.Pipe()

    def functions(self, worker):
        """send and recv of the worker or the caller."""
        end = self.worker_end if worker else self.caller_end
        return end.send, end.recv


class Queues:
    """Two queues: multiprocessing.Queue (a pipe, two locks and a feeder thread), between threads queue.Queue."""

    def __init__(self, options):
        make = options.context().Queue if options.processes else queue.Queue
        self.requests, self.replies = make(), make()

    def functions(self, worker):
        """send and recv of the worker or the caller."""
        sent, received = (self.replies, self.requests) if worker else (self.requests, self.replies)
        return sent.put, received.get


class RoundTrip:
    """The worker sends back what it receives; None ends it."""

    operations_n = 1

    def __init__(self, options):
        self.options = options
        self.channel = {"pipe": Pipes, "queue": Queues}[options.shape](options)
        self.send, self.recv = self.channel.functions(False)
        self.number = 0
        self.team = Team(options, self.echo)
        # Caller and worker pin themselves, and the worker answers its first message on its CPU; it was created before.
        options.pin(0)
        self.run()

    def echo(self, _index, connection):
        """The worker: it echoes over the measured channel until None comes, then waits to be told to end."""
        self.options.pin(1)
        send, recv = self.channel.functions(True)
        for message in iter(recv, None):
            send(message)
        connection.recv()

    def run(self):
        self.number = (self.number + 1) % 256
        message = bytes([self.number])
        begin = perf_counter_ns()
        self.send(message)
        reply = self.recv()
        took = perf_counter_ns() - begin
        expect(reply == message, "message %d came back as %r" % (self.number, reply))
        return took

    def close(self):
        self.send(None)
        self.team.close()


def make(options):
    """The requested shape."""
    return RoundTrip(options)
