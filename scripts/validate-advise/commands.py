"""Commands: what `tvp advise --command` predicts of each is kept first, then `tvp run command` measures all its ways.

Usage: commands.py measure TVP OUT SECONDS
       commands.py score OUT

Files for them are made in OUT/inputs, by a seed. Of a command, OUT/raw/command-NAME.advice.json is written before, and
OUT/raw/command-NAME.json after its measurement; one that has the latter is not measured again.
"""
import json
import math
import pathlib
import random
import statistics
import sys
import time

from advice import keep, run

ADVICE_S = 8
MEASURE_S = 40 # a command; and as much as it takes to calibrate
ROUNDS_MOST = 8

WORDS = [b"alpha", b"beta", b"gamma", b"delta", b"0123456789", b"\n", b"tail\n"]
# What is done for each input: name, what it is like, options of both commands.
COMMANDS = (
    ("gzip", "gzip -9 of 150 files, 2 to 300 KB", ["--command=gzip -9 -c {}", "--inputs={inputs}/text*"]),
    ("sort", "sort of the same files", ["--command=sort {}", "--inputs={inputs}/text*"]),
    ("sha256sum", "sha256sum of 400 small files, and batches of 20",
     ["--command=sha256sum", "--inputs={inputs}/small*", "--batch=20"]),
    ("gnuplot", "gnuplot, 24 pictures", ["--shell", "--items=24", "--command=gnuplot -e \"set terminal svg; set output "
     "'/dev/null'; set samples 2000; set isosamples 40; splot sin(x*$1/10.)*cos(y)\""]),
    ("wait", "sleep 0.05, 40 times", ["--command=sleep 0.05", "--items=40"]),
)


def make_inputs(out):
    folder = out / "inputs"
    if (folder / "done").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(13)
    for number in range(150):
        size = int(min(max(math.exp(rng.gauss(math.log(25e3), 0.9)), 2e3), 300e3))
        (folder / f"text{number:03}").write_bytes(b" ".join(rng.choices(WORDS, k=size // 6)))
    for number in range(400):
        (folder / f"small{number:03}").write_bytes(rng.randbytes(rng.randint(1000, 20000)))
    (folder / "done").touch()
    return folder


def way(row):
    return f"{row['model']} {int(row['workers'])}"


def rounds_of(result):
    """Of each way: the ns of its rounds, in order."""
    rounds = {}
    for row in result["benchmarks"]:
        if row.get("run_type") == "iteration" and row.get("wall_ns"):
            words = row["name"].split("/model:")[1].split("/")
            rounds.setdefault(f"{words[0]} {words[1].split(':')[1]}", []).append(row["wall_ns"])
    return rounds


def measure_one(tvp, out, name, options):
    raw = out / "raw"
    advice = run([tvp, "advise", *options, f"--time-budget={ADVICE_S}s", "--seed=1", "--format=json"])
    record = {"status": advice.returncode, "error": advice.stderr[-2000:],
              "advice": json.loads(advice.stdout) if advice.returncode == 0 else None}
    keep(raw / f"command-{name}.advice.json", record)
    if advice.returncode:
        print(f"{name}: tvp advise ended with {advice.returncode}: {advice.stderr[-300:].strip()}", file=sys.stderr)
        return record
    workers = sorted({str(int(row["workers"])) for row in record["advice"]["ranked"]})
    result = raw / f"command-{name}.result.json"
    done = run([tvp, "run", "command", *options, "--workers=" + ",".join(workers), f"--time-budget={MEASURE_S}s",
                f"--rounds={ROUNDS_MOST}", "--doctor=never", "--progress=never", f"--out={result}"])
    rounds = rounds_of(json.loads(result.read_text())) if result.exists() else {}
    keep(raw / f"command-{name}.json", {**record, "run_status": done.returncode, "run_error": done.stderr[-2000:],
                                        "rounds": rounds})
    print(f"{name}: {len(rounds)} ways, {min(map(len, rounds.values()), default=0)} rounds or more", flush=True)
    return record


def measure(tvp, out, seconds):
    end = time.monotonic() + seconds
    (out / "raw").mkdir(parents=True, exist_ok=True)
    inputs = make_inputs(out)
    for name, _, options in COMMANDS:
        if (out / "raw" / f"command-{name}.json").exists():
            continue
        if time.monotonic() > end:
            print("commands are left; the same command continues with them")
            return
        measure_one(tvp, out, name, [option.replace("{inputs}", str(inputs)) for option in options])


def percent(value, digits=1):
    return f"{100 * value:.{digits}f} %"


class Scores:
    def __init__(self):
        self.errors, self.covered, self.ratios = [], [], []

    def add(self, name, said, record):
        """Predicted ÷ measured of every way; the first of the advice ÷ the best measured."""
        measured = {key: statistics.median(ns) for key, ns in record["rounds"].items() if not key.startswith("start")}
        rows = {way(row): row for row in record["advice"]["ranked"]}
        lines = []
        for key, ns in measured.items():
            if key not in rows:
                continue
            row = rows[key]
            self.errors.append(abs(math.log(row["wall_ns"] / ns)))
            self.covered.append(row["low_ns"] <= ns <= row["high_ns"])
            lines.append(f"{key}: {row['wall_ns'] / ns:.3f}" + ("" if self.covered[-1] else " ✗"))
        chosen = way(record["advice"]["ranked"][0])
        best = min(measured, key=measured.get)
        ratio = measured[chosen] / measured[best]
        self.ratios.append(ratio)
        rounds = min(map(len, record["rounds"].values()))
        workload = record["advice"]["workload"]
        print(f"| {name}: {said} | {workload['work_ns'] / 1e6:.3g} ms, CV {workload['cv']:.2g} | "
              f"{int(workload['measured_items'])} of {int(workload['items'])} | {chosen} | {best} | {ratio:.2f} | "
              f"{'; '.join(lines)} | {rounds} |")


def score(out):
    records = [(name, said, out / "raw" / f"command-{name}.json") for name, said, _ in COMMANDS]
    records = [(name, said, json.loads(path.read_text())) for name, said, path in records if path.exists()]
    records = [entry for entry in records if entry[2]["rounds"]]
    if not records:
        return
    print("# Commands\n")
    print("`tvp advise --command` before, `tvp run command` after. ✗: measured outside of the 95 % interval.\n")
    print("| command | an input | sampled | chosen | best | chosen ÷ best | predicted ÷ measured | rounds |")
    print("|:--|--:|--:|:--|:--|--:|:--|--:|")
    scores = Scores()
    for entry in records:
        scores.add(*entry)
    print(f"\n{len(scores.errors)} ways: median |error| {percent(statistics.median(scores.errors))}, largest "
          f"{percent(max(scores.errors))}; {percent(sum(scores.covered) / len(scores.covered), 0)} in the interval; worst "
          f"choice {max(scores.ratios):.2f} × the best.\n")


def main():
    if sys.argv[1] == "measure":
        measure(sys.argv[2], pathlib.Path(sys.argv[3]), float(sys.argv[4]))
    else:
        score(pathlib.Path(sys.argv[2]))


main()
