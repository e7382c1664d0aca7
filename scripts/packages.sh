# Sourced by bench.sh and test.sh: what this machine lacks, found by feature and never by version, and its installation
# by apt where we may. A need is one line "FEATURE<TAB>CHECK<TAB>PACKAGES": CHECK is a function of this file and its
# argument, PACKAGES are alternatives, of which the first that apt knows is taken.
# shellcheck shell=bash disable=SC2034

readonly EXIT_ENVIRONMENT=4

has_command() { command -v "$1" >/dev/null 2>&1; }
has_file() { [[ -e $1 ]]; }
# Of any interpreter that the tests look for: Debian's modules are for its own.
has_python_module() { python3 -c "import $1" 2>/dev/null || /usr/bin/python3 -c "import $1" 2>/dev/null; }
has_library() { has_command pkg-config && pkg-config --exists "$1"; }
has_c_header() { has_command cc && echo "#include <$1>" | cc -E -x c - >/dev/null 2>&1; }
has_cxx_header() { has_command c++ && echo "#include <$1>" | c++ -E -x c++ - >/dev/null 2>&1; }
has_pic_libstdcxx() { has_command c++ && [[ -e $(c++ -print-file-name=libstdc++_pic.a) ]]; }
has_ninja_or_make() { has_command ninja || has_command make; }
has_aarch64_libc() { echo '#include <linux/futex.h>' | aarch64-linux-gnu-gcc -E - >/dev/null 2>&1; }
has_clang_linking() { echo 'int main(void){return 0;}' | clang -x c - -o /dev/null >/dev/null 2>&1; }
has_clang_format() { { clang-format-14 --version || clang-format --version | grep 'version 14\.'; } >/dev/null 2>&1; }
has_universal_ctags() { ctags --version 2>/dev/null | grep -q 'Universal Ctags'; }
has_gnuplot_png() { has_command gnuplot && gnuplot -e 'set terminal svg; set terminal pngcairo' >/dev/null 2>&1; }

readonly NEEDS_BUILD='a C compiler	has_command cc	gcc
the C library'\''s headers	has_c_header stdlib.h	libc6-dev
a C++ compiler	has_command c++	g++
CMake	has_command cmake	cmake
Ninja or make	has_ninja_or_make	ninja-build make
pkg-config	has_command pkg-config	pkgconf pkg-config
hwloc	has_library hwloc	libhwloc-dev
Jansson	has_library jansson	libjansson-dev
the GNU Scientific Library	has_library gsl	libgsl-dev
zlib	has_library zlib	zlib1g-dev
Google Benchmark	has_cxx_header benchmark/benchmark.h	libbenchmark-dev
liburing	has_library liburing	liburing-dev'

readonly NEEDS_PLOT='gnuplot with SVG and PNG	has_gnuplot_png	gnuplot-nox gnuplot'

readonly NEEDS_TEST='cmocka	has_library cmocka	libcmocka-dev
Bats	has_command bats	bats
ShellCheck	has_command shellcheck	shellcheck
jq	has_command jq	jq
Git	has_command git	git
setpriv	has_command setpriv	util-linux
xmllint	has_command xmllint	libxml2-utils'

# Debian 12's: what a bundle starts with is checked in any case.
readonly NEEDS_BUNDLE='a libstdc++ that can be linked anew	has_pic_libstdcxx	libstdc++-12-pic
objdump	has_command objdump	binutils'

# Without these a stage of the tests is left out, with the reason.
readonly NEEDS_OPTIONAL='Python 3	has_command python3	python3
Google Benchmark'\''s compare.py	has_file /usr/share/benchmark/compare.py	libbenchmark-tools
SciPy, for compare.py	has_python_module scipy	python3-scipy
JSON schemas for Python	has_python_module jsonschema	python3-jsonschema
clang	has_clang_linking	clang
clang-format 14	has_clang_format	clang-format-14 clang-format
Universal Ctags	has_universal_ctags	universal-ctags
an aarch64 compiler	has_command aarch64-linux-gnu-gcc	gcc-aarch64-linux-gnu
the aarch64 C library'\''s headers	has_aarch64_libc	libc6-dev-arm64-cross'

# needs_missing NEEDS: those of the lines whose check fails.
needs_missing() {
	local feature check packages
	while IFS=$'\t' read -r feature check packages; do
		# CHECK is "function argument": split on purpose.
		# shellcheck disable=SC2086
		[[ -z $feature ]] || $check || printf '%s\t%s\t%s\n' "$feature" "$check" "$packages"
	done <<<"$1"
}

# The first of the alternatives that apt can install; without lists to look into, the first.
package_choose() {
	local package
	for package in $1; do
		if LC_ALL=C apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [^(]'; then
			echo "$package"
			return
		fi
	done
	echo "${1%% *}"
}

# packages_of MISSING: one package for each missing line.
packages_of() {
	local feature check alternatives
	while IFS=$'\t' read -r feature check alternatives; do
		[[ -z $feature ]] || package_choose "$alternatives"
	done <<<"$1" | sort -u
}

# The words in front of a command that run it as root. Fails where root is out of reach; asks for a password only at a
# terminal.
root_prefix() {
	if [[ $(id -u) -eq 0 ]]; then
		echo env
	elif has_command sudo && { [[ -t 0 && -t 2 ]] || sudo -n true 2>/dev/null; }; then
		echo sudo env
	else
		return 1
	fi
}

# apt_install PACKAGE...: quiet, with the whole log where it fails. Fresh machines have no package lists: fetched first.
apt_install() {
	local log status=0
	local -a prefix apt
	read -ra prefix < <(root_prefix)
	apt=("${prefix[@]}" DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o DPkg::Lock::Timeout=300)
	log=$(mktemp)
	"${apt[@]}" install --no-install-recommends "$@" >"$log" 2>&1 </dev/null || status=$?
	[[ $status -eq 0 ]] || cat "$log" >&2
	rm -f "$log"
	return $status
}

apt_update() {
	local -a prefix
	read -ra prefix < <(root_prefix)
	"${prefix[@]}" apt-get -qq -o DPkg::Lock::Timeout=300 update >/dev/null 2>&1 </dev/null
}

# explain_missing MISSING WHY: what is missing, and the command that would install it.
explain_missing() {
	local packages
	packages=$(packages_of "$1" | paste -sd' ')
	{
		echo "Missing: $(cut -f1 <<<"$1" | paste -sd',' | sed 's/,/, /g')."
		echo "$2"
		echo "    apt-get update && apt-get install --no-install-recommends $packages"
	} >&2
}

# needs_install NEEDS: install what is missing. Where that fails, print what is missing and how to install it, and fail.
needs_install() {
	local missing packages
	missing=$(needs_missing "$1")
	[[ -n $missing ]] || return 0
	if ! has_command apt-get; then
		explain_missing "$missing" "apt-get is not installed here. On Debian or Ubuntu, run as root:"
		return $EXIT_ENVIRONMENT
	fi
	if ! root_prefix >/dev/null; then
		explain_missing "$missing" "Installing packages needs root, and sudo is not available here. Run as root:"
		return $EXIT_ENVIRONMENT
	fi
	apt_update || echo "warning: the package lists could not be updated; using the old ones" >&2
	packages=$(packages_of "$missing")
	echo "installing: $(paste -sd' ' <<<"$packages")"
	# One package a word.
	# shellcheck disable=SC2086
	apt_install $packages || true
	hash -r
	missing=$(needs_missing "$1")
	[[ -n $missing ]] || return 0
	explain_missing "$missing" "Installing them failed. Run as root:"
	return $EXIT_ENVIRONMENT
}

# quietly WHAT COMMAND...: one line where it works, the whole log where it fails.
quietly() {
	local what=$1 log status=0 begin=$SECONDS
	shift
	log=$(mktemp)
	"$@" >"$log" 2>&1 </dev/null || status=$?
	if [[ $status -eq 0 ]]; then
		echo "$what: done in $((SECONDS - begin)) s"
	else
		cat "$log" >&2
		echo "$what: failed (exit $status)" >&2
	fi
	rm -f "$log"
	return $status
}

# tree_configure SOURCE BUILD CMAKE-ARGUMENT...: a build directory keeps the generator it has.
tree_configure() {
	local source=$1 build=$2
	shift 2
	local -a generator=()
	if [[ ! -f $build/CMakeCache.txt ]] && has_command ninja; then
		generator=(-G Ninja)
	fi
	cmake -S "$source" -B "$build" "${generator[@]}" "$@"
}
