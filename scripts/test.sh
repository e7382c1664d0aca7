#!/usr/bin/env bash
# All tests: test.sh [quick]. Installs missing packages, builds into build-test/ and continues after a failure, so that one
# run shows all of them; exits 1 where a stage failed, 4 where packages cannot be installed. `quick` is gcc's Release build
# only. A stage that lacks an optional tool is left out, with the reason.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
source "$root/scripts/packages.sh"

mode=${1:-all}
case $mode in
all | quick) ;;
--help | '-?')
	printf 'Usage: scripts/test.sh [quick]\nInstall missing packages, build, and run all tests; quick: only the Release build of gcc.\n\n'
	printf 'Examples:\n  scripts/test.sh\n  scripts/test.sh quick\n'
	exit 0
	;;
*)
	echo "test.sh: unexpected argument '$mode'; see --help" >&2
	exit 2
	;;
esac
jobs=$(nproc)
failed=()
left_out=()

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# stage NAME COMMAND...: run it, remember a failure; exit code 77 leaves it out, for the reason in its last line.
stage() {
	local name=$1 begin=$SECONDS status=0
	shift
	printf '\n== %s\n' "$name"
	"$@" 2>&1 | tee "$log" || status=$?
	case $status in
	0) echo "== $name: passed in $((SECONDS - begin)) s" ;;
	77) leave_out "$name" "$(tail -n 1 "$log" | sed 's/^.*skipped: //')" ;;
	*)
		failed+=("$name")
		echo "== $name: FAILED after $((SECONDS - begin)) s"
		;;
	esac
}

leave_out() {
	left_out+=("$1: $2")
	printf '== %s: left out: %s\n' "$1" "$2"
}

# tree_build NAME CMAKE-ARGUMENT...: everything, warnings as errors.
tree_build() {
	local build=$root/build-test/$1
	shift
	quietly "configure" tree_configure "$root" "$build" -DTVP_WERROR=ON "$@" &&
		quietly "build" cmake --build "$build" --parallel "$jobs"
}

# skips LOG: what tests skipped, one line for each reason; ctest shows the output of none that passed.
skips() {
	awk '/^skipped: / { text = substr($0, 10); at = index(text, ": ") }
		/^ok [0-9]+ .* # skip / { text = $0; sub(/^ok [0-9]+ /, "", text); sub(/ # skip /, ": ", text); at = index(text, ": ") }
		at { reason = substr(text, at + 2); if (!n[reason]++) first[reason] = substr(text, 1, at - 1); at = 0 }
		END { for (reason in n) print "  skipped: " first[reason] (n[reason] > 1 ? " and " n[reason] - 1 " more" : "") ": " reason }' "$1" | sort
}

# tree_test NAME [PREFIX...]: ctest itself, behind the words of the prefix, with ctest_options.
ctest_options=()
tree_test() {
	local build=$root/build-test/$1 status=0
	shift
	"$@" ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel "$jobs" "${ctest_options[@]}" </dev/null || status=$?
	skips "$build/Testing/Temporary/LastTest.log"
	return $status
}

build_and_test() {
	tree_build "$@" && tree_test "$1"
}

# A race detector that cannot map its shadow dies before main(): compilers before 2023 do on kernels whose addresses
# are random to 32 bits. With randomisation off it lives.
tsan_prefix() {
	local probe
	probe=$(mktemp)
	echo 'int main(void){return 0;}' | cc -fsanitize=thread -x c - -o "$probe"
	local prefix
	for prefix in env "setarch $(uname -m) -R"; do
		# One word each.
		# shellcheck disable=SC2086
		if $prefix "$probe" >/dev/null 2>&1 && $prefix "$probe" >/dev/null 2>&1 && $prefix "$probe" >/dev/null 2>&1; then
			break
		fi
		prefix=
	done
	rm -f "$probe"
	echo "$prefix"
}

tsan_test() {
	local -a prefix
	read -ra prefix < <(tsan_prefix)
	if [[ ${#prefix[@]} -eq 0 ]]; then
		echo "a program built with ThreadSanitizer does not start here, with or without setarch -R"
		return 1
	fi
	[[ ${prefix[0]} == env ]] || echo "running under ${prefix[*]}: ThreadSanitizer dies with random addresses here"
	tree_build tsan -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTVP_SANITIZE=thread "${compiler_gcc[@]}" && tree_test tsan "${prefix[@]}"
}

clang_test() {
	if ! has_clang_linking; then
		echo "skipped: clang is not installed, or finds no C library to link"
		return 77
	fi
	local ctest_options=(--exclude-regex '^house$') # which runs no compiled code
	build_and_test clang -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++
}

# Compile only: the folders below have nothing but the C library under them.
aarch64_compile() {
	local source status=0 out
	if ! has_aarch64_libc; then
		echo "skipped: the cross compiler for aarch64, or its C library, is not installed"
		return 77
	fi
	out=$(mktemp)
	for source in "$root"/src/{base,sync,kernel}/*.c; do
		aarch64-linux-gnu-gcc -std=gnu17 -D_GNU_SOURCE -I"$root/src" -I"$root" -O3 -Wall -Wextra -Werror -c "$source" -o "$out" ||
			status=1
	done
	rm -f "$out"
	return $status
}

shellcheck_all() {
	local -a scripts
	mapfile -d '' scripts < <(find "$root/scripts" -name '*.sh' -print0)
	(cd "$root" && shellcheck -x "${scripts[@]}" .ci/run tests/*.bats tests/*.bash)
}

needs_install "$NEEDS_BUILD
$NEEDS_PLOT
$NEEDS_TEST" || exit $?
if [[ $mode == all ]]; then
	needs_install "$NEEDS_OPTIONAL
$NEEDS_BUNDLE" || echo "continuing without them"
fi
compiler_gcc=()
if has_command gcc && has_command g++; then
	compiler_gcc=(-DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++)
fi

stage "gcc, Release" build_and_test gcc -DCMAKE_BUILD_TYPE=Release "${compiler_gcc[@]}"
if [[ $mode == all ]]; then
	stage "order of includes" "$root/scripts/ci/check-includes.sh"
	stage "format" "$root/scripts/ci/check-format.sh"
	stage "sizes of functions and files" "$root/scripts/ci/sizes.sh"
	stage "shellcheck" shellcheck_all
	stage "clang, Release" clang_test
	stage "aarch64: compile" aarch64_compile
	stage "AddressSanitizer and UndefinedBehaviorSanitizer" build_and_test asan -DCMAKE_BUILD_TYPE=RelWithDebInfo \
		-DTVP_SANITIZE=address,undefined "${compiler_gcc[@]}"
	stage "ThreadSanitizer" tsan_test
fi

printf '\n'
[[ ${#left_out[@]} -eq 0 ]] || printf 'left out: %s\n' "${left_out[@]}"
if [[ ${#failed[@]} -gt 0 ]]; then
	printf 'FAILED: %s\n' "${failed[@]}"
	exit 1
fi
echo "all stages passed in $((SECONDS / 60)) min $((SECONDS % 60)) s"
