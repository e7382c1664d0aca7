#!/usr/bin/env bash
# Fuzzing of every reader with libFuzzer (tests/fuzz/NAME.c, corpus in tests/fuzz/corpus/NAME). ASan makes inputs cost
# three to five times as much, and the tracing of comparisons, which guides mutations, nearly doubles their cost: seven in
# eight run under UBSan alone and without that tracing, the rest, and those of them that reach new code, with both.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
source "$root/scripts/packages.sh"
runs=100000
seconds=0
seed=1
targets=()

usage() {
	cat <<-END
		Usage: scripts/fuzz.sh [--runs=N] [--for=SECONDS] [--seed=N] [--found=DIR] [--asan] [TARGET...]
		Give every reader, or those named, N random inputs (default 100000; a hundredth of them to topologies, which are read
		in a process each), and no more than SECONDS for all of them allow. Seven in eight run under UBSan, the rest, and each
		input that reached new code, under ASan and UBSan. Exits 1 where an input crashed a reader (it is kept in the working
		directory), 77 where clang or libFuzzer is not installed. What reached new code is kept in DIR/TARGET and is where a
		later call with the same DIR goes on; without it, it is forgotten. --asan gives all inputs under both sanitizers, with
		one build less.

		Targets: $(find "$root/tests/fuzz" -name '*.c' -printf '%f ' | sed 's/\.c//g')

		Examples:
		  scripts/fuzz.sh --for=60
		  scripts/fuzz.sh --runs=10000000 --found=/tmp/found result
	END
}

kept=
sanitizers_all=(undefined "address,undefined")
for argument; do
	case $argument in
	--help | '-?')
		usage
		exit 0
		;;
	--runs=*) runs=${argument#*=} ;;
	--for=*) seconds=${argument#*=} ;;
	--seed=*) seed=${argument#*=} ;;
	--asan) sanitizers_all=("address,undefined") ;;
	--found=*) kept=${argument#*=} ;;
	-*)
		echo "fuzz.sh: unknown option '$argument'; see --help" >&2
		exit 2
		;;
	*)
		if [[ ! -f $root/tests/fuzz/$argument.c ]]; then
			echo "fuzz.sh: no target '$argument'; see --help" >&2
			exit 2
		fi
		targets+=("$argument")
		;;
	esac
done
if ! [[ $runs =~ ^[1-9][0-9]*$ && $seconds =~ ^[0-9]+$ && $seed =~ ^[0-9]+$ ]]; then
	echo "fuzz.sh: --runs, --for and --seed take whole numbers" >&2
	exit 2
fi
if [[ ${#targets[@]} -eq 0 ]]; then
	for file in "$root"/tests/fuzz/*.c; do
		targets+=("$(basename "$file" .c)")
	done
fi
if ! echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n){return d == 0 && n;}' |
	clang -fsanitize=fuzzer -x c - -o /dev/null 2>/dev/null; then
	echo "fuzz.sh: skipped: clang with libFuzzer is not installed"
	exit 77
fi

build=$root/build-test/fuzz
for sanitizers in "${sanitizers_all[@]}"; do
	flags=
	[[ $sanitizers == address,* ]] || flags=-fno-sanitize-coverage=trace-cmp
	quietly "configure for $sanitizers" tree_configure "$root" "$build/$sanitizers" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
		-DTVP_FUZZ=ON -DTVP_SANITIZE="$sanitizers" -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
		-DCMAKE_C_FLAGS="$flags"
	quietly "build for $sanitizers" cmake --build "$build/$sanitizers" --target fuzz --parallel "$(nproc)"
done

# Words that the readers know, as libFuzzer's dictionary: the keys of files, else the names of axes and of their values.
dictionary() {
	local -a folders=(bench src/kernel src/channel src/exec src/host src/sync)
	[[ $1 != result && $1 != gate ]] || folders=(src/report/result src/report/gate)
	(cd "$root" && grep -rohP '"[A-Za-z_][A-Za-z_0-9:]{1,23}"' "${folders[@]}") | sort -u
	(cd "$root" && grep -rohP '^[A-Z]+\(\K\w+' bench/axes.def bench/list.def src/*/list.def) | sort -u | sed 's/.*/"&"/'
}

# batch TARGET SANITIZERS SEED INPUTS SECONDS DIR...: one process that reads what is in the DIRs and in the corpus, gives
# TARGET so many inputs more, in no more than SECONDS (0: any), and writes what reaches new code to the first DIR. Adds the
# inputs to done_n. A process ends after some: what a plan interns is never given back.
batch() {
	local target=$1 log=$scratch/$1.log known_n executed_n
	local -a folders=("${@:6}" "$root/tests/fuzz/corpus/$1")
	known_n=$(find "${folders[@]}" -type f | wc -l)
	# 60 s for one input is a hang, on a busy machine; what a file may make a reader allocate is bounded by the file's size.
	# No limit on an input's length is below what its reader reads. Inputs that take long, such as the plan of a whole
	# suite, are mutated less often.
	if ! "$build/$2/fuzz_$target" -seed="$3" -runs=$(($4 + known_n)) -max_total_time="$5" -timeout=60 -rss_limit_mb=4096 \
		-max_len="${most_bytes[$target]:-16384}" -reload=0 -print_final_stats=1 -verbosity=0 -dict="$scratch/dictionary" \
		-entropic_scale_per_exec_time=1 -artifact_prefix="$PWD/fuzz-$target-" "${folders[@]}" >"$log" 2>&1; then
		grep -E 'ERROR|SUMMARY|Test unit written' "$log" || tail -20 "$log"
		return 1
	fi
	executed_n=$(awk '/^stat::number_of_executed_units/ { print $2 }' "$log")
	[[ $executed_n -le $known_n ]] || done_n=$((done_n + executed_n - known_n))
}

# thin TARGET DIR: of the inputs in DIR keep those that together reach all that they reach: reading them takes time in
# every batch.
thin() {
	local kept_ones=$scratch/$1.thin
	mkdir -p "$kept_ones"
	if "$build/${sanitizers_all[0]}/fuzz_$1" -merge=1 -timeout=60 -rss_limit_mb=4096 "$kept_ones" "$2" >"$scratch/$1.log" 2>&1; then
		find "$2" -type f -delete
		find "$kept_ones" -type f -exec mv -t "$2" {} +
	fi
}

readonly cycle_n=200000
declare -A most_bytes=([options]=512 [spec]=2048 [words]=256)

# seconds_left: of those for the target being read; 0 where there is no bound, else 1 at least.
seconds_left() {
	left_s=0
	[[ $seconds -gt 0 ]] || return 0
	left_s=$((seconds / ${#targets[@]} - (SECONDS - begin_s)))
	[[ $left_s -gt 0 ]] || left_s=1
}

# fuzz TARGET: by turns many inputs under UBSan, then some, and what the many found, under ASan.
fuzz() {
	local target=$1 all=$scratch/$1 fast=$scratch/$1.fast slow=$scratch/$1.slow
	local begin_s=$SECONDS done_n=0 asked_n=$runs cycle left_n slow_n left_s
	[[ $target != topology ]] || asked_n=$((runs < 100 ? 1 : runs / 100))
	[[ -z $kept ]] || all=$kept/$target
	mkdir -p "$all" "$fast" "$slow"
	dictionary "$target" >"$scratch/dictionary"
	for ((cycle = 0; done_n < asked_n; cycle++)); do
		[[ $seconds -eq 0 || $((SECONDS - begin_s)) -lt $((seconds / ${#targets[@]})) ]] || break
		left_n=$((asked_n - done_n < cycle_n ? asked_n - done_n : cycle_n))
		slow_n=$left_n
		if [[ ${#sanitizers_all[@]} -eq 2 ]]; then
			slow_n=$(((left_n + 7) / 8))
			seconds_left
			batch "$target" undefined $((seed + cycle)) $((left_n - slow_n)) $(((left_s + 1) / 2)) "$fast" "$all" || return 1
		fi
		seconds_left
		batch "$target" address,undefined $((seed + cycle)) "$slow_n" "$left_s" "$slow" "$fast" || return 1
		# One after the other: both may have found the same input, of the same name, which mv refuses within one call.
		find "$fast" -type f -exec mv -t "$all" {} +
		find "$slow" -type f -exec mv -t "$all" {} +
	done
	[[ -z $kept ]] || thin "$target" "$all"
	echo "fuzz.sh: $target: $done_n inputs in $((SECONDS - begin_s)) s"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
status=0
for target in "${targets[@]}"; do
	fuzz "$target" || status=1
done
[[ $status -eq 0 ]] && echo "fuzz.sh: ${#targets[@]} readers, no crash"
exit $status
