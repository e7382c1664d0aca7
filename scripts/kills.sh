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
seed=1
deadline_s=90

usage() {
	cat <<-END
		Usage: scripts/kills.sh [--kills=N] [--seed=N]
		Kill processes of tvp N times (default 10000) at random moments, and check what is left and what is kept. The build is
		TVP_BUILD_DIR, else build/. Exits 1 where anything was violated.

		Examples:
		  scripts/kills.sh --kills=200
	END
}

for argument; do
	case $argument in
	--help | '-?')
		usage
		exit 0
		;;
	--kills=*) kills_most=${argument#*=} ;;
	--seed=*) seed=${argument#*=} ;;
	*)
		echo "kills.sh: unexpected argument '$argument'; see --help" >&2
		exit 2
		;;
	esac
done
if ! [[ $kills_most =~ ^[1-9][0-9]*$ && $seed =~ ^[0-9]+$ ]]; then
	echo "kills.sh: --kills and --seed take whole numbers" >&2
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
tvp=$(cd -- "$build" && pwd -P)/tvp
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
RANDOM=$((seed % 32768))

kills_n=0
sessions_n=0
violations_n=0
declare -A killed_n=([tvp]=0 [runner]=0 [worker]=0)

violation() {
	violations_n=$((violations_n + 1))
	echo "VIOLATION in session $sessions_n (${command[*]}): $1"
}

# living SESSION: id and parent of each living process of it, one a line, tvp itself first.
living() {
	cat /proc/[0-9]*/stat 2>/dev/null | sed 's/ (.*) / /' |
		awk -v session="$1" '$2 != "Z" && $2 != "X" && $5 == session { print $1, $3 }' | sort -n
}

objects() {
	find /dev/shm /dev/mqueue -mindepth 1 -maxdepth 1 -printf '%p\n' 2>/dev/null | sort
	awk 'NR > 1 { print "msg", $2 }' /proc/sysvipc/msg 2>/dev/null
	awk 'NR > 1 { print "sem", $2 }' /proc/sysvipc/sem 2>/dev/null
}

# role_of PID PARENT: how far below tvp it is.
role_of() {
	if [[ $1 -eq $leader ]]; then
		echo tvp
	elif [[ $2 -eq $leader ]]; then
		echo runner
	else
		echo worker
	fi
}

# kill_one WHO: one living process of the session of that kind ("tvp", or "other" for a runner or worker). Fails where
# there is none at this moment.
kill_one() {
	local -a candidates=()
	local pid parent role
	while read -r pid parent; do
		role=$(role_of "$pid" "$parent")
		[[ $1 == tvp && $role != tvp || $1 == other && $role == tvp ]] || candidates+=("$pid $role")
	done < <(living "$leader")
	[[ ${#candidates[@]} -gt 0 ]] || return 1
	read -r pid role <<<"${candidates[RANDOM % ${#candidates[@]}]}"
	kill -KILL "$pid" 2>/dev/null || return 1
	killed_n[$role]=$((killed_n[$role] + 1))
	kills_n=$((kills_n + 1))
}

# pause MOST-MS
pause() { sleep "$(awk -v most="$1" -v r="$RANDOM" 'BEGIN { printf "%.3f", most * r / 32768 / 1000 }')"; }

start() {
	rm -rf "$scratch/out"
	mkdir "$scratch/out"
	objects_before=$(objects)
	setsid "$tvp" "${command[@]}" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
	leader=$!
	started_s=$SECONDS
	sessions_n=$((sessions_n + 1))
	for _ in {1..100}; do
		[[ -z $(living "$leader") ]] || return 0
		sleep 0.01
	done
}

# finish: wait for the session's end; check what is left.
finish() {
	while kill -0 "$leader" 2>/dev/null && [[ $((SECONDS - started_s)) -lt $deadline_s ]]; do
		sleep 0.05
	done
	if kill -0 "$leader" 2>/dev/null; then
		violation "hangs: no end within $deadline_s s"
		living "$leader" | cut -d' ' -f1 | xargs -r kill -KILL 2>/dev/null || true
	fi
	status=0
	wait "$leader" 2>/dev/null || status=$?
	for _ in {1..40}; do
		[[ -n $(living "$leader") ]] || break
		sleep 0.05
	done
	if [[ -n $(living "$leader") ]]; then
		violation "orphans: $(living "$leader" | tr '\n' ';')"
		living "$leader" | cut -d' ' -f1 | xargs -r kill -KILL 2>/dev/null || true
	fi
}

files_check() {
	local file
	while IFS= read -r file; do
		case $file in
		*/result.json) timeout 20 "$tvp" show "$file" >/dev/null 2>"$scratch/why" || violation "broken file: $(head -1 "$scratch/why")" ;;
		*/gate.json) timeout 20 "$tvp" replay "$file" >/dev/null 2>"$scratch/why" || violation "broken file: $(head -1 "$scratch/why")" ;;
		# A SIGKILL of tvp while it saves leaves what it was writing; its name says whose it was.
		*) [[ $1 == tvp ]] || violation "left ${file##*/}" ;;
		esac
	done < <(find "$scratch/out" -type f)
	# System V objects outlive a SIGKILL of everyone only without a private namespace; the next start removes them.
	[[ $(objects) == "$objects_before" ]] || { "$tvp" run limits --kernel=fma --rounds=1 --progress=never --out="$scratch/sweep.json" >/dev/null 2>&1 || true; }
	[[ $(objects) == "$objects_before" ]] || violation "left objects"
}

# The rounds of every row that was measured are there, or counted as lost.
rounds_check() {
	[[ -s $scratch/out/result.json ]] || { violation "no result (exit $status)"; return; }
	jq -e '.tvp as $t | ($t.rounds | length) as $n
		| [$t.rows[] | select(.state != "skipped") | .name] as $rows
		| ([$t.samples[]? | .[0]] | length) >= 0' "$scratch/out/result.json" >/dev/null || violation "no rounds in the result"
}

# A run in which runners and workers die now and then, and which must come to its end with every other sample.
session_of_others() {
	command=(run "$1" "${@:2}" --progress=never --out="$scratch/out/result.json")
	start
	while [[ -n $(living "$leader") && $kills_n -lt $kills_most && $((SECONDS - started_s)) -lt $deadline_s ]]; do
		pause 60
		kill_one other || true
	done
	finish
	files_check other
	rounds_check
}

session_of_tvp() {
	command=("${@}")
	start
	pause 1500
	kill_one tvp || true
	finish
	files_check tvp
}

while [[ $kills_n -lt $kills_most ]]; do
	case $((RANDOM % 6)) in
	0) session_of_others scaling --kernel=sum,square --size=256KiB --workers=2 --rounds=12 ;;
	1) session_of_others latency --channel=pipe,mq,futex,sysv_msg --bytes=1 --place=same_cpu --rounds=12 ;;
	2) session_of_others python --shape=pool_map_empty --rounds=6 --time-budget=20s ;;
	3) session_of_tvp run scaling --kernel=sum --size=256KiB --workers=2 --time-budget=5s --progress=never --out="$scratch/out/result.json" ;;
	4) session_of_tvp gate "$tvp" "$tvp" --suite=scaling --kernel=sum --size=64KiB --workers=1 --time-budget=5s --progress=never --out="$scratch/out/gate.json" ;;
	5) session_of_tvp run latency,locks,spawn --time-budget=5s --progress=never --out="$scratch/out/result.json" ;;
	esac
	[[ $((sessions_n % 20)) -ne 0 ]] || echo "kills.sh: $kills_n of $kills_most kills, $violations_n violations, $SECONDS s"
done
echo "kills.sh: $kills_n kills (tvp ${killed_n[tvp]}, runners ${killed_n[runner]}, workers ${killed_n[worker]}) in $sessions_n sessions, $violations_n violations, seed $seed, $SECONDS s"
[[ $violations_n -eq 0 ]]
