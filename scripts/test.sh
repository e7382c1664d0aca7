#!/usr/bin/env bash
# All tests: test.sh [quick]. Installs what is missing, builds into build-test/ and goes on after a failure, so that one
# run shows them all; exits 1 where any stage failed, 4 where packages cannot be installed. `quick` is gcc and the
# command line only. Stages that lack an optional tool are left out, in words.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
source "$root/scripts/packages.sh"

mode=${1:-all}
case $mode in
all | quick) ;;
--help | '-?')
	printf 'Usage: scripts/test.sh [quick]\nInstall what is missing, build, pass all tests; quick: gcc Release only.\n\n'
	printf 'Examples:\n  scripts/test.sh\n  scripts/test.sh quick\n'
	exit 0
	;;
*)
	echo "test.sh: no mode '$mode' (quick, or none)" >&2
	exit 2
	;;
esac
jobs=$(nproc)
failed=()
left_out=()

# stage NAME COMMAND...: run it, remember a failure.
stage() {
	local name=$1 begin=$SECONDS
	shift
	printf '\n== %s\n' "$name"
	if "$@"; then
		echo "== $name: passed in $((SECONDS - begin)) s"
	else
		failed+=("$name")
		echo "== $name: FAILED after $((SECONDS - begin)) s"
	fi
}

leave_out() {
	left_out+=("$1")
	printf '\n== %s: left out: %s\n' "$1" "$2"
}

# tree_build NAME CMAKE-ARGUMENT...: everything, warnings as errors.
tree_build() {
	local build=$root/build-test/$1
	shift
	quietly "configure" tree_configure "$root" "$build" -DTVP_WERROR=ON "$@" &&
		quietly "build" cmake --build "$build" --parallel "$jobs"
}

# tree_test NAME [PREFIX...]: ctest itself, behind the words of the prefix.
tree_test() {
	local build=$root/build-test/$1
	shift
	"$@" ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel "$jobs" </dev/null
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
		echo "ThreadSanitizer does not start here, with or without setarch -R"
		return 1
	fi
	[[ ${prefix[0]} == env ]] || echo "running under ${prefix[*]}: ThreadSanitizer dies with random addresses here"
	tree_build tsan -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTVP_SANITIZE=thread "${compiler_gcc[@]}" && tree_test tsan "${prefix[@]}"
}

# Compile only: the folders below have nothing but the C library under them.
aarch64_compile() {
	local source status=0 out
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
	needs_install "$NEEDS_OPTIONAL" || echo "going on without them"
fi
optional_missing=$(needs_missing "$NEEDS_OPTIONAL")
compiler_gcc=()
if has_command gcc && has_command g++; then
	compiler_gcc=(-DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++)
fi

stage "gcc, Release" build_and_test gcc -DCMAKE_BUILD_TYPE=Release "${compiler_gcc[@]}"
if [[ $mode == all ]]; then
	stage "order of includes" "$root/scripts/ci/check-includes.sh"
	stage "shellcheck" shellcheck_all
	if grep -q '^clang' <<<"$optional_missing"; then
		leave_out "clang, Release" "no clang to be had"
	else
		stage "clang, Release: build" tree_build clang -DCMAKE_BUILD_TYPE=Release \
			-DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++
	fi
	if grep -q aarch64 <<<"$optional_missing"; then
		leave_out "aarch64: compile" "no cross compiler, or no C library for it, to be had"
	else
		stage "aarch64: compile" aarch64_compile
	fi
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
