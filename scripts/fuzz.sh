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
		in a process each), or as many as SECONDS for all of them allow. Exits 1 where an input crashed a reader (it is kept in
		the working directory), 77 where clang or libFuzzer is not installed. New inputs that reach new code stay out of the
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

status=0
for target in "${targets[@]}"; do
	corpus=$root/tests/fuzz/corpus/$target
	limit=(-runs="$runs")
	[[ $target != topology ]] || limit=(-runs=$((runs < 100 ? 1 : runs / 100)))
	[[ $seconds -eq 0 ]] || limit=(-max_total_time=$((seconds / ${#targets[@]} + 1)))
	found=$(mktemp -d)
	echo "== fuzz $target"
	# 30 s for one input is a hang; what a file may make a reader allocate is bounded by the file's size.
	"$build/fuzz_$target" -seed="$seed" -timeout=30 -rss_limit_mb=4096 -max_len=65536 -print_final_stats=1 -verbosity=0 \
		"${limit[@]}" "$found" "$corpus" >"$found.log" 2>&1 || status=1
	grep -E '^stat::number_of_executed_units|^(==[0-9]+==)?ERROR|SUMMARY|Test unit written' "$found.log" || tail -5 "$found.log"
	if [[ -n $merge ]]; then
		mkdir -p "$merge/$target"
		"$build/fuzz_$target" -merge=1 "$merge/$target" "$corpus" "$found" >/dev/null 2>&1 || true
	fi
	rm -rf "$found" "$found.log"
done
[[ $status -eq 0 ]] && echo "fuzz.sh: ${#targets[@]} readers, no crash"
exit $status
