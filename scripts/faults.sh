#!/usr/bin/env bash
# Fault injection: runs tvp with one call after another made to fail (tests/faults/preload.c), in tvp, in its runners and
# in its workers, and checks what every such run must do: end within its deadline; exit 0, 2 or 4 (a gate also 3), with
# the reason on stderr or in the table where it is not 0; leave no process, no System V or POSIX object, no temporary file
# and no broken result; keep what was measured where only a runner or a worker was hit.
set -euo pipefail
export LC_ALL=C

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
build=${TVP_BUILD_DIR:-$root/build}
cases_n=5000
most_s=0
seed=1
only=
keep=
deadline_s=60

usage() {
	cat <<-END
		Usage: scripts/faults.sh [--cases=N] [--for=SECONDS] [--seed=N] [--only=SCENARIO] [--keep=DIR]
		                         [--case=SCENARIO:DEPTH:CALL:N[+]]
		Run tvp N times (default 5000), or as often as SECONDS allow, each time with one call of the C library made to fail,
		and check what it does. The build is TVP_BUILD_DIR, else build/. Everything is drawn from the seed (default 1).
		Prints each violation with the --case that repeats it; exits 1 where there was any. As root it runs in namespaces of
		its own, so that what others leave or end meanwhile is not mistaken for its own.

		Examples:
		  scripts/faults.sh --cases=300 --for=60
		  scripts/faults.sh --only=gate --seed=7
		  scripts/faults.sh --case=run:1:mmap:3
	END
}

single=
for argument; do
	case $argument in
	--help | '-?')
		usage
		exit 0
		;;
	--cases=*) cases_n=${argument#*=} ;;
	--for=*) most_s=${argument#*=} ;;
	--seed=*) seed=${argument#*=} ;;
	--only=*) only=${argument#*=} ;;
	--case=*) single=${argument#*=} ;;
	--keep=*) keep=${argument#*=} ;;
	*)
		echo "faults.sh: unexpected argument '$argument'; see --help" >&2
		exit 2
		;;
	esac
done
if ! [[ $cases_n =~ ^[1-9][0-9]*$ && $seed =~ ^[0-9]+$ && $most_s =~ ^[0-9]+$ ]]; then
	echo "faults.sh: --cases, --for and --seed take whole numbers" >&2
	exit 2
fi
if [[ ! -x $build/tvp ]]; then
	echo "faults.sh: no program $build/tvp; build it or set TVP_BUILD_DIR" >&2
	exit 2
fi
# shellcheck source=scripts/alone.sh
source "$root/scripts/alone.sh"
alone "$@"
tvp=$(cd -- "$build" && pwd -P)/tvp
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cc -shared -fPIC -O1 -Wall -Wextra -Wno-nonnull-compare -o "$scratch/preload.so" "$root/tests/faults/preload.c"
mapfile -t calls < <(grep -oP '^CALL\(\K\w+' "$root/tests/faults/calls.def"
	printf '%s\n' open syscall_setaffinity mq_open)
readonly depths_n=4

# What is run: a name and its command; files it reads are made once. IN and OUT stand for directories.
declare -A scenarios=(
	[run]='run scaling --kernel=sum --size=64KiB --workers=2 --rounds=2 --progress=never --out=OUT/result.json'
	[dispatch]='run dispatch --size=1us --workers=2 --transport=inplace --rounds=1 --progress=never --out=OUT/result.json'
	[transport]='run transport --size=64x64 --transport=copy:pipe,copy:mq,copy:ring_park --workers=2 --rounds=1 --progress=never --out=OUT/result.json'
	[latency]='run latency --bytes=1 --place=same_cpu --rounds=1 --progress=never --out=OUT/result.json'
	[bandwidth]='run bandwidth --bytes=4KiB --rounds=1 --progress=never --out=OUT/result.json'
	[spawn]='run spawn --resident=0 --burst=1 --rounds=1 --progress=never --out=OUT/result.json'
	[locks]='run locks --workers=2 --rounds=1 --hold=0 --progress=never --out=OUT/result.json'
	[queue]='run queue,manager --rounds=1 --progress=never --out=OUT/result.json'
	[overhead]='run overhead --workers=2 --rounds=1 --progress=never --out=OUT/result.json'
	[memory]='run memory --workers=1,16 --rounds=1 --progress=never --out=OUT/result.json'
	[isolation]='run isolation --death=kill --workers=2 --rounds=1 --progress=never --out=OUT/result.json'
	[others]='run switch,address_space,cores --rounds=1 --progress=never --out=OUT/result.json'
	[limits]='run limits --kernel=read,fma --rounds=1 --progress=never --out=OUT/result.json'
	[dry]='run full --dry-run'
	[show]='show IN/result.json'
	[plot]='plot IN/result.json --out-dir=OUT'
	[compare]='compare IN/result.json IN/result.json'
	[check]='check IN/result.json --baseline=IN/result.json'
	[replay]='replay IN/gate.json --rules'
	[topo]='topo'
	[described]='topo --topology=pack:2 core:4 pu:2'
	[list]='list'
	[slice]='slice scaling/kernel:sum/size:64KiB/model:process_pool/workers:2/pin:compact --iterations=20'
	[gate]='gate TVP TVP --suite=scaling --kernel=sum --size=64KiB --model=serial,thread_pool --workers=1 --time-budget=2s --progress=never --out=OUT/gate.json'
	[gate_command]='gate --old-command=true --new-command=true --time-budget=1s --progress=never --out=OUT/gate.json'
	[gate_kernel]='gate --old-kernel=IN/mine.so --new-kernel=IN/mine.so --time-budget=1s --progress=never --out=OUT/gate.json'
	[plugin]='run scaling --kernel=IN/mine.so --workers=2 --rounds=1 --progress=never --out=OUT/result.json'
	[command]='run command --command=true --items=8 --batch=4 --workers=2 --rounds=1 --progress=never --out=OUT/result.json'
	[service]='run service --requests=100 --rate=5000 --workers=2 --rounds=1 --progress=never --out=OUT/result.json'
	[items]='run items --kernel=synthetic --size=10 --rounds=1 --progress=never --out=OUT/result.json'
	[calibrate]='calibrate --time-budget=1s --progress=never'
	[advise]='advise --work=20us --items=100 --from=IN/costs.json'
	[advise_service]='advise --work=20us --rate=1000/s --from=IN/costs.json'
	[advise_kernel]='advise --kernel=IN/mine.c --items=100 --verify --from=IN/costs.json'
	[advise_command]='advise --command=true --items=8 --time-budget=1s --verify'
	[fit]='fit IN/costs.json'
	[doctor]='doctor --for=500ms'
	[gbench]='gbench -- --benchmark_filter=kernel:sum.*model:serial --benchmark_min_time=0.01'
)
mapfile -t names < <(printf '%s\n' "${!scenarios[@]}" | sort)

# words SCENARIO: its command line into `command`. One value holds spaces.
words() {
	local text=${scenarios[$1]}
	text=${text//IN/$scratch/in}
	text=${text//OUT/$scratch/out}
	text=${text//TVP/$tvp}
	if [[ $1 == described ]]; then
		command=(topo '--topology=pack:2 core:4 pu:2')
	else
		read -ra command <<<"$text"
	fi
}

counts_clear() { head -c $(((depths_n * ${#calls[@]} + 1) * 4)) /dev/zero >"$scratch/counts"; }
counts_list() { od -A n -t u4 -v -w4 "$scratch/counts" | tr -d ' '; }

# execute SCENARIO [ORDER]: one run in a session of its own; sets status, and leaves stdout and stderr in files.
execute() {
	words "$1"
	rm -rf "$scratch/out"
	mkdir "$scratch/out"
	counts_clear
	status=0
	env ${2:+"TVP_FAULT=$2"} XDG_STATE_HOME="$scratch/out" XDG_CACHE_HOME="$scratch/in" TVP_FAULT_COUNTS="$scratch/counts" LD_PRELOAD="$scratch/preload.so" \
		setsid --wait timeout --kill-after=5 "$deadline_s" "$tvp" "${command[@]}" \
		>"$scratch/stdout" 2>"$scratch/stderr" </dev/null &
	session=$!
	# The shell would tell of a crash; judge() does.
	{ wait "$session" || status=$?; } 2>/dev/null
}

violations_n=0
violation() {
	violations_n=$((violations_n + 1))
	printf 'VIOLATION %s: --case=%s\n' "$2" "$1"
	sed 's/^/    stderr: /' "$scratch/stderr" | head -5
	if [[ -n $keep ]]; then
		mkdir -p "$keep/$violations_n"
		cp -r "$scratch/stdout" "$scratch/stderr" "$scratch/out" "$keep/$violations_n/"
		echo "$1: $2" >"$keep/$violations_n/case"
	fi
}

# The children of a killed session may be a moment from their end.
session_ends() {
	for _ in {1..20}; do
		living_look "$session"
		[[ ${#living[@]} -gt 0 ]] || return 0
		sleep 0.05
	done
	return 1
}

# reads COMMAND FILE: whether that reads it; if not, why.
reads() {
	local read=0
	timeout 60 "$tvp" "$1" "$2" >/dev/null 2>"$scratch/why" || read=$?
	[[ $read -ne 124 ]] || echo "not read within 60 s" >>"$scratch/why"
	return "$read"
}

# judge SCENARIO CASE DEPTH OBJECTS-BEFORE: whether the run that just ended behaved.
judge() {
	local allowed='0 2 4' file
	[[ $1 != gate ]] || allowed='0 1 2 3 4'
	[[ $1 != check && $1 != replay && $1 != compare && $1 != gate_* ]] || allowed='0 1 2 3 4'
	[[ $1 != advise* && $1 != fit ]] || allowed='0 2 3 4'
	[[ $1 != doctor ]] || allowed='0 1 2 4'
	if [[ $status -eq 124 || $status -eq 137 ]]; then
		violation "$2" "no end within $deadline_s s"
		return
	fi
	[[ " $allowed " == *" $status "* ]] || violation "$2" "exit $status"
	if [[ $status -eq 2 || $status -eq 4 ]] && [[ ! -s $scratch/stderr ]] && ! grep -qE 'FAILED|^Failed$' "$scratch/stdout"; then
		violation "$2" "exit $status without a reason"
	fi
	if ! session_ends; then
		violation "$2" "left processes: ${living[*]}"
		kill -KILL "${living[@]}" 2>/dev/null || true
	fi
	objects_look
	[[ $objects == "$4" ]] || violation "$2" "left objects"
	while IFS= read -r file; do
		case $file in
		*/result.json | */calibration-*.json) reads show "$file" || violation "$2" "broken result file: $(head -1 "$scratch/why")" ;;
		*/gate.json) reads replay "$file" || violation "$2" "broken gate file: $(head -1 "$scratch/why")" ;;
		*/verified-*.json) ! command -v jq >/dev/null || jq empty "$file" 2>/dev/null || violation "$2" "broken answer" ;;
		*.svg | *.png | *.dat | *.gp) ;;
		# What cannot be unlinked stays.
		*) [[ $2 == *:unlink:* ]] || violation "$2" "left the file ${file##*/}" ;;
		esac
	done < <(find "$scratch/out" -type f)
	if [[ $3 -ge 1 && ${scenarios[$1]} == *OUT/result.json* && ! -s $scratch/out/result.json ]]; then
		violation "$2" "lost the result of the other rows"
	fi
}

# one SCENARIO DEPTH CALL N[+]
one() {
	objects_look
	local before=$objects
	execute "$1" "$3:$4:0:$2"
	judge "$1" "$1:$2:$3:$4" "$2" "$before"
}

mkdir -p "$scratch/in"
"$tvp" run scaling --kernel=sum --size=64KiB --workers=1 --rounds=8 --progress=never --out="$scratch/in/result.json" >/dev/null
"$tvp" gate "$tvp" "$tvp" --suite=scaling --kernel=sum --size=64KiB --model=serial --workers=1 --time-budget=1s \
	--progress=never --out="$scratch/in/gate.json" >/dev/null 2>&1 || [[ -s $scratch/in/gate.json ]]
"$tvp" run dispatch --kernel=null,busy --size=1us,1ms --workers=1,2 --wait=park --rounds=6 --doctor=never --progress=never \
	--out="$scratch/in/costs.json" >/dev/null 2>&1
cp "$root/scripts/validate-advise/kernels/primes.c" "$scratch/in/mine.c"
cc -shared -fPIC -O1 -I "$root/src/kernel" -o "$scratch/in/mine.so" "$scratch/in/mine.c"

if [[ -n $single ]]; then
	IFS=: read -r scenario depth call n <<<"$single"
	one "$scenario" "$depth" "$call" "$n"
	cat "$scratch/stdout" "$scratch/stderr"
	echo "exit $status"
	[[ $violations_n -eq 0 ]]
	exit
fi

# Where there is something to fail: lines "SCENARIO DEPTH CALL COUNT".
for scenario in "${names[@]}"; do
	[[ -z $only || $scenario == "$only" ]] || continue
	execute "$scenario"
	if [[ $status -ne 0 && $scenario != gate && $scenario != check && $scenario != doctor ]]; then
		echo "faults.sh: $scenario exits $status without any fault:" >&2
		cat "$scratch/stderr" >&2
		exit 1
	fi
	counts_list | awk -v scenario="$scenario" -v names="${calls[*]}" '
		BEGIN { calls_n = split(names, name, " ") }
		$1 > 0 && NR <= 4 * calls_n { print scenario, int((NR - 1) / calls_n), name[((NR - 1) % calls_n) + 1], $1 }'
done >"$scratch/places"
if [[ ! -s $scratch/places ]]; then
	echo "faults.sh: no call was seen: nothing would be tried" >&2
	exit 1
fi
# Every place once before any twice; which call of a place is drawn evenly in its logarithm, since what is called a
# thousand times does the same thing most of the time.
awk -v seed="$seed" -v cases_n="$cases_n" '
	BEGIN { srand(seed) }
	{ place[NR] = $0 }
	END {
		for (done = 0; done < cases_n;) {
			for (i = NR; i > 1; i--) { j = int(rand() * i) + 1; t = place[i]; place[i] = place[j]; place[j] = t }
			for (i = 1; i <= NR && done < cases_n; i++) {
				done++
				split(place[i], field, " ")
				n = int(exp(rand() * log(field[4] + 0.999)))
				which = n < 1 ? 1 : n
				if (rand() < 0.25) which = which "+"
				print field[1], field[2], field[3], which
			}
		}
	}' "$scratch/places" >"$scratch/cases"

done_n=0
while read -r scenario depth call n; do
	[[ $most_s -eq 0 || $SECONDS -lt $most_s ]] || break
	one "$scenario" "$depth" "$call" "$n"
	done_n=$((done_n + 1))
	[[ $((done_n % 100)) -ne 0 ]] || echo "faults.sh: $done_n of $cases_n cases, $violations_n violations, $SECONDS s"
done <"$scratch/cases"
echo "faults.sh: $(wc -l <"$scratch/places") places, $done_n cases, $violations_n violations, seed $seed, $SECONDS s"
[[ $violations_n -eq 0 ]]
