#!/usr/bin/env bash
# Our pipe round trips on one CPU and `perf bench sched pipe`, run alternately.
# TVP names the program. Exits 77 where perf is not installed, 1 where a run fails, 2 on a bad option.
set -euo pipefail
export LC_ALL=C

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
tvp=${TVP:-${TVP_BUILD_DIR:-$here/../../build}/tvp}
repeats=15
loops=8000

usage() {
	cat <<-END
		Usage: scripts/peers/perf.sh [--repeats=N] [--loops=N]
		Compare pipe round trips on one CPU: ours and \`perf bench sched pipe\`, between threads and between processes.

		  --repeats=N  number of repetitions of all measurements; default: $repeats; an interval needs at least 6
		  --loops=N    round trips in perf's shorter run; the longer run has three times as many; default: $loops
	END
}

bad() {
	echo "perf.sh: $1" >&2
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
	*) bad "unexpected argument '$argument'; see --help" ;;
	esac
done
[[ $repeats =~ ^[1-9][0-9]{0,3}$ ]] || bad "--repeats='$repeats': expected a number from 1 to 9999"
[[ $loops =~ ^[1-9][0-9]{0,6}$ ]] || bad "--loops='$loops': expected a number from 1 to 9999999"

# The first that can do it: Ubuntu's /usr/bin/perf is a wrapper that refuses kernels it has no package for.
find_perf() {
	local candidate
	for candidate in perf /usr/bin/perf_* /usr/lib/linux-tools/*/perf /usr/lib/linux-tools-*/perf; do
		if "$candidate" bench sched pipe -l 1 >/dev/null 2>&1; then
			echo "$candidate"
			return
		fi
	done
	return 1
}

if ! perf=$(find_perf); then
	echo "perf is not installed, so there is nothing to compare with: apt-get install linux-perf (Ubuntu: linux-tools-generic)" >&2
	exit 77
fi
if [[ ! -x $tvp ]]; then
	echo "perf.sh: $tvp is not an executable file: build it, or set TVP to the path of tvp" >&2
	exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
allowed=$(taskset -pc $$ | sed 's/.*: //')
cpu=${allowed%%[-,]*}

# perf_total LOOPS [-T]: ns of the whole run, creation included. The times perf prints otherwise are whole milliseconds.
perf_total() {
	taskset -c "$cpu" "$perf" bench sched pipe -l "$@" | awk -v n="$1" '/usecs\/op/ { print $1 * 1000 * n; found = 1 } END { exit !found }'
}

# perf_trip [-T]: ns of a round trip, from two lengths, so that creation drops out.
perf_trip() {
	local short long
	short=$(perf_total "$loops" "$@")
	long=$(perf_total $((3 * loops)) "$@")
	awk -v short="$short" -v long="$long" -v n=$((2 * loops)) 'BEGIN { print (long - short) / n }'
}

# ours BETWEEN: "MEDIAN MEAN" of a round trip in ns, each the median of a few visits.
ours() {
	taskset -c "$cpu" "$tvp" run latency --channel=pipe --bytes=1 --place=same_cpu --between="$1" --rounds=7 \
		--progress=never --out="$scratch/ours.json" >"$scratch/ours.txt" 2>&1 || {
		cat "$scratch/ours.txt" >&2
		return 1
	}
	echo "$(middle wall_ns) $(middle wall_mean_ns)"
}

# middle METRIC: of our rows in the result, not the bare loops'.
middle() {
	sed -n "s/^{\"name\":\"latency\/.*\"$1\":\([0-9.]*\).*/\1/p" "$scratch/ours.json" | sort -n |
		awk '{ value[NR] = $1 } END { if (!NR) exit 1; print value[int((NR + 1) / 2)] }'
}

# pair BETWEEN [-T]: who goes first changes from one repetition to the next.
pair() {
	local mine theirs
	if ((i % 2)); then
		mine=$(ours "$1")
		theirs=$(perf_trip "${@:2}")
	else
		theirs=$(perf_trip "${@:2}")
		mine=$(ours "$1")
	fi
	echo "$1 ${mine% *} $theirs"
	echo "$1,_our_mean ${mine#* } $theirs"
}

for ((i = 0; i < repeats; i++)); do
	pair threads -T
	pair processes
done >"$scratch/pairs"

echo "Pipe round trips on CPU $cpu: latency/channel:pipe/bytes:1/place:same_cpu and \`$perf bench sched pipe\`"
awk -f "$here/ratios.awk" "$scratch/pairs"
cat <<-END
	perf prints means only, here over the $((2 * loops)) round trips after the first $loops. Ours is the median over all round trips of
	a visit of 3 ms; the line below it is their mean, which the first ones and interrupts raise. Other differences:
	  perf sends 4 bytes and does not look at them; ours sends 1 and checks it at both ends.
	  perf's clock starts before it creates its workers: only the difference between two lengths of run ($loops and
	  $((3 * loops)) round trips) counts, so that time is not included.
	  With -T two other threads of perf talk while its main thread waits; between processes its main process is one of the
	  two, as the caller always is in ours.
	  ours reads the clock twice in every round trip, perf twice in all.
	  One taskset binds all of them to the same CPU.
END
