#!/usr/bin/env bash
# Our streams of 100-byte messages beside hackbench's crowd (rt-tests), in turns in one run.
# TVP names the program. Exits 77 where hackbench is not installed, 1 where a run fails, 2 on a bad option.
set -euo pipefail
export LC_ALL=C

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
tvp=${TVP:-${TVP_BUILD_DIR:-$here/../../build}/tvp}
repeats=9
loops=300
readonly SECONDS_MOST=45 # no repetition begins after that
groups=1

usage() {
	cat <<-END
		Usage: scripts/peers/hackbench.sh [--repeats=N] [--loops=N] [--groups=N]
		Time per message of 100 bytes: our streams from one worker to one other beside hackbench, in which 20 senders each send
		to 20 receivers; over pipes and sockets, between threads and between processes.

		  --repeats=N  times that all are run after each other; default $repeats, at least 6 for an interval;
		               none begins after $SECONDS_MOST s
		  --loops=N    hackbench's shorter run, in messages to every receiver; the longer has three times as many; default $loops
		  --groups=N   hackbench's groups of 40 tasks; default $groups
	END
}

bad() {
	echo "hackbench.sh: $1" >&2
	exit 2
}

for argument; do
	case $argument in
	--help | '-?')
		usage
		exit 0
		;;
	--repeats=*) repeats=${argument#*=} ;;
	--loops=*) loops=${argument#*=} ;;
	--groups=*) groups=${argument#*=} ;;
	*) bad "unknown option $argument; see --help" ;;
	esac
done
[[ $repeats =~ ^[1-9][0-9]{0,3}$ ]] || bad "--repeats='$repeats': a count from 1 to 9999"
[[ $loops =~ ^[1-9][0-9]{0,5}$ ]] || bad "--loops='$loops': a count from 1 to 999999"
[[ $groups =~ ^[1-9][0-9]?$ ]] || bad "--groups='$groups': a count from 1 to 99"

if ! command -v hackbench >/dev/null; then
	echo "hackbench is not installed, so there is nothing to compare with: apt-get install rt-tests" >&2
	exit 77
fi
if [[ ! -x $tvp ]]; then
	echo "hackbench.sh: no program $tvp: build it first, or name it in TVP" >&2
	exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

# crowd_total LOOPS OPTION...: ns of the whole run.
crowd_total() {
	hackbench -g "$groups" -s 100 -l "$@" | awk '/^Time:/ { print $2 * 1e9; found = 1 } END { exit !found }'
}

# crowd OPTION...: ns per message, from two lengths, so that creation and exit drop out.
crowd() {
	local short long
	short=$(crowd_total "$loops" "$@")
	long=$(crowd_total $((3 * loops)) "$@")
	awk -v short="$short" -v long="$long" -v n=$((2 * loops * groups * 20 * 20)) 'BEGIN { print (long - short) / n }'
}

run_ours() {
	"$tvp" run bandwidth --channel=pipe,socketpair --bytes=100 --rounds=5 --progress=never --out="$scratch/ours.json" \
		>"$scratch/ours.txt" 2>&1 || {
		cat "$scratch/ours.txt" >&2
		return 1
	}
}

# ours CHANNEL BETWEEN: ns per message in the last run_ours(): the median of the visits' bursts, over the bytes of one.
ours() {
	local row="bandwidth\/channel:$1\/bytes:100\/.*\/between:$2"
	{
		sed -n "s/^{\"name\":\"$row\",\"group\".*\"bytes\":\([0-9]*\),.*/bytes \1/p" "$scratch/ours.json"
		sed -n "s/^{\"name\":\"$row\",\"run_name\".*\"wall_ns\":\([0-9.]*\),.*/\1/p" "$scratch/ours.json" | sort -n
	} | awk '$1 == "bytes" { bytes = $2; next } { value[++n] = $1 } END { if (!n || !bytes) exit 1; print value[int((n + 1) / 2)] * 100 / bytes }'
}

# pair CHANNEL BETWEEN OPTION...
pair() {
	local mine theirs
	mine=$(ours "$1" "$2")
	theirs=$(crowd "${@:3}")
	echo "$1,_$2 $mine $theirs"
}

for ((i = 0; i < repeats && SECONDS < SECONDS_MOST; i++)); do
	run_ours
	pair pipe threads -p -T
	pair pipe processes -p -P
	pair socketpair threads -T
	pair socketpair processes -P
done >"$scratch/pairs"

echo "Time per message of 100 bytes: bandwidth/bytes:100 beside hackbench -g $groups -s 100"
awk -f "$here/ratios.awk" "$scratch/pairs"
cat <<-END
	Not the same work, so the ratio is no verdict. What differs:
	  fan-in: each of hackbench's receivers reads what 20 senders write to it, and the senders contend for its lock; ours is one to one.
	  runnable tasks: hackbench has $((groups * 40)) on $(nproc) CPUs and measures the scheduler as much as the channel; ours are 2, each on a
	  CPU of its own, the nearest two (the place in our rows' names).
	  hackbench places nobody; its threads and processes are made and ended outside what two lengths ($loops and $((3 * loops))) tell apart.
	  hackbench looks at none of its bytes; ours numbers each message and checks it.
END
