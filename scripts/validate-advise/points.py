"""The points of a validation of `tvp advise`: each a way of running a job, as predicted and as measured."""
import json
import math
import statistics

from advice import is_quiet, setting_key

ROUNDS_LEAST = 4

median = statistics.median


class Point:
    """A way of running a job: what was predicted and what was measured."""

    def __init__(self, record, key, rounds):
        self.record, self.job, self.key = record, record["job"], key
        self.model, workers, self.wait, self.transport, self.schedule = key.split()
        self.workers = int(workers)
        self.measured = median(ns for _, ns in rounds)
        self.even = median(ns for index, ns in rounds if index % 2 == 0)
        self.odd = median(ns for index, ns in rounds if index % 2 == 1)
        self.retest = abs(math.log(self.even / self.odd))
        self.rounds_n = len(rounds)
        self.predicted = self.low = self.high = self.error = None
        self.terms = {}
        # What tvp was told of the job, or measured of a kernel.
        advice = record["advice"] or {}
        told = {"wait_share": self.job.get("wait_pct", 0), "lock_share": self.job.get("lock_pct", 0),
                "in_bytes": self.job.get("in_bytes", 0), "out_bytes": self.job.get("out_bytes", 0)}
        self.work = {**told, **advice.get("workload", {})}

    def predict(self, row):
        """A bound that tvp does not know covers everything."""
        self.predicted = row["wall_ns"]
        self.low = 0 if row["low_ns"] is None else row["low_ns"]
        self.high = math.inf if row["high_ns"] is None else row["high_ns"]
        self.terms = row.get("terms_ns", {})
        # What is not positive is as wrong as can be, and has no logarithm.
        self.error = math.log(self.predicted / self.measured) if self.predicted > 0 else -math.inf

    @property
    def covered(self):
        return self.low <= self.measured <= self.high

    def works(self, *names):
        """Whether the job has work of just these kinds, and no others."""
        has = {"data": self.job.get("in_bytes", 0) + self.job.get("out_bytes", 0) > 0,
               "wait": self.job.get("wait_pct", 0) > 0, "lock": self.job.get("lock_pct", 0) > 0}
        return "kernel" not in self.job and {name for name, is_so in has.items() if is_so} == set(names)

    @property
    def copies(self):
        return self.transport != "inplace"

    @property
    def kind(self):
        """Of the picture: one each."""
        if self.copies:
            return "with copies"
        if self.work["wait_share"]:
            return "waits"
        if self.work["lock_share"]:
            return "lock"
        return "data in place" if self.work["in_bytes"] + self.work["out_bytes"] > 0 else "compute"


KINDS = ("compute", "data in place", "with copies", "waits", "lock")
RESIDENT = ("thread_pool", "process_pool")
CREATED = ("threads", "fork")


def predictions(record):
    """Of each way; those that were measured have the pin compact, which means nothing to the serial one."""
    ranked = (record["advice"] or {}).get("ranked", [])
    return {setting_of(row): row for row in ranked if row["model"] == "serial" or row.get("pin", "compact") == "compact"}


def points_of(record, left_out):
    rows, points = predictions(record), []
    for key, rounds in record["rounds"].items():
        if len(rounds) < ROUNDS_LEAST:
            count(left_out, f"ways of fewer than {ROUNDS_LEAST} rounds")
            continue
        point = Point(record, key, rounds)
        if rows.get(key, {}).get("wall_ns") is not None:
            point.predict(rows[key])
        else:
            count(left_out, unpredicted(record, point))
        points.append(point)
    return points


def unpredicted(record, point):
    way = f"{point.model} {point.wait}, {point.transport}, {point.workers} workers"
    return "ways of which nothing was predicted: " + ("tvp advise failed" if record["status"] else way)


def setting_of(row):
    return setting_key({"wait": "adaptive", **{name: value for name, value in row.items() if value}})


def count(counts, what):
    counts[what] = counts.get(what, 0) + 1


def read(out, prefix):
    """Jobs as lists of points; what could not be used is counted by its reason."""
    jobs, left_out, records = [], {}, []
    for path in sorted((out / "raw").glob(f"{prefix}[0-9][0-9][0-9][0-9].json")):
        record = json.loads(path.read_text())
        if not is_quiet(record):
            count(left_out, "jobs beside which other processes used the CPUs")
            continue
        records.append(record)
        points = points_of(record, left_out)
        if points:
            jobs.append(points)
        if record["run_status"]:
            count(left_out, f"jobs of which tvp run ended with {record['run_status']}")
    return jobs, left_out, records
