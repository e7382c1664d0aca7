"""What measure.py and score.py share: how a way of running is named, and what tvp is asked."""
import json
import subprocess

# The kernel's own work for jobs of many short rounds is counted as others', too, and is up to 5 %; a build is 30 %.
OTHERS_MOST = 0.1
WORK_OPTIONS = ("item_ns", "cv_pct", "in_bytes", "out_bytes", "wait_pct", "lock_pct")


def setting_key(point):
    """Of a row of `tvp advise` and of the words of a row's name: the same way, the same text."""
    pool = "pool" in point["model"]
    schedule = point.get("schedule", "static")
    words = [point["model"], str(int(point["workers"])), point.get("wait", "adaptive") if pool else "-",
             point.get("transport", "inplace"), schedule]
    return " ".join(words)


def key_of_name(name):
    return setting_key(dict(word.split(":", 1) for word in name.split("/")[1:]))


def rounds_of(result):
    """Of each way: [round, ns] of all its rounds. A run has rows of the machine's limits, too, which are serial."""
    rounds = {}
    for row in result["benchmarks"]:
        if row.get("run_type") == "iteration" and row.get("wall_ns") and row["name"].startswith("scaling/"):
            rounds.setdefault(key_of_name(row["name"]), []).append([row["repetition_index"], row["wall_ns"]])
    return rounds


def others_of(result):
    """What other processes took of all CPUs' time during the rounds."""
    rounds = result["tvp"]["rounds"]
    cpu_ns = sum(a_round["wall_ns"] for a_round in rounds) * int(result["tvp"]["machine"]["cpus_n"])
    return sum(a_round.get("others_ns") or 0 for a_round in rounds) / cpu_ns if cpu_ns else 0


def is_quiet(record):
    return record.get("others", 0) <= OTHERS_MOST


def work_asked(job):
    """The job's options of `tvp advise`. Of a kernel from a file the size is a count of items."""
    if "/" in job.get("kernel", ""):
        return [f"--kernel={job['kernel']}", f"--items={job['size']}"]
    if "kernel" in job:
        return [f"--kernel={job['kernel']}", f"--size={job['size']}"]
    return [f"--work={job['item_ns']}ns", f"--items={job['items']}", f"--cv={job['cv_pct']}%", 
            f"--in={job['in_bytes']}", f"--out={job['out_bytes']}", f"--wait={job['wait_pct']}%", f"--lock={job['lock_pct']}%"]


def work_run(job):
    """The job's options of `tvp run scaling`."""
    if "kernel" in job:
        return [f"--kernel={job['kernel']}", f"--size={job['size']}"]
    return ["--kernel=synthetic", f"--size={job['items']}"] + [f"--{name}={job[name]}" for name in WORK_OPTIONS]


def run(arguments, **options):
    return subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options)


def keep(path, value):
    """Whole or not at all."""
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(value))
    new.rename(path)
