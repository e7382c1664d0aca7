"""One shape of Python's standard library, timed by Python itself at the request of `tvp run python`.

    python3 python_peer.py shape=pipe between=processes start=fork workers=1 cpus=0,0

It first prints "ready VERSION OPERATIONS": everything that is not timed is set up, and each clock reading covers that many
operations. Then it answers each line it reads: "run N" by N readings in ns, "usage" by the resources that it and its reaped
children have used so far: CPU ns, page faults, voluntary and involuntary context switches. At the end of its input it ends
everything. Errors are printed as "error TEXT", features that this machine or this Python lacks as "unsupported TEXT".
"""

# Children of the start methods spawn and forkserver import this file again while the clock runs: it imports little.
import importlib
import os
import sys

MODULES = {
    "start_join": "creation",
    "terminate": "creation",
    "pool_open": "pools",
    "pool_map_empty": "pools",
    "pool_map_sum": "pools",
    "pool_map_square": "pools",
    "pool_map_rows": "pools",
    "serial_sum": "pools",
    "serial_square": "pools",
    "serial_rows": "pools",
    "pipe": "round_trips",
    "queue": "round_trips",
    "value_lock": "shared_objects",
    "array": "shared_objects",
    "semaphore": "shared_objects",
    "manager_list": "shared_objects",
}


class Options:
    """The options of the command line, and what all shapes use."""

    def __init__(self, words):
        given = dict(word.split("=", 1) for word in words)
        self.shape = given["shape"]
        self.processes = given.get("between") == "processes"
        self.start = given.get("start", "fork")
        self.workers_n = int(given.get("workers", "1"))
        self.cpus = [int(cpu) for cpu in given.get("cpus", "").split(",") if cpu]

    def context(self):
        """The start method always by its name: the default differs between versions of Python."""
        import multiprocessing

        return multiprocessing.get_context(self.start)

    def pin(self, worker):
        """Bind the calling thread to its CPU, if the row has a place: 0 the caller, 1 the worker."""
        if self.cpus:
            os.sched_setaffinity(0, {self.cpus[worker]})


def end_children_with_parents():
    """Forked children hold their parent's ends of the pipes, too, and would wait for ever after the parent's death.

    This takes some microseconds of the milliseconds that a child takes. Other start methods pass on only the descriptors
    that are needed, so that their children see an end of file.
    """
    import ctypes
    import signal

    prctl = ctypes.CDLL(None).prctl
    set_death_signal = 1  # PR_SET_PDEATHSIG
    parent = [0]

    def note_parent():
        parent[0] = os.getpid()

    def request_signal():
        prctl(set_death_signal, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != parent[0]:  # the parent died before the request
            os._exit(1)

    os.register_at_fork(before=note_parent, after_in_child=request_signal)


def usage_text():
    """Of this process and the children it has waited for; the runner reads that of living children."""
    import resource

    from common import uncounted_cpu_ns

    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return "%d %d %d %d" % (
        sum(int((used.ru_utime + used.ru_stime) * 1e9) for used in both) - uncounted_cpu_ns[0],
        sum(used.ru_minflt + used.ru_majflt for used in both),
        sum(used.ru_nvcsw for used in both),
        sum(used.ru_nivcsw for used in both),
    )


def answer(shape, line):
    """The answer to one line."""
    words = line.split()
    if words == ["usage"]:
        return usage_text()
    if len(words) == 2 and words[0] == "run":
        return " ".join(str(shape.run()) for _ in range(int(words[1])))
    raise ValueError("unknown request %r" % line)


def serve(options, commands, reply):
    """Set up, answer all requests, close."""
    shape = importlib.import_module(MODULES[options.shape]).make(options)
    try:
        reply("ready %d.%d.%d %d" % (*sys.version_info[:3], shape.operations_n))
        for line in iter(commands.readline, ""):
            reply(answer(shape, line))
    finally:
        shape.close()


def main():
    """Read requests from descriptor 0 and answer on 1; what anything else prints goes to 2."""
    commands = os.fdopen(os.dup(0), "r")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def reply(text):
        answers.write(text.replace("\n", " ") + "\n")
        answers.flush()

    if sys.version_info < (3, 9):
        reply("unsupported Python %d.%d is too old: 3.9 or later is needed" % sys.version_info[:2])
        return 1
    try:
        end_children_with_parents()
        serve(Options(sys.argv[1:]), commands, reply)
    except ImportError as error:  # built without semaphores, for example
        reply("unsupported %s" % error)
        return 1
    except Exception as error:  # pylint: disable=broad-except  # any error becomes the row's reason
        reply("error %s: %s" % (type(error).__name__, error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
