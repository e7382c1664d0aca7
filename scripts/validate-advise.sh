#!/usr/bin/env bash
# How well `tvp advise` predicts on this machine: random jobs, of which the prediction is kept before they are measured. A
# job that was measured is not measured again: a script that was killed continues when it is started again.
set -euo pipefail
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
parts_of=$root/scripts/validate-advise
out=$root/results/advise
build=${TVP_BUILD_DIR:-$root/build}
jobs=300
seed=1
for_s=7200
real=

usage() {
	cat <<-END
		Usage: scripts/validate-advise.sh [--jobs=N] [--seed=N] [--for=SECONDS] [--out=DIR] [--real] [STEP...]
		The error of tvp advise on this machine, over random jobs that were not used in calibrating. Default: all steps.

		  jobs      draw jobs by seed: DIR/jobs
		  measure   calibrate every ten minutes (in a state directory of its own: DIR/state), and of each job keep what
		            tvp advise predicts, then measure all its ways in one interleaved run: DIR/raw
		  score     errors by class, decisions beside the rules that people follow, and the worst misses, from the files:
		            DIR/score.md (and stdout), DIR/points.tsv, DIR/advise.png and .svg; measures nothing

		  --jobs=N        how many jobs; default: 300. A larger number later adds to those that are there.
		  --seed=N        which jobs; default: 1
		  --for=SECONDS   the time for all that is not measured yet; default: 7200. Each job gets a share, 4 to 45 s by how long it
		                  takes, and none is begun after the time; the same command later continues.
		  --out=DIR       default: results/advise
		  --real          also sum, square, convolve, busy and sleep, five kernels from files (validate-advise/kernels), by
		                  tvp advise --kernel=KERNEL, and five commands, by tvp advise --command=COMMAND: 10 minutes

		TVP_BUILD_DIR names the build; default: build/. Run nothing else at the same time: a job beside which other processes used
		over 10 % of the CPUs is left out, and measured again by the next start. 2 hours do for 300 jobs.

		Examples:
		  scripts/validate-advise.sh --jobs=5 --for=80 --out=/tmp/look
		  scripts/validate-advise.sh
		  scripts/validate-advise.sh score
	END
}

bad() {
	echo "validate-advise.sh: $1" >&2
	exit 2
}

steps=()
for argument; do
	case $argument in
	--help | '-?')
		usage
		exit 0
		;;
	--out=?*) out=${argument#*=} ;;
	--jobs=*) jobs=${argument#*=} ;;
	--seed=*) seed=${argument#*=} ;;
	--for=*) for_s=${argument#*=} ;;
	--real) real=1 ;;
	jobs | measure | score) steps+=("$argument") ;;
	*) bad "unexpected argument '$argument'; see --help" ;;
	esac
done
[[ $jobs =~ ^[1-9][0-9]{0,3}$ ]] || bad "--jobs='$jobs': expected a number from 1 to 9999"
[[ $seed =~ ^[0-9]{1,9}$ ]] || bad "--seed='$seed': expected a number"
[[ $for_s =~ ^[1-9][0-9]{0,6}$ ]] || bad "--for='$for_s': expected a number of seconds"
[[ ${#steps[@]} -gt 0 ]] || steps=(jobs measure score)
tvp=$build/tvp
for tool in python3 gnuplot; do
	command -v "$tool" >/dev/null || bad "$tool is not installed"
done
mkdir -p -- "$out"
# tvp takes no relative XDG_STATE_HOME.
out=$(cd -- "$out" && pwd -P)
cpus=$(nproc)

# real_job KERNEL SIZE CHANNEL: as those of jobs.py.
real_job() {
	printf '{"job": %d, "kernel": "%s", "size": "%s", "wait": "adaptive", "workers": [%d], "channel": "%s", "models": ["serial", "threads", "fork", "thread_pool", "process_pool"], "schedules": ["static"]}\n' \
		"$real_n" "$1" "$2" "$cpus" "$3"
	real_n=$((real_n + 1))
}

real_jobs() {
	local size real_n=0
	for size in 64KiB 1MiB 16MiB; do real_job sum "$size" ''; done
	for size in 64KiB 1MiB 16MiB; do real_job square "$size" ''; done
	for size in 64x64 320x240 1280x720; do real_job convolve "$size" futex; done
	for size in 100us 1ms 20ms; do real_job busy "$size" ''; done
	for size in 10 200; do real_job sleep "$size" ''; done
	for size in 50 500 5000; do real_job "$parts_of/kernels/mandel.c" "$size" ''; done
	for size in 100 1000 10000; do real_job "$parts_of/kernels/letters.c" "$size" futex; done
	for size in 20 200 2000; do real_job "$parts_of/kernels/rows.c" "$size" futex; done
	for size in 20 200 2000; do real_job "$parts_of/kernels/blocks.c" "$size" futex; done
	for size in 10 100 1000; do real_job "$parts_of/kernels/primes.c" "$size" ''; done
}

# The jobs of another seed would be taken for those that were measured.
step_jobs() {
	if [[ -f $out/seed && $(<"$out/seed") != "$seed $cpus" ]]; then
		bad "$out has the jobs of another seed or another number of CPUs (seed and CPUs: $(<"$out/seed")): choose another --out"
	fi
	echo "$seed $cpus" >"$out/seed"
	python3 "$parts_of/jobs.py" "$seed" "$jobs" "$cpus" >"$out/jobs"
	[[ -z $real ]] || real_jobs >"$out/real.jobs"
}

step_measure() {
	[[ -x $tvp ]] || bad "no $tvp: build first, or name the build in TVP_BUILD_DIR"
	[[ -f $out/jobs ]] || bad "no $out/jobs: the step jobs makes it"
	if [[ -n $real ]]; then
		[[ -f $out/real.jobs ]] || bad "no $out/real.jobs: the step jobs makes it with --real"
		python3 "$parts_of/measure.py" "$tvp" "$out/real.jobs" "$out" "$((for_s - SECONDS))"
		LC_ALL=C.UTF-8 python3 "$parts_of/commands.py" measure "$tvp" "$out" "$((for_s - SECONDS))"
	fi
	python3 "$parts_of/measure.py" "$tvp" "$out/jobs" "$out" "$((for_s - SECONDS))"
}

step_score() {
	local format stem
	{
		python3 "$parts_of/score.py" "$out" "$cpus"
		LC_ALL=C.UTF-8 python3 "$parts_of/commands.py" score "$out"
	} | tee "$out/score.md"
	for stem in points real-points; do
		[[ -f $out/$stem.dat ]] || continue
		for format in png svg; do
			LC_ALL=C.UTF-8 gnuplot -e "scripts='$root/scripts/plot'; format='$format'; stem='$out/${stem/points/advise}'; data='$out/$stem.dat'" \
				"$root/scripts/plot/advise.gp"
		done
	done
}

for step in "${steps[@]}"; do
	"step_$step"
done
