#!/usr/bin/env bash
# Fuzzing of every reader with libFuzzer (tests/fuzz/NAME.c, corpus in tests/fuzz/corpus/NAME), under ASan and UBSan.
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
		Usage: scripts/fuzz.sh [--runs=N] [--for=SECONDS] [--seed=N] [TARGET...]
		Give every reader, or those named, N random inputs (default 100000; a hundredth of them to topologies, which are read
		in a process each), and no more than SECONDS for all of them allow. Exits 1 where an input crashed a reader (it is kept
		in the working directory), 77 where clang or libFuzzer is not installed. New inputs that reach new code stay out of the
		corpus: --merge=DIR collects them there.

		Targets: $(find "$root/tests/fuzz" -name '*.c' -printf '%f ' | sed 's/\.c//g')

		Examples:
		  scripts/fuzz.sh --for=60
		  scripts/fuzz.sh --runs=10000000 result
	END
}

merge=
for argument; do
	case $argument in
	--help | '-?')
		usage
		exit 0
		;;
	--runs=*) runs=${argument#*=} ;;
	--for=*) seconds=${argument#*=} ;;
	--seed=*) seed=${argument#*=} ;;
	--merge=*) merge=${argument#*=} ;;
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
quietly "configure" tree_configure "$root" "$build" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTVP_FUZZ=ON \
	-DTVP_SANITIZE=address,undefined -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++
quietly "build" cmake --build "$build" --target fuzz --parallel "$(nproc)"

# Words that the readers know, as libFuzzer's dictionary: the keys of files, else the names of axes and of their values.
dictionary() {
	local -a folders=(bench src/kernel src/channel src/exec src/host src/sync)
	[[ $1 != result && $1 != gate ]] || folders=(src/report/result src/report/gate)
	(cd "$root" && grep -rohP '"[A-Za-z_][A-Za-z_0-9:]{1,23}"' "${folders[@]}") | sort -u
	(cd "$root" && grep -rohP '^[A-Z]+\(\K\w+' bench/axes.def bench/list.def src/*/list.def) | sort -u | sed 's/.*/"&"/'
}

# fuzz TARGET: in processes of at most 100,000 inputs each, since what a plan interns is never given back.
fuzz() {
	local target=$1 found=$scratch/$1 log=$scratch/$1.log left=$runs begin_s=$SECONDS batch done_n=0 batch_n left_s
	local -a limit
	[[ $target != topology ]] || left=$((runs < 100 ? 1 : runs / 100))
	mkdir "$found"
	dictionary "$target" >"$scratch/dictionary"
	for ((batch = 0; left > 0; batch++)); do
		limit=(-runs=$((left < 100000 ? left : 100000)))
		if [[ $seconds -gt 0 ]]; then
			left_s=$((seconds / ${#targets[@]} - (SECONDS - begin_s)))
			[[ $left_s -gt 0 ]] || break
			limit+=("-max_total_time=$left_s")
		fi
		# 30 s for one input is a hang; what a file may make a reader allocate is bounded by the file's size.
		if ! "$build/fuzz_$target" -seed=$((seed + batch)) -timeout=30 -rss_limit_mb=4096 -max_len=16384 \
			-print_final_stats=1 -verbosity=0 -dict="$scratch/dictionary" -artifact_prefix="$PWD/fuzz-$target-" \
			"${limit[@]}" "$found" "$root/tests/fuzz/corpus/$target" >"$log" 2>&1; then
			grep -E 'ERROR|SUMMARY|Test unit written' "$log" || tail -20 "$log"
			return 1
		fi
		batch_n=$(awk '/^stat::number_of_executed_units/ { print $2 }' "$log")
		done_n=$((done_n + batch_n))
		left=$((left - batch_n))
	done
	echo "fuzz.sh: $target: $done_n inputs in $((SECONDS - begin_s)) s"
	if [[ -n $merge ]]; then
		mkdir -p "$merge/$target"
		"$build/fuzz_$target" -merge=1 "$merge/$target" "$root/tests/fuzz/corpus/$target" "$found" >/dev/null 2>&1 || true
	fi
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
status=0
for target in "${targets[@]}"; do
	fuzz "$target" || status=1
done
[[ $status -eq 0 ]] && echo "fuzz.sh: ${#targets[@]} readers, no crash"
exit $status
