"""One shape of Python's standard library, timed by Python itself at the request of `tvp run python`.

    python3 python_peer.py shape=pipe between=processes start=fork workers=1 cpus=0,0

It first says "ready VERSION OPERATIONS": everything that is not timed is set up, and each reading of the clock covers that
many operations. Then it answers each line read: "run N" with N readings in ns, "usage" with what it and its reaped children
used so far: CPU ns, page faults, voluntary and forced context switches. At the end of its input it takes everything down.
What goes wrong is said as "error TEXT", a lack of this machine or this Python as "unsupported TEXT".
"""

# Children of the start methods spawn and forkserver import this file again, within what is timed: it imports little.
import importlib
import os
import sys

MODULES = {
    "start_join": "starts",
    "terminate": "starts",
    "pool_open": "pools",
    "pool_map_empty": "pools",
    "pool_map_sum": "pools",
    "pool_map_square": "pools",
    "pool_map_rows": "pools",
    "serial_sum": "pools",
    "serial_square": "pools",
    "serial_rows": "pools",
    "pipe": "talks",
    "queue": "talks",
    "value_lock": "shares",
    "array": "shares",
    "semaphore": "shares",
    "manager_list": "shares",
}


class Options:
    """What the command line says of the shape, and what the shapes have in common."""

    def __init__(self, words):
        given = dict(word.split("=", 1) for word in words)
        self.shape = given["shape"]
        self.processes = given.get("between") == "processes"
        self.start = given.get("start", "fork")
        self.workers_n = int(given.get("workers", "1"))
        self.cpus = [int(cpu) for cpu in given.get("cpus", "").split(",") if cpu]

    def context(self):
        """The start method always by its name: which one is the default differs between versions of Python."""
        import multiprocessing

        return multiprocessing.get_context(self.start)

    def pin(self, side):
        """Bind the calling thread to the CPU of its side: 0 the caller, 1 the partner. Where none was asked for, nothing."""
        if self.cpus:
            os.sched_setaffinity(0, {self.cpus[side]})


def end_children_with_parents():
    """A forked child that waits for its parent holds the parent's ends of its pipes too, and would wait for ever.

    Costs a child some microseconds of the milliseconds it takes. Other start methods pass on only what is needed, so that
    their children see the end of a file.
    """
    import ctypes
    import signal

    prctl = ctypes.CDLL(None).prctl
    set_death_signal = 1  # PR_SET_PDEATHSIG
    parent = [0]

    def note_parent():
        parent[0] = os.getpid()

    def ask_for_signal():
        prctl(set_death_signal, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != parent[0]:  # it died before the asking
            os._exit(1)

    os.register_at_fork(before=note_parent, after_in_child=ask_for_signal)


def usage_text():
    """This process and the children it has waited for; those that live are read by who asks."""
    import resource

    from common import aside_cpu_ns

    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return "%d %d %d %d" % (
        sum(int((used.ru_utime + used.ru_stime) * 1e9) for used in both) - aside_cpu_ns[0],
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
    raise ValueError("what is %r?" % line)


def serve(options, commands, say):
    """From setting up to taking down."""
    shape = importlib.import_module(MODULES[options.shape]).make(options)
    try:
        say("ready %d.%d.%d %d" % (*sys.version_info[:3], shape.operations_n))
        for line in iter(commands.readline, ""):
            say(answer(shape, line))
    finally:
        shape.close()


def main():
    """Ask and answer on the first two descriptors; what anything else prints goes to the third."""
    commands = os.fdopen(os.dup(0), "r")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(text):
        answers.write(text.replace("\n", " ") + "\n")
        answers.flush()

    if sys.version_info < (3, 9):
        say("unsupported Python %d.%d is too old: 3.9 is the least" % sys.version_info[:2])
        return 1
    try:
        end_children_with_parents()
        serve(Options(sys.argv[1:]), commands, say)
    except ImportError as error:  # built without semaphores, for example
        say("unsupported %s" % error)
        return 1
    except Exception as error:  # pylint: disable=broad-except  # whatever it is, the row's reason says it
        say("error %s: %s" % (type(error).__name__, error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
