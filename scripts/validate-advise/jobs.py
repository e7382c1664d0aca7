"""Random jobs for `tvp advise`, by seed: one JSON object a line, as options of `tvp run scaling --kernel=synthetic`.

Usage: jobs.py SEED JOBS CPUS

A job has at most 12 settings. W = CPUs is always among its numbers of workers, so that the rules which choose it can be
judged; the other number is any from 1 to 2 x CPUs + 1.
"""
import json
import math
import random
import sys

SERIAL_MOST_NS = 0.3e9
DATA_MOST_BYTES = 32 << 20
ITEM_DATA_MOST_BYTES = 8 << 20
WAITED_LEAST_NS = 2e6
DYNAMIC_SHARE = 0.3


def log_uniform(rng, least, most):
    return math.exp(rng.uniform(math.log(least), math.log(most)))


def draw_bytes(rng, items):
    if rng.random() < 0.5:
        return 0
    most = min(ITEM_DATA_MOST_BYTES, DATA_MOST_BYTES // items)
    return int(log_uniform(rng, 64, most)) // 8 * 8 if most >= 64 else 0


def draw_wait_pct(rng, serial_ns):
    """Where all that a job waits is less than the timer's own error, there is nothing to predict."""
    percent = rng.randint(1, 90) if rng.random() < 0.25 else 0
    return percent if serial_ns * percent / 100 >= WAITED_LEAST_NS else 0


def draw_ways(rng, cpus, job):
    """Numbers of workers, wait, channel, schedule and models. Spinning workers are no more than the CPUs."""
    has_data = job["in_bytes"] + job["out_bytes"] > 0
    job["wait"] = rng.choice(["spin", "adaptive", "park"])
    most = cpus if job["wait"] == "spin" else 2 * cpus + 1
    others = [workers for workers in range(1, most + 1) if workers != cpus] or [1]
    job["workers"] = sorted({workers for workers in (cpus, rng.choice(others)) if workers <= job["items"]} or {1})
    job["channel"] = rng.choice(["pipe", "socketpair", "futex"]) if has_data else ""
    job["models"] = ["serial", "threads", "fork", "thread_pool", "process_pool"]
    job["schedules"] = ["static"]
    if job["cv_pct"] and cpus <= job["items"] and rng.random() < DYNAMIC_SHARE:
        # As advise divides them: in sixteenths of a worker's share, and items that are sent stay in blocks.
        job["schedules"].append(f"dynamic:{max(job['items'] // cpus // 16, 1)}")
        job["workers"] = [cpus]
        job["channel"] = ""
    elif job["channel"]:
        job["models"].remove(rng.choice(["threads", "fork"]))
    return job


def draw(rng, cpus):
    work = int(log_uniform(rng, 100, 100e6))
    total = log_uniform(rng, max(work, 20e3), SERIAL_MOST_NS)
    items = max(1, min(int(total / work), 1000000))
    job = {
        "items": items,
        "item_ns": work,
        "cv_pct": rng.randint(5, 100) if rng.random() < 0.5 and items > 1 else 0,
        "in_bytes": draw_bytes(rng, items),
        "out_bytes": draw_bytes(rng, items),
        "wait_pct": draw_wait_pct(rng, items * work),
        "lock_pct": rng.randint(1, 20) if rng.random() < 0.25 else 0,
    }
    return draw_ways(rng, cpus, job)


def main():
    seed, count, cpus = (int(argument) for argument in sys.argv[1:4])
    for number in range(count):
        # Each has a generator of its own: a job does not depend on how many are drawn.
        job = draw(random.Random(f"{seed} {number}"), cpus)
        print(json.dumps({"job": number, **job}))


main()
