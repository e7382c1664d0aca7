#!/usr/bin/env bash
# Random kills: SIGKILLs tvp, its runners and its workers at random moments, during runs, gates and runs of Python, and
# checks that every session ends within its deadline, that no process, object or temporary file is left, that every file
# is whole, and that nothing measured is lost: when a runner or a worker dies, the rounds of all rows; when tvp itself
# dies, no more than what came after its last checkpoint.
set -euo pipefail
export LC_ALL=C

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
build=${TVP_BUILD_DIR:-$root/build}
kills_most=10000
most_s=0
seed=1
deadline_s=90

usage() {
	cat <<-END
		Usage: scripts/kills.sh [--kills=N] [--for=SECONDS] [--seed=N]
		Kill processes of tvp N times (default 10000), or as often as SECONDS allow, at random moments, and check what is left
		and what is kept. The build is TVP_BUILD_DIR, else build/. Exits 1 where anything was violated. As root it runs in
		namespaces of its own, so that what others leave or end meanwhile is not mistaken for its own.

		Examples:
		  scripts/kills.sh --kills=100 --for=30
	END
}

for argument; do
	case $argument in
	--help | '-?')
		usage
		exit 0
		;;
	--kills=*) kills_most=${argument#*=} ;;
	--for=*) most_s=${argument#*=} ;;
	--seed=*) seed=${argument#*=} ;;
	*)
		echo "kills.sh: unexpected argument '$argument'; see --help" >&2
		exit 2
		;;
	esac
done
if ! [[ $kills_most =~ ^[1-9][0-9]*$ && $seed =~ ^[0-9]+$ && $most_s =~ ^[0-9]+$ ]]; then
	echo "kills.sh: --kills, --for and --seed take whole numbers" >&2
	exit 2
fi
if [[ ! -x $build/tvp ]]; then
	echo "kills.sh: no program $build/tvp; build it or set TVP_BUILD_DIR" >&2
	exit 2
fi
if ! command -v jq >/dev/null; then
	echo "kills.sh: jq is not installed" >&2
	exit 4
fi
# shellcheck source=scripts/alone.sh
source "$root/scripts/alone.sh"
alone "$@"
tvp=$(cd -- "$build" && pwd -P)/tvp
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
RANDOM=$((seed % 32768))
exec 2> >(grep -v ' Killed  ' >&2) # the shell tells of every kill

kills_n=0
sessions_n=0
violations_n=0
declare -A killed_n=([tvp]=0 [runner]=0 [worker]=0)

violation() {
	violations_n=$((violations_n + 1))
	echo "VIOLATION in session $sessions_n (${command[*]}): $1"
}

# kill_one WHO: one living process of the session: "tvp" itself, or of the "other"s, its runners and their workers. Fails
# where there is none at this moment.
kill_one() {
	local -a candidates=()
	local i pid role
	living_look "$leader"
	for ((i = 0; i < ${#living[@]}; i++)); do
		role=worker
		[[ ${parents[i]} -ne $leader ]] || role=runner
		[[ ${living[i]} -ne $leader ]] || role=tvp
		[[ $1 == tvp && $role != tvp || $1 == other && $role == tvp ]] || candidates+=("${living[i]} $role")
	done
	[[ ${#candidates[@]} -gt 0 ]] || return 1
	read -r pid role <<<"${candidates[RANDOM % ${#candidates[@]}]}"
	kill -KILL "$pid" 2>/dev/null || return 1
	killed_n[$role]=$((killed_n[$role] + 1))
	kills_n=$((kills_n + 1))
	session_kills_n=$((session_kills_n + 1))
}

lives() { kill -0 "$leader" 2>/dev/null; }

# enough: whether all was killed that was to be.
enough() { [[ $kills_n -ge $kills_most || ($most_s -gt 0 && $SECONDS -ge $most_s) ]]; }

# pause LEAST-MS MOST-MS: a random time between.
pause() {
	local ms=$(($1 + ($2 - $1) * RANDOM / 32768)) text
	printf -v text '%d.%03d' $((ms / 1000)) $((ms % 1000))
	sleep "$text"
}

start() {
	rm -rf "$scratch/out"
	mkdir "$scratch/out"
	objects_look
	objects_before=$objects
	setsid "$tvp" "${command[@]}" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
	leader=$!
	started_s=$SECONDS
	started_us=${EPOCHREALTIME/[.,]/}
	sessions_n=$((sessions_n + 1))
	session_kills_n=0
}

# finish: wait for the session's end; check what is left.
finish() {
	while lives && [[ $((SECONDS - started_s)) -lt $deadline_s ]]; do
		sleep 0.02
	done
	if lives; then
		violation "hangs: no end within $deadline_s s"
		living_look "$leader"
		kill -KILL "${living[@]}" 2>/dev/null || true
	fi
	status=0
	{ wait "$leader" || status=$?; } 2>/dev/null
	for _ in {1..100}; do
		living_look "$leader"
		[[ ${#living[@]} -gt 0 ]] || return 0
		sleep 0.02
	done
	violation "orphans: ${living[*]}"
	kill -KILL "${living[@]}" 2>/dev/null || true
}

files_check() {
	local file
	for file in "$scratch"/out/* "$scratch"/out/.[!.]*; do
		case $file in
		*\*) ;;
		*/result.json) timeout 20 "$tvp" show "$file" >/dev/null 2>"$scratch/why" || violation "broken file: $(head -1 "$scratch/why")" ;;
		*/gate.json) timeout 20 "$tvp" replay "$file" >/dev/null 2>"$scratch/why" || violation "broken file: $(head -1 "$scratch/why")" ;;
		# A SIGKILL of tvp while it saves leaves what it was writing; its name says whose it was.
		*) [[ $1 == tvp ]] || violation "left ${file##*/}" ;;
		esac
	done
}

# System V and POSIX objects outlive a SIGKILL of everyone; the next start of tvp removes them.
objects_check() {
	objects_look
	if [[ $objects != "$objects_before" && $1 == tvp ]]; then
		"$tvp" slice scaling/kernel:null/model:serial/workers:1/pin:none --iterations=1 >/dev/null 2>&1 || true
		objects_look
	fi
	[[ $objects == "$objects_before" ]] || violation "left objects: $objects"
}

# Of every row each round has a sample, unless the row says that it was lost; no kill costs more than one visit. What
# was lost too often in succession has failed, and what the budget ended has one round less.
rounds_check() {
	if [[ ! -s $scratch/out/result.json ]]; then
		violation "no result (exit $status)"
		return
	fi
	jq -r --argjson kills "$session_kills_n" '
		.tvp as $run | ($run.rounds | length) as $rounds
		| (reduce .benchmarks[] as $sample ({}; .[$sample.name] += 1)) as $samples
		| (if $run.stop == "rounds asked for" then 0 else 1 end) as $cut
		| ($run.rows[] | select(.state != "skipped") | . as $row | ($samples[$row.name] // 0) as $have
			| if $have > $rounds then "\(.name): \($have) samples of \($rounds) rounds"
			elif .state != "failed" and $have + .lost + $cut < $rounds
			then "\(.name): \($have) samples and \(.lost) lost of \($rounds) rounds"
			elif .state == "failed" and .reason == "" then "\(.name): failed without a reason"
			else empty end),
		([$run.rows[].lost] | add) as $lost
		| if $lost > $kills then "\($lost) visits lost by \($kills) kills" else empty end' \
		"$scratch/out/result.json" >"$scratch/why" || echo "no result that jq reads" >>"$scratch/why"
	while IFS= read -r line; do
		violation "$line"
	done <"$scratch/why"
}

# Saved at most 5 s before the kill; as much again is left to a busy machine, for starting and for the visit under way.
checkpoint_check() {
	local after_ms=$(((${EPOCHREALTIME/[.,]/} - started_us) / 1000)) saved_ms=0
	[[ ! -s $scratch/out/result.json ]] || saved_ms=$(jq '.tvp.elapsed_ns / 1e6 | floor' "$scratch/out/result.json")
	[[ $((saved_ms + 10000)) -ge $after_ms ]] || violation "killed after $after_ms ms, of which $saved_ms ms were saved"
}

# A run in which runners and workers die now and then, and which must come to its end with every other sample.
session_of_others() {
	command=(run "$1" "${@:2}" --progress=never --out="$scratch/out/result.json")
	start
	while lives && ! enough && [[ $((SECONDS - started_s)) -lt $deadline_s ]]; do
		pause 0 240
		kill_one other || true
	done
	finish
	files_check other
	objects_check other
	rounds_check
}

# session_of_tvp LEAST-MS MOST-MS ARGUMENT...: one that is killed itself, between these two moments.
session_of_tvp() {
	command=("${@:3}")
	start
	pause "$1" "$2"
	# One that ended by itself has saved all that it measured.
	if kill_one tvp && [[ $1 -gt 0 ]]; then
		checkpoint_check
	fi
	finish
	files_check tvp
	objects_check tvp
}

to_result=(--progress=never --out="$scratch/out/result.json")
while ! enough; do
	case $((RANDOM % 40)) in
	# Few rows: nothing is saved before all are calibrated.
	0) session_of_tvp 12000 15000 run scaling --kernel=sum --size=256KiB --workers=2 --time-budget=60s --target-ci=0.001% "${to_result[@]}" ;;
	[1-7]) session_of_tvp 0 1500 run scaling --kernel=sum --size=256KiB --workers=2 --time-budget=5s "${to_result[@]}" ;;
	[89] | 1[0-3]) session_of_tvp 0 1500 run latency,locks,spawn --time-budget=5s "${to_result[@]}" ;;
	1[4-9]) session_of_tvp 0 1500 gate "$tvp" "$tvp" --suite=scaling --kernel=sum --size=64KiB --workers=1 --time-budget=5s --progress=never --out="$scratch/out/gate.json" ;;
	2[0-7]) session_of_others scaling --kernel=sum,square --size=256KiB --workers=2 --rounds=12 ;;
	2[89] | 3[0-4]) session_of_others latency --channel=pipe,mq,futex,sysv_msg --bytes=1 --place=same_cpu --rounds=12 ;;
	*) session_of_others python --shape=pool_map_empty --rounds=6 --time-budget=20s ;;
	esac
	[[ $((sessions_n % 20)) -ne 0 ]] || echo "kills.sh: $kills_n of $kills_most kills, $violations_n violations, $SECONDS s"
done
echo "kills.sh: $kills_n kills (tvp ${killed_n[tvp]}, runners ${killed_n[runner]}, workers ${killed_n[worker]}) in $sessions_n sessions, $violations_n violations, seed $seed, $SECONDS s"
[[ $violations_n -eq 0 ]]
