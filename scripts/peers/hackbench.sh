#!/usr/bin/env bash
# Our streams of 100-byte messages and hackbench (rt-tests), run alternately.
# TVP names the program. Exits 77 where hackbench is not installed, 1 where a run fails, 2 on a bad option.
set -euo pipefail
export LC_ALL=C

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
tvp=${TVP:-${TVP_BUILD_DIR:-$here/../../build}/tvp}
repeats=9
loops=300
readonly SECONDS_MOST=45 # no repetition starts after that
groups=1

usage() {
	cat <<-END
		Usage: scripts/peers/hackbench.sh [--repeats=N] [--loops=N] [--groups=N]
		Compare the time per message of 100 bytes: our streams from one worker to another with hackbench, in which 20 senders
		each send to 20 receivers; over pipes and sockets, between threads and between processes.

		  --repeats=N  number of repetitions of all measurements; default: $repeats; an interval needs at least 6; no
		               repetition starts after $SECONDS_MOST s
		  --loops=N    messages to every receiver in hackbench's shorter run; the longer run has three times as many;
		               default: $loops
		  --groups=N   hackbench's groups of 40 tasks; default: $groups
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
	*) bad "unexpected argument '$argument'; see --help" ;;
	esac
done
[[ $repeats =~ ^[1-9][0-9]{0,3}$ ]] || bad "--repeats='$repeats': expected a number from 1 to 9999"
[[ $loops =~ ^[1-9][0-9]{0,5}$ ]] || bad "--loops='$loops': expected a number from 1 to 999999"
[[ $groups =~ ^[1-9][0-9]?$ ]] || bad "--groups='$groups': expected a number from 1 to 99"

if ! command -v hackbench >/dev/null; then
	echo "hackbench is not installed, so there is nothing to compare with: apt-get install rt-tests" >&2
	exit 77
fi
if [[ ! -x $tvp ]]; then
	echo "hackbench.sh: $tvp is not an executable file: build it, or set TVP to the path of tvp" >&2
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

echo "Time per message of 100 bytes: bandwidth/bytes:100 and hackbench -g $groups -s 100"
awk -f "$here/ratios.awk" "$scratch/pairs"
cat <<-END
	The two programs do different work, so the ratio is no ranking. The differences:
	  Fan-in: each of hackbench's receivers reads what 20 senders write to it, and the senders contend for its lock; ours is
	  one to one.
	  Runnable tasks: hackbench has $((groups * 40)) on $(nproc) CPUs and measures the scheduler as much as the channel; ours are 2,
	  each on a CPU of its own, the nearest pair (the place in the names of our rows).
	  Binding: hackbench binds no task to a CPU. Only the difference between two lengths of run ($loops and $((3 * loops))) counts, so
	  the creation and the end of its tasks are not included.
	  Checks: hackbench does not look at the bytes; ours numbers each message and checks it.
END
