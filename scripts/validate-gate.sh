#!/usr/bin/env bash
# The regression gate's error rates on this machine: gates of a build against itself, gates with injected slowdowns, gates
# under load. Every gate's JSON is kept, and a gate that has one is not run again: a script that was killed continues when
# it is started again. `report` then also judges the same blocks by other tools' rules, and draws the power curve.
set -euo pipefail
export LC_ALL=C

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
out=$root/results/gate
build=${TVP_BUILD_DIR:-$root/build-inject}
runs=0
until_s=0
budget=()
only_kinds=
only_effects=

usage() {
	cat <<-END
		Usage: scripts/validate-gate.sh [--out=DIR] [--runs=N] [--for=SECONDS] [--time-budget=TIME] PART...
		Measure the gate's error rates on this machine. Each gate's JSON is written to DIR/raw/PART; default DIR: results/gate.

		  aa       a build against itself: ten specs a gate; 300 gates
		  relink   two links of the same sources, with functions in another order; 100 gates
		  caught   the kernel sum does 5 % more work: ten specs a gate, at most 120 s each; 300 gates
		  bakeoff  like caught, but 20 blocks of each spec whatever the verdict, so that all rules judge the same; 100 gates
		  beside   like caught, while another process uses all CPUs in bursts; 100 gates
		  power    each kind of spec alone, slowed by 1 to 20 %, at the threshold of a suite of ten; 20 gates a point
		  loaded   some points of power, while another process uses all CPUs in bursts; 10 gates a point
		  sigma    which statistic spreads least over blocks: mean, median or quantile, on all CPUs and on one; 60 blocks a row
		  commands   a command of some 25 ms against itself, judged by wall, cpu and faults; 300 gates
		  commands_caught   the same, but the new one computes 5 % more; at most 120 s each; 300 gates
		  commands_long_caught   the same with commands of some 200 ms; 300 gates
		  gbench   four benchmarks of a program of Google Benchmark against themselves, by wall and cpu; 300 gates
		  gbench_caught   the same, but one of them computes 5 % more in the new program; 300 gates
		  report   tables, the other tools' rules and the power curve from the files in DIR/raw; measures nothing

		  --runs=N         number of gates (of each point), instead of the above
		  --kinds=LIST     kinds of power and loaded; default: all of compute, memory, two_workers, two_memory, dispatch,
		                   create, same_cpu, across
		  --effects=LIST   slowdowns of power and loaded, in per cent; default: all of 0, 1, 2, 3, 5, 7, 10, 20
		  --time-budget=TIME   of each gate, instead of the part's own
		  --for=SECONDS    start no new gate after SECONDS; the same command later continues

		TVP_BUILD_DIR names a build with -DTVP_INJECT=ON, which is made if it does not exist; default: build-inject/. Run
		nothing else at the same time.

		Examples:
		  scripts/validate-gate.sh aa --for=1800
		  scripts/validate-gate.sh aa relink caught bakeoff beside power loaded sigma report
	END
}

bad() {
	echo "validate-gate.sh: $1" >&2
	exit 2
}

parts=()
for argument; do
	case $argument in
	--help | '-?')
		usage
		exit 0
		;;
	--out=?*) out=${argument#*=} ;;
	--runs=*) runs=${argument#*=} ;;
	--kinds=?*) only_kinds=${argument#*=} ;;
	--effects=?*) only_effects=${argument#*=} ;;
	--time-budget=?*) budget=("$argument") ;;
	--for=*) until_s=${argument#*=} ;;
	aa | relink | caught | bakeoff | beside | power | loaded | sigma | commands | commands_caught | commands_long_caught | gbench | gbench_caught | report) parts+=("$argument") ;;
	*) bad "unknown argument '$argument'; see --help" ;;
	esac
done
[[ $runs =~ ^[0-9]{1,5}$ ]] || bad "--runs='$runs': expected a number"
[[ $until_s =~ ^[0-9]{1,6}$ ]] || bad "--for='$until_s': expected a number of seconds"
[[ ${#parts[@]} -gt 0 ]] || bad "missing operand: PART; see --help"

raw=$out/raw
tvp=$build/tvp
relinked=$build-relinked
load_pid=

# build_tvp DIRECTORY CMAKE-ARGUMENT...: once.
build_tvp() {
	local directory=$1
	shift
	[[ -x $directory/tvp ]] && return
	cmake -S "$root" -B "$directory" -DCMAKE_BUILD_TYPE=Release "$@" >/dev/null
	cmake --build "$directory" --target tvp --parallel "$(nproc)" >/dev/null
}

load_end() {
	[[ -z $load_pid ]] || kill "$load_pid" 2>/dev/null || true
	[[ -z $load_pid ]] || wait "$load_pid" 2>/dev/null || true
	load_pid=
}
trap load_end EXIT

# A process that uses both CPUs half of the time, in bursts from shorter than a slice to longer than many blocks.
load_begin() {
	(
		child=
		# pauses COMMAND...: so that the end of the load need not wait for it.
		pauses() {
			"$@" >/dev/null 2>&1 &
			child=$!
			wait "$child"
		}
		trap '[[ -z $child ]] || kill "$child" 2>/dev/null; exit 0' TERM
		while :; do
			for seconds in 0.03 1 0.1 3 0.3; do
				pauses timeout 10 "$tvp" slice scaling/kernel:sum/size:64MiB/model:thread_pool/workers:2/pin:compact "--time=${seconds}s"
				pauses sleep "$seconds"
			done
		done
	) &
	load_pid=$!
}

sum=scaling/kernel:sum
convolve=scaling/kernel:convolve/k:5/size:640x480
latency=latency/channel

ten=(
	"$sum/size:256KiB/model:serial/workers:1/pin:compact"
	"scaling/kernel:square/size:128KiB/model:serial/workers:1/pin:compact"
	"$convolve/model:serial/workers:1/pin:compact"
	"scaling/kernel:null/model:threads/workers:1/pin:compact"
	"scaling/kernel:null/model:process_pool/workers:1/pin:same/wait:park"
	"spawn/call:fork/resident:0/pages:4k/burst:1/place:same_cpu"
	"$latency:pipe/bytes:1/place:same_cpu/between:processes"
	"$latency:futex/bytes:1/place:same_cpu/between:threads"
	"$latency:ring_spin/bytes:1/place:same_cache/between:threads"
	"switch/tasks:2/bytes:0/pin:same/between:threads"
)

# kind NAME: what is slowed, and the spec. A kernel's name computes items of it twice; `wait` draws out every operation, and
# is exact where items are not: in memory, what was just read is cheaper to read again.
kinds="compute memory two_workers two_memory dispatch create same_cpu across"
for word in ${only_kinds//,/ }; do
	[[ " $kinds " == *" $word "* ]] || bad "--kinds: unknown kind '$word' (expected: $kinds)"
done
for word in ${only_effects//,/ }; do
	[[ " 0 1 2 3 5 7 10 20 " == *" $word "* ]] || bad "--effects: unexpected effect '$word' (expected: 0 1 2 3 5 7 10 20)"
done
kind() {
	case $1 in
	compute) echo sum "$sum/size:256KiB/model:serial/workers:1/pin:compact" ;;
	memory) echo wait "$sum/size:32MiB/model:serial/workers:1/pin:compact" ;;
	two_workers) echo wait "$convolve/model:process_pool/workers:2/pin:compact" ;;
	two_memory) echo wait "$sum/size:32MiB/model:threads/workers:2/pin:compact" ;;
	dispatch) echo wait "scaling/kernel:null/model:process_pool/workers:1/pin:same/wait:park" ;;
	create) echo wait "scaling/kernel:null/model:threads/workers:1/pin:compact" ;;
	same_cpu) echo wait "$latency:pipe/bytes:1/place:same_cpu/between:processes" ;;
	across) echo wait "$latency:futex/bytes:1/place:same_cache/between:processes" ;;
	esac
}

# every WHAT PERCENT: k, as four digits: one item in k is computed twice. A kernel named computes one in 32 twice in any
# case, so its k is a 33rd smaller.
every() {
	local k
	case $2 in
	0) k=0 ;;
	7) k=14 ;;
	*) k=$((100 / $2)) ;;
	esac
	[[ $1 == wait ]] || k=$(((k * 32 + 16) / 33))
	printf %04d "$k"
}

# gate PART NAME ARGUMENT...: one gate, unless it was run before. Fails after the time of --for.
gate() {
	local part=$1 name=$2 file=$raw/$1/$2.json status=0
	shift 2
	[[ ! -s $file ]] || return 0
	[[ $until_s -eq 0 || $SECONDS -lt $until_s ]] || return 1
	mkdir -p "$raw/$part"
	"$tvp" gate "$@" "${budget[@]}" --progress=never --out="$file.new" >"$raw/$part/$name.txt" 2>&1 || status=$?
	# The gate handled the signal itself, so the shell would continue with the next one.
	if [[ $status -eq 130 ]]; then
		rm -f "$file.new" "$raw/$part/$name.txt"
		echo "validate-gate.sh: interrupted at $part $name; the same command continues from there" >&2
		exit 130
	fi
	# 0, 1 and 3 are verdicts; anything else is kept as text only, and shown.
	if [[ $status -gt 3 || $status -eq 2 ]]; then
		echo "validate-gate.sh: $part $name: exit $status" >&2
		grep -m 3 -E '^ *FAILED|^tvp gate:' "$raw/$part/$name.txt" >&2 || tail -3 "$raw/$part/$name.txt" >&2
		rm -f "$file.new"
		return 0
	fi
	mv "$file.new" "$file"
	rm "$raw/$part/$name.txt"
}

specs() { printf -- '--spec=%s\n' "$@"; }

part_aa() {
	local i
	local -a all
	mapfile -t all < <(specs "${ten[@]}")
	for ((i = 1; i <= (runs ? runs : 300); i++)); do
		gate aa "$(printf %04d "$i")" "$tvp" "${all[@]}" --seed="$((1000 + i))" --time-budget=120s || return 0
	done
}

# The same objects linked twice, in another order: what an unrelated change does to a layout.
part_relink() {
	local i
	local -a all
	build_tvp "$relinked" -DCMAKE_C_FLAGS=-ffunction-sections
	"$root/scripts/ci/relink.sh" "$relinked" "$relinked/tvp" 2
	mapfile -t all < <(specs "${ten[@]}")
	for ((i = 1; i <= (runs ? runs : 100); i++)); do
		gate relink "$(printf %04d "$i")" "$relinked/tvp.1" "$relinked/tvp.2" "${all[@]}" --seed="$((2000 + i))" --time-budget=120s || return 0
	done
}

# slowed PART FIRST-SEED N ARGUMENT...: gates of the ten specs of which one, sum, is slowed by 5 %.
slowed() {
	local part=$1 seed=$2 n=$3 i
	local -a all
	shift 3
	mapfile -t all < <(specs "${ten[@]}")
	for ((i = 1; i <= n; i++)); do
		gate "$part" "$(printf %04d "$i")" "$tvp" "${all[@]}" --old-env=TVP_INJECT=sum:0000 --new-env="TVP_INJECT=sum:$(every sum 5)" \
			--seed="$((seed + i))" "$@" || return 0
	done
}

part_caught() { slowed caught 3000 "$((runs ? runs : 300))" --time-budget=120s; }

part_bakeoff() { slowed bakeoff 7000 "$((runs ? runs : 100))" --time-budget=10m --blocks=20; }

part_beside() {
	load_begin
	slowed beside 8000 "$((runs ? runs : 100))" --time-budget=120s
	load_end
}

# one_kind PART KIND PERCENT N: alone, with a tenth of alpha: the threshold it would have among ten.
one_kind() {
	local part=$1 kind=$2 percent=$3 i what spec
	read -r what spec < <(kind "$kind")
	for ((i = 1; i <= $4; i++)); do
		gate "$part" "$kind-$percent-$(printf %02d "$i")" "$tvp" --spec="$spec" --old-env="TVP_INJECT=$what:0000" \
			--new-env="TVP_INJECT=$what:$(every "$what" "$percent")" --alpha=0.001 --seed="$((4000 + i))" --time-budget=60s || return 1
	done
}

# among WORD LIST: whether the comma-separated list, if there is one, has the word.
among() { [[ -z $2 || ,$2, == *,$1,* ]]; }

# points EFFECT...: "KIND PERCENT" of all that were asked for.
points() {
	local name percent
	for percent; do
		for name in $kinds; do
			if among "$name" "$only_kinds" && among "$percent" "$only_effects"; then
				echo "$name $percent"
			fi
		done
	done
}

part_power() {
	local name percent
	while read -r name percent <&3; do
		one_kind power "$name" "$percent" "$((runs ? runs : 20))" || return 0
	done 3< <(points 5 10 3 20 7 2 1 0)
}

part_loaded() {
	local name percent
	load_begin
	while read -r name percent <&3; do
		one_kind loaded "$name" "$percent" "$((runs ? runs : 10))" || break
	done 3< <(points 5 10 0)
	load_end
}

# Before and after: blocks of a build with itself. Every block has every statistic; unbound is how it was before slices of
# one-CPU rows were kept on one CPU.
part_sigma() {
	local time
	local -a all
	mapfile -t all < <(specs "${ten[@]}" "$sum/size:32MiB/model:serial/workers:1/pin:compact" \
		"$sum/size:32MiB/model:threads/workers:2/pin:compact" "$sum/size:32MiB/model:thread_pool/workers:2/pin:compact" \
		"$sum/size:32MiB/model:thread_pool/workers:2/pin:compact/wait:spin" "$convolve/model:process_pool/workers:2/pin:compact" \
		"$convolve/model:process_pool/workers:2/pin:compact/wait:spin")
	for time in 3ms 10ms 30ms; do
		gate sigma "$time" "$tvp" "${all[@]}" --blocks=60 --seed=5000 --slice-time=$time --time-budget=30m || return 0
	done
	gate sigma unbound "$tvp" "${all[@]}" --blocks=60 --seed=5001 --unbound --time-budget=30m || return 0
}

# program NAME SOURCE COMPILER ARGUMENT...: a program of scripts/validate-gate/, built once.
program() {
	mkdir -p "$build/programs"
	[[ -x $build/programs/$1 ]] || "$3" -O2 "$root/scripts/validate-gate/$2" -o "$build/programs/$1" "${@:4}"
}

# Loops that take some 25 ms.
readonly loops=120000000

part_commands() {
	local i
	program spin spin.c cc
	for ((i = 1; i <= (runs ? runs : 300); i++)); do
		gate commands "$(printf %04d "$i")" --old-command="$build/programs/spin $loops" --metric=wall,cpu,faults \
			--seed="$((9000 + i))" --time-budget=60s || return 0
	done
}

# commands_slowed PART FIRST-SEED LOOPS: the new command computes 5 % more.
commands_slowed() {
	local i
	program spin spin.c cc
	for ((i = 1; i <= (runs ? runs : 300); i++)); do
		gate "$1" "$(printf %04d "$i")" --old-command="$build/programs/spin $3" \
			--new-command="$build/programs/spin $(($3 + $3 / 20))" --metric=wall,cpu --seed="$(($2 + i))" --time-budget=120s || return 0
	done
}

part_commands_caught() { commands_slowed commands_caught 9500 "$loops"; }

part_commands_long_caught() { commands_slowed commands_long_caught 11000 "$((8 * loops))"; }

# gbench PART FIRST-SEED NEW-PROGRAM
gbench() {
	local i
	program bench bench.cc c++ -lbenchmark -lpthread
	program bench_more bench.cc c++ -DMORE=5 -lbenchmark -lpthread
	for ((i = 1; i <= (runs ? runs : 300); i++)); do
		gate "$1" "$(printf %04d "$i")" --gbench "$build/programs/bench" "$build/programs/$3" --metric=wall,cpu \
			--seed="$(($2 + i))" --time-budget=120s || return 0
	done
}

part_gbench() { gbench gbench 10100 bench; }

part_gbench_caught() { gbench gbench_caught 10500 bench_more; }

for part in "${parts[@]}"; do
	if [[ $part == report ]]; then
		[[ ! -d $raw ]] || build_tvp "$build" -DTVP_INJECT=ON
		"$root/scripts/report-gate.sh" "$out" "$tvp"
	else
		build_tvp "$build" -DTVP_INJECT=ON
		"part_$part"
		echo "$part: $(find "$raw/$part" -name '*.json' 2>/dev/null | wc -l) gates in $raw/$part"
	fi
done
