"""The error of `tvp advise` over the jobs that measure.py kept: tables to stdout as Markdown, and all points.

Usage: score.py OUT CPUS

Writes OUT/points.tsv, and OUT/points.dat for the picture. Nothing is measured.
"""
import math
import pathlib
import statistics
import sys

from points import CREATED, KINDS, RESIDENT, read

JOBLIB_BATCH_NS = 0.2e9
CHOICE_NEAR = 1.05
MISSES_SHOWN = 15

median = statistics.median


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else math.nan


def percent(value, digits=1):
    return "–" if math.isnan(value) else f"{100 * value:.{digits}f} %"


def table(heads, rows):
    print("| " + " | ".join(heads) + " |")
    print("|:--" + "|--:" * (len(heads) - 1) + "|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def cpus_said(workers, cpus):
    if workers < cpus:
        return "fewer workers than CPUs"
    return "as many as CPUs" if workers == cpus else "more workers than CPUs"


def classes(cpus):
    yield "all", lambda p: True
    yield "compute", lambda p: not p.copies and p.works()
    yield "compute, CV 0", lambda p: not p.copies and p.works() and not p.job["cv_pct"]
    yield "compute, CV > 0", lambda p: not p.copies and p.works() and p.job["cv_pct"]
    yield "compute, dynamic", lambda p: p.works() and p.schedule != "static"
    yield "data in place", lambda p: not p.copies and p.works("data")
    yield "with copies", lambda p: p.copies
    for channel in ("pipe", "socketpair", "futex"):
        yield f"with copies, {channel}", lambda p, channel=channel: p.transport == f"copy:{channel}"
    yield "waits, no data, no lock", lambda p: p.works("wait")
    yield "waits, all", lambda p: p.job.get("wait_pct")
    yield "lock, no data, no waits", lambda p: p.works("lock")
    yield "lock, all", lambda p: p.job.get("lock_pct")
    yield "serial", lambda p: p.model == "serial"
    yield "created per job", lambda p: p.model in CREATED
    yield "resident", lambda p: p.model in RESIDENT
    for kernel in ("sum", "square", "convolve", "busy", "sleep", "mandel", "letters", "rows", "blocks", "primes"):
        yield kernel, lambda p, kernel=kernel: pathlib.Path(p.job.get("kernel", "")).stem == kernel
    yield "kernels from files", lambda p: "/" in p.job.get("kernel", "")
    for said in ("fewer workers than CPUs", "as many as CPUs", "more workers than CPUs"):
        yield said, lambda p, said=said: p.model != "serial" and cpus_said(p.workers, cpus) == said


def bar_of(name, retest):
    """The issue's bars of the median: (least, times the retest error); by class, or none."""
    if name.startswith("compute"):
        return max(0.03, 1.5 * retest)
    return max(0.10, 2 * retest) if name.startswith("with copies") else math.nan


def mark(good):
    return "" if good else " ✗"


def error_row(name, points):
    errors = [abs(p.error) for p in points]
    finite = [p.error for p in points if math.isfinite(p.error)]
    middle, high = median(errors), quantile(errors, 0.9)
    retest = median(p.retest for p in points)
    covered = sum(p.covered for p in points) / len(points)
    bar = bar_of(name, retest)
    width = median(math.log(p.high / p.low) / 2 if p.low > 0 else math.inf for p in points)
    return (name, len(points), percent(middle) + mark(math.isnan(bar) or middle <= bar), percent(bar),
            percent(high) + mark(high <= 0.25), percent(median(finite)) if finite else "–", percent(retest),
            percent(covered, 0) + mark(0.9 <= covered <= 0.98), percent(width))


def errors_said(points, cpus):
    print("## Errors\n")
    print("Error: |log(predicted ÷ measured)| of each way of each job; measured: the median over rounds. Retest: the same\n"
          "between the medians of even and of odd rounds. ✗: the bar is missed; bars: the median as given, p90 25 %,\n"
          "coverage 90–98 %. Compute has no data, waits or lock; classes overlap.\n")
    rows = []
    for name, belongs in classes(cpus):
        chosen = [p for p in points if p.error is not None and belongs(p)]
        if chosen:
            rows.append(error_row(name, chosen))
    table(("class", "ways", "median", "bar", "p90", "bias", "retest", "in the 95 % interval", "its half-width"), rows)


def at(points, model, workers, transport="inplace", schedule="static"):
    for point in points:
        if (point.model, point.workers, point.schedule) == (model, workers, schedule):
            if point.transport == transport or (transport == "copy" and point.copies):
                return point
    return None


def advised(points, _cpus):
    predicted = [p for p in points if p.error is not None]
    return min(predicted, key=lambda p: p.predicted, default=None)


def created(points, cpus):
    return at(points, "threads", cpus) or at(points, "fork", cpus)


def sent_if_data(points, cpus):
    """Processes as most libraries have them: what there is of data goes through the channel."""
    return at(points, "process_pool", cpus, "copy") or at(points, "process_pool", cpus)


def joblib(points, cpus):
    """Batches of 0.2 s: a job of less is one batch, which one process computes, however many there are."""
    job = points[0].job
    serial_ns = job.get("items", 1) * job.get("item_ns", JOBLIB_BATCH_NS)
    workers = max(1, min(cpus, round(serial_ns / JOBLIB_BATCH_NS)))
    return at(points, "process_pool", workers, "copy") or at(points, "process_pool", workers)


RULES = (
    ("tvp advise", advised),
    ("threads, W = CPUs (pool)", lambda points, cpus: at(points, "thread_pool", cpus)),
    ("processes, W = CPUs (pool), in place", lambda points, cpus: at(points, "process_pool", cpus)),
    ("processes, W = CPUs (pool), data sent", sent_if_data),
    ("threads, 2n + 1 (pool)", lambda points, cpus: at(points, "thread_pool", 2 * cpus + 1)),
    ("processes, 2n + 1 (pool)", lambda points, cpus: at(points, "process_pool", 2 * cpus + 1)),
    ("W = CPUs, created per job", created),
    ("joblib's batches (processes, data sent)", joblib),
    ("serial", lambda points, cpus: at(points, "serial", 1)),
)


def ratios(jobs, cpus, rule):
    """Of the jobs where the rule's choice was measured: its even rounds ÷ those of what was best on odd rounds."""
    found = []
    for points in jobs:
        choice = rule(points, cpus)
        best = min(points, key=lambda p: p.odd)
        if choice:
            found.append((choice.even / best.even, choice, best))
    return found


def decisions_said(jobs, cpus):
    print("## Decisions\n")
    print("Each choice is among the ways that were measured of the job. The best is found on odd rounds; all are scored on\n"
          "even ones. Jobs: those of which the rule's choice was measured. joblib's batching is approximated: it makes batches\n"
          "of 0.2 s, so that a job of less than 0.3 s is one batch, which one process of a pool computes, with its data sent;\n"
          "its first batches, which find that size, are left out. Bars: 90 % within 5 %, never worse than 1.3.\n")
    rows = []
    for name, rule in RULES:
        found = [ratio for ratio, _, _ in ratios(jobs, cpus, rule)]
        if found:
            near = sum(ratio <= CHOICE_NEAR for ratio in found) / len(found)
            own = name == "tvp advise"
            rows.append((name, len(found), percent(near, 0) + mark(not own or near >= 0.9), f"{median(found):.2f}",
                         f"{quantile(found, 0.9):.2f}", f"{max(found):.2f}" + mark(not own or max(found) <= 1.3)))
    table(("rule", "jobs", "within 5 % of the best", "median ratio", "p90", "worst"), rows)


def work_said(job):
    if "kernel" in job:
        return f"{pathlib.Path(job['kernel']).stem} {job['size']}"
    return " ".join([f"{job['items']} × {job['item_ns']} ns"] + [f"{name.split('_')[0]} {job[name]}" for name in (
        "cv_pct", "in_bytes", "out_bytes", "wait_pct", "lock_pct") if job[name]])


def terms_said(point):
    return " ".join(f"{name} {ns / 1e6:.3g}" for name, ns in point.terms.items() if ns)


def misses_said(points):
    print(f"## The worst {MISSES_SHOWN} misses\n")
    worst = sorted((p for p in points if p.error is not None), key=lambda p: -abs(p.error))[:MISSES_SHOWN]
    table(("job, way", "work", "error", "retest", "measured, ms", "predicted, ms", "terms, ms"),
          [(f"{p.job['job']}: {p.key}", work_said(p.job), percent(p.error, 0), percent(p.retest), f"{p.measured / 1e6:.3g}",
            f"{p.predicted / 1e6:.3g}", terms_said(p)) for p in worst])


def wrong_choices_said(jobs, cpus):
    wrong = [found for found in ratios(jobs, cpus, advised) if found[0] > CHOICE_NEAR]
    wrong.sort(key=lambda found: -found[0])
    if wrong:
        print(f"## The worst {MISSES_SHOWN} choices\n")
        table(("job", "work", "chosen", "best", "ratio"),
              [(choice.job["job"], work_said(choice.job), choice.key, best.key, f"{ratio:.2f}")
               for ratio, choice, best in wrong[:MISSES_SHOWN]])


def head_said(title, jobs, left_out, records):
    ages = [record["calibration_age_s"] / 60 for record in records]
    took = [record["took_s"] for record in records]
    print(f"# {title}\n")
    rounds_n = median(point.rounds_n for points in jobs for point in points)
    calibrations_n = len({record["calibration"] for record in records})
    print(f"{len(records)} jobs, {sum(map(len, jobs))} ways of running them, {rounds_n:.0f} rounds of each (median).\n"
          f"Predicted before measuring, by {calibrations_n} calibration{'s' if calibrations_n > 1 else ''}, "
          f"{median(ages):.1f} min old (median; at most {max(ages):.1f}).\n"
          f"`tvp advise` took {median(took):.2f} s (median; at most {max(took):.1f}).\n")
    for what, how_many in sorted(left_out.items(), key=lambda item: -item[1]):
        print(f"- {how_many} {what}")
    print()


POINT_COLUMNS = ("job", "kind", "model", "workers", "wait", "transport", "schedule", "predicted_ns", "low_ns", "high_ns",
                 "measured_ns", "even_ns", "odd_ns", "retest", "error", "rounds")


def write_points(path, points):
    with open(path, "w") as file:
        print(*POINT_COLUMNS, sep="\t", file=file)
        for p in points:
            cells = (p.job["job"], p.kind, p.model, p.workers, p.wait, p.transport, p.schedule, p.predicted, p.low, p.high,
                     p.measured, p.even, p.odd, f"{p.retest:.5f}", p.error, p.rounds_n)
            print("\t".join("-" if cell is None else str(cell) for cell in cells), file=file)


def write_picture_data(path, points):
    """A block per kind, as gnuplot's index wants them: measured, predicted; 1 ns, off the picture, where there is none."""
    with open(path, "w") as file:
        for kind in KINDS:
            print(f'"{kind}"', file=file)
            rows = [(p.measured, p.predicted) for p in points if p.kind == kind and p.predicted and p.predicted > 0]
            for measured, predicted in rows or [(1, 1)]:
                print(measured, predicted, file=file)
            print("\n", file=file)


def main():
    out, cpus = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    if not list((out / "raw").glob("*[0-9].json")):
        sys.exit(f"validate-advise.sh: no job has been measured in {out}/raw: the step measure does that")
    for prefix, title in (("", "What the advice is worth"), ("real-", "Kernels that tvp measured first")):
        jobs, left_out, records = read(out, prefix)
        if not jobs:
            continue
        points = [point for points in jobs for point in points]
        head_said(title, jobs, left_out, records)
        errors_said(points, cpus)
        decisions_said(jobs, cpus)
        misses_said(points)
        wrong_choices_said(jobs, cpus)
        write_points(out / f"{prefix}points.tsv", points)
        write_picture_data(out / f"{prefix}points.dat", points)


main()
