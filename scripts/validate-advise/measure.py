"""Each job of a file: what `tvp advise` predicts of it is kept first, then it is measured.

Usage: measure.py TVP JOBS-FILE OUT SECONDS

Of a job N, OUT/raw/N.advice.json is written before, and OUT/raw/N.json after its measurement; a job that has the
latter is not measured again, unless other processes used the CPUs meanwhile. SECONDS is the time for all: no job is begun later, and each one's share depends on it, and on
how long the job takes.
"""
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

from advice import is_quiet, keep, others_of, rounds_of, run, work_asked, work_run

CALIBRATION_S = 60
CALIBRATION_AGE_MOST_S = 600
# Of a job's time, a third is in rounds, the rest around them; a way of it takes some two thirds of the serial one's time.
JOB_LEAST_S, JOB_MOST_S = 4, 45
ROUNDS_WISHED = 10
ROUND_OF_SERIAL = 2
SHORT_JOB_S = 8
AROUND_JOB_S = 5 # most of it the advice
ADVICE_MOST_S = 120


def ways_n(job):
    created = sum(model in ("threads", "fork") for model in job["models"])
    resident = len(job["models"]) - 1 - created
    return 1 + len(job["workers"]) * len(job["schedules"]) * (created + resident * (2 if job["channel"] else 1))


def wish_s(job):
    """Time for rounds enough of a long job; a short one's stop by themselves when their intervals are narrow."""
    serial_s = job.get("items", 1) * job.get("item_ns", 0) / 1e9
    return min(max(SHORT_JOB_S, ROUNDS_WISHED * ROUND_OF_SERIAL * serial_s * ways_n(job)), JOB_MOST_S)


class Campaign:
    def __init__(self, tvp, out, seconds):
        self.tvp = tvp
        self.out = out
        self.raw = out / "raw"
        self.env = dict(os.environ, XDG_STATE_HOME=str(out / "state"))
        self.end = time.monotonic() + seconds
        self.calibrated = None
        self.calibration = None
        (out / "calibrations").mkdir(parents=True, exist_ok=True)
        self.raw.mkdir(exist_ok=True)
        self.continue_calibrated()

    def left_s(self):
        return self.end - time.monotonic()

    def continue_calibrated(self):
        """With the last calibration, if this is the tvp that made it; calibrate() judges its age."""
        kept = sorted((self.out / "calibrations").glob("*.json"))
        if kept and int(kept[-1].stem) > os.stat(self.tvp).st_mtime:
            self.calibration, self.calibrated = kept[-1], int(kept[-1].stem)

    def calibrate(self):
        """Afresh, so that the machine's drift over hours is part of neither prediction nor error."""
        if self.calibrated and time.time() - self.calibrated < CALIBRATION_AGE_MOST_S:
            return
        done = run([self.tvp, "calibrate", "--progress=never"], env=self.env)
        if done.returncode:
            sys.exit(f"validate-advise.sh: tvp calibrate ended with {done.returncode}: {done.stderr[-500:]}")
        self.calibrated = time.time()
        newest = max((self.out / "state/tvp").glob("calibration-*.json"), key=lambda file: file.stat().st_mtime)
        self.calibration = self.out / "calibrations" / f"{int(self.calibrated)}.json"
        shutil.copyfile(newest, self.calibration)

    def predict(self, number, job):
        begun = time.monotonic()
        try:
            done = run([self.tvp, "advise", *work_asked(job), f"--from={self.calibration}", "--format=json"],
                       env=self.env, timeout=ADVICE_MOST_S)
            status, text, error = done.returncode, done.stdout, done.stderr
        except subprocess.TimeoutExpired as failure:
            status, text, error = -1, "", str(failure)
        advice = {"job": job, "status": status, "took_s": time.monotonic() - begun, "error": error[-2000:],
                  "calibration": self.calibration.name, "calibration_age_s": time.time() - self.calibrated,
                  "advice": json.loads(text) if status == 0 else None}
        keep(self.raw / f"{number}.advice.json", advice)
        return advice

    def budget_s(self, job, todo):
        """What it wishes for, or its share of the time where that is less."""
        calibrations_s = self.left_s() / CALIBRATION_AGE_MOST_S * CALIBRATION_S
        left_s = self.left_s() - calibrations_s - len(todo) * AROUND_JOB_S
        share = left_s / sum(wish_s(other) for _, other in todo)
        return max(JOB_LEAST_S, wish_s(job) * min(share, 1))

    def measure(self, number, job, budget_s):
        """All ways in one run, so that they are interleaved."""
        result = self.raw / f"{number}.result.json"
        transports = "inplace" + (f",copy:{job['channel']}" if job["channel"] else "")
        done = run([self.tvp, "run", "scaling", *work_run(job), "--pin=compact", "--model=" + ",".join(job["models"]),
                    "--workers=" + ",".join(map(str, job["workers"])), f"--wait={job['wait']}",
                    f"--transport={transports}", "--schedule=" + ",".join(job["schedules"]),
                    f"--time-budget={budget_s:.1f}s", "--target-ci=0.5%",
                    "--doctor=never", "--progress=never", "--format=csv", f"--seed={1 + job['job']}", f"--out={result}"],
                   env=self.env)
        if not result.exists():
            return {"run_status": done.returncode, "run_error": done.stderr[-2000:], "rounds": {}}
        text = result.read_text()
        with gzip.open(f"{result}.gz", "wt") as archive:
            archive.write(text)
        result.unlink()
        parsed = json.loads(text)
        return {"run_status": done.returncode, "run_error": done.stderr[-2000:], "rounds": rounds_of(parsed),
                "others": others_of(parsed)}

    def job(self, number, job, todo):
        self.calibrate()
        advice = self.predict(number, job)
        measured = self.measure(number, job, self.budget_s(job, todo))
        if measured["run_status"] == 130:
            raise KeyboardInterrupt
        keep(self.raw / f"{number}.json", {**advice, **measured})
        least = min((len(values) for values in measured["rounds"].values()), default=0)
        print(f"job {number}: {len(measured['rounds'])} ways, {least} rounds or more, advice in {advice['took_s']:.1f} s, "
              f"calibration {advice['calibration_age_s'] / 60:.0f} min old", flush=True)
        if not is_quiet(measured):
            print(f"job {number}: other processes took {measured['others']:.0%} of the CPUs' time: the next start of this "
                  "command measures it again", file=sys.stderr)
        if measured["run_status"]:
            error = measured["run_error"][-300:].strip()
            print(f"job {number}: tvp run ended with {measured['run_status']}: {error}", file=sys.stderr)
        if advice["status"]:
            error = advice["error"][-300:].strip()
            print(f"job {number}: tvp advise ended with {advice['status']}: {error}", file=sys.stderr)


def is_done(path):
    return path.exists() and is_quiet(json.loads(path.read_text()))


def main():
    tvp, jobs_file, out, seconds = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), float(sys.argv[4])
    prefix = "real-" if jobs_file.endswith("real.jobs") else ""
    campaign = Campaign(tvp, out, seconds)
    jobs = [json.loads(line) for line in pathlib.Path(jobs_file).read_text().splitlines()]
    todo = [(f"{prefix}{job['job']:04}", job) for job in jobs]
    todo = [(number, job) for number, job in todo if not is_done(campaign.raw / f"{number}.json")]
    try:
        for index, (number, job) in enumerate(todo):
            if campaign.left_s() <= 0:
                print(f"{len(todo) - index} jobs are left; the same command continues with them")
                break
            campaign.job(number, job, todo[index:])
    except KeyboardInterrupt:
        print("validate-advise.sh: interrupted; the same command continues from there", file=sys.stderr)
        sys.exit(130)


main()
