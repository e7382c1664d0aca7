#!/usr/bin/env bash
# The same command run by us and by hyperfine -N (one worker), xargs -P and GNU parallel (several), alternately.
# TVP names the program. Exits 77 where a peer is not installed, 1 where a run fails, 2 on a bad option.
set -euo pipefail
export LC_ALL=C

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
tvp=${TVP:-${TVP_BUILD_DIR:-$here/../../build}/tvp}
repeats=32
readonly ITEMS=8
seconds_most=200
workers=$(nproc)
least_ms=80

usage() {
	cat <<-END
		Usage: scripts/peers/commands.sh [--repeats=N] [--workers=N] [--least=MS] [--time=SECONDS]
		Compare the time that $ITEMS runs of one command take: ours with hyperfine -N, one after the other; ours with xargs -P and
		GNU parallel, several at once.

		  --repeats=N     number of repetitions of all measurements; default: $repeats; an interval needs at least 6
		  --workers=N     of the runs at once; default: the number of CPUs, $workers
		  --least=MS      how long the command computes at least; default: $least_ms ms
		  --time=SECONDS  no repetition starts after that; default: $seconds_most
	END
}

bad() {
	echo "commands.sh: $1" >&2
	exit 2
}

for argument; do
	case $argument in
	--help | '-?')
		usage
		exit 0
		;;
	--repeats=*) repeats=${argument#*=} ;;
	--workers=*) workers=${argument#*=} ;;
	--least=*) least_ms=${argument#*=} ;;
	--time=*) seconds_most=${argument#*=} ;;
	*) bad "unexpected argument '$argument'; see --help" ;;
	esac
done
[[ $repeats =~ ^[1-9][0-9]{0,3}$ ]] || bad "--repeats='$repeats': expected a number from 1 to 9999"
[[ $workers =~ ^[1-9][0-9]{0,2}$ ]] || bad "--workers='$workers': expected a number from 1 to 999"
[[ $least_ms =~ ^[1-9][0-9]{0,4}$ ]] || bad "--least='$least_ms': expected a number of ms from 1 to 99999"
[[ $seconds_most =~ ^[1-9][0-9]{0,4}$ ]] || bad "--time='$seconds_most': expected a number of seconds from 1 to 99999"

for peer in hyperfine parallel xargs awk; do
	command -v "$peer" >/dev/null && continue
	echo "$peer is not installed, so there is nothing to compare with: apt-get install hyperfine parallel" >&2
	exit 77
done
if [[ ! -x $tvp ]]; then
	echo "commands.sh: $tvp is not an executable file: build it, or set TVP to the path of tvp" >&2
	exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
cd "$scratch"

now_us() { echo "${EPOCHREALTIME/./}"; }

# elapsed COMMAND...: ns from its start to its end.
elapsed() {
	local begin end
	begin=$(now_us)
	"$@" >/dev/null
	end=$(now_us)
	echo $(((end - begin) * 1000))
}

# A command that computes: its argument, the item, is not looked at.
loops=100000
program() { echo "BEGIN { for (i = 0; i < $loops; i++) s += i * i }" >loop.awk; }
program
while [[ $(elapsed awk -f loop.awk) -lt $((least_ms * 1000000)) ]]; do
	loops=$((loops * 5 / 4))
	program
done
seq "$ITEMS" >items

run_ours() {
	"$tvp" run command --command='awk -f loop.awk {}' --items-from=items --workers="$workers" --rounds=1 --progress=never \
		--out=ours.json >ours.txt 2>&1 || {
		cat ours.txt >&2
		return 1
	}
}

# ours MODEL WORKERS: ns of its pass in the last run_ours().
ours() {
	sed -n "s/^{\"name\":\"command\/.*\/model:$1\/workers:$2\",\"run_name\".*\"wall_ns\":\([0-9.]*\),.*/\1/p" ours.json |
		awk '{ print; found = 1 } END { exit !found }'
}

run_hyperfine() {
	hyperfine -N --style=none --warmup=1 --runs="$ITEMS" --export-json=hyperfine.json 'awk -f loop.awk 1' >/dev/null 2>&1
	sed -n 's/^ *"mean": *\([0-9.e-]*\),.*/\1/p' hyperfine.json | awk -v n="$ITEMS" '{ printf "%.0f\n", $1 * n * 1e9; found = 1 }
		END { exit !found }'
}

by_xargs() { xargs -P "$workers" -n 1 awk -f loop.awk <items; }
by_parallel() { parallel --will-cite -j "$workers" awk -f loop.awk <items; }

repetition() {
	local serial several one xargs_ns parallel_ns
	if ((i % 2)); then
		run_ours
		one=$(run_hyperfine)
		xargs_ns=$(elapsed by_xargs)
		parallel_ns=$(elapsed by_parallel)
	else
		parallel_ns=$(elapsed by_parallel)
		xargs_ns=$(elapsed by_xargs)
		one=$(run_hyperfine)
		run_ours
	fi
	serial=$(ours serial 1)
	echo "hyperfine_-N $serial $one"
	if ((workers > 1)); then
		several=$(ours process "$workers")
		echo "xargs_-P_$workers $several $xargs_ns"
		echo "parallel_-j_$workers $several $parallel_ns"
	fi
}

for ((i = 0; i < repeats && SECONDS < seconds_most; i++)); do
	repetition
done >pairs

echo "Time of $ITEMS runs of a command that computes for $least_ms ms and more: ours, theirs, ours ÷ theirs"
awk -f "$here/ratios.awk" pairs
cat <<-END
	hyperfine's figure is its mean of $ITEMS runs, times $ITEMS; xargs's and parallel's are those of the whole program, with its start and
	end. Ours is one pass: the start of tvp does not belong to it. All of them run on the same CPUs, in turn.
END
