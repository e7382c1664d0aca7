#!/usr/bin/env bash
# The gate for a project that is not tvp, called within its repository: build two of its revisions on this machine, then
# `tvp gate` with the options behind "--", in which {base} and {head} are the two checkouts.
# Ends with the gate's own exit code: 0 passed, 1 regressed, 3 cannot tell (with --strict), 4 something failed, a build
# included; 2 usage.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
source "$root/scripts/packages.sh"
# shellcheck source=scripts/ci/trees.sh
source "$root/scripts/ci/trees.sh"

usage() {
	cat <<-'END'
		Usage: own.sh [--build=COMMAND] [--tvp=FILE] [--dir=DIR] BASE [HEAD] -- GATE-OPTION...
		In a repository of yours: build revisions BASE and HEAD (default: HEAD, what is committed) and gate the second against
		the first. In the gate's options {base} and {head} stand for the two checkouts. The gate runs in the current directory.

		  --build=COMMAND   shell command that builds a checkout, run in its top directory; default: nothing is built
		  --tvp=FILE        tvp that is there already; default: $TVP, else the one of this script's repository, which is built
		  --dir=DIR         checkouts and results; default: tvp-gate/ in the top directory of the repository, ignored by git

		DIR/out/ gets gate.json (every block), gate.md, gate.xml (JUnit), base.json and head.json; under GitHub Actions the job
		also gets annotations and its summary.

		Examples:
		  own.sh --build=make origin/main -- --old-command='{base}/parse big.json' --new-command='{head}/parse big.json'
		  own.sh --build='cmake -S . -B build -DCMAKE_BUILD_TYPE=Release && cmake --build build' HEAD~1 -- \
		      --gbench {base}/build/bench {head}/build/bench --metric=wall,cpu
		  own.sh origin/main -- --old-kernel={base}/mine.c --new-kernel={head}/mine.c --suite=scaling --model=serial
	END
}

bad() {
	echo "own.sh: $1" >&2
	exit "${2:-2}"
}

build=
tvp=${TVP:-}
dir=
revisions=()
options=()
while [[ $# -gt 0 ]]; do
	case $1 in
	--help | '-?')
		usage
		exit 0
		;;
	--build=?*) build=${1#*=} ;;
	--tvp=?*) tvp=${1#*=} ;;
	--dir=?*) dir=${1#*=} ;;
	--)
		shift
		options=("$@")
		break
		;;
	-*) bad "unknown option '$1'; see --help" ;;
	*) revisions+=("$1") ;;
	esac
	shift
done
[[ ${#revisions[@]} -ge 1 ]] || bad "missing operand: BASE; see --help"
[[ ${#revisions[@]} -le 2 ]] || bad "unexpected operand '${revisions[2]}'; see --help"
[[ ${#options[@]} -gt 0 ]] || bad "nothing to compare: options of tvp gate follow '--'; see --help"
[[ " ${options[*]}" == *'{base}'* && " ${options[*]}" == *'{head}'* ]] ||
	bad "the gate's options must name both checkouts, as {base} and {head}; see --help"
has_command git || bad "git is not installed" 4
repository=$(git rev-parse --show-toplevel 2>/dev/null) || bad "$PWD is in no git repository (or in one of another user: git config --global --add safe.directory)"
head=${revisions[1]:-HEAD}
revision_check "$repository" "${revisions[0]}"
revision_check "$repository" "$head"
[[ -z $tvp || (-f $tvp && -x $tvp) ]] || bad "$tvp is not an executable file; it must be tvp"
dir=${dir:-$repository/tvp-gate}
[[ $dir == /* ]] || dir=$PWD/$dir
# They become part of commands, which are split into words.
[[ $dir =~ ^[A-Za-z0-9/._,:+@%-]+$ ]] || bad "$dir: the checkouts' paths must do without spaces and quotes; choose another place by --dir=DIR"
[[ ${#revisions[@]} -gt 1 || -z $(git -C "$repository" status --porcelain --untracked-files=no) ]] ||
	echo "own.sh: warning: there are changes that are not committed; what is measured is HEAD without them" >&2

if [[ -z $tvp ]]; then
	needs_install "$NEEDS_BUILD" || exit $?
	quietly "configure tvp" tree_configure "$root" "$root/build-own" -DCMAKE_BUILD_TYPE=Release || exit 4
	quietly "build tvp" cmake --build "$root/build-own" --target tvp --parallel "$(nproc)" || exit 4
	tvp=$root/build-own/tvp
fi

# side_make NAME REVISION: both names have four letters, so that both sides' paths are of one length.
side_make() {
	local tree=$dir/$1
	tree_of "$repository" "$tree" "$2" || exit 4
	[[ ! -f $tree/.gitmodules ]] || quietly "submodules of $1" git -C "$tree" submodule update --init --recursive || exit 4
	[[ -z $build ]] || quietly "build $1" env -C "$tree" sh -c "$build" || exit 4
}

mkdir -p "$dir"
[[ $dir != "$repository"/* || -e $dir/.gitignore ]] || echo '*' >"$dir/.gitignore"
dir=$(cd -- "$dir" && pwd -P)
side_make base "${revisions[0]}"
side_make head "$head"
options=("${options[@]//'{base}'/$dir/base}")
options=("${options[@]//'{head}'/$dir/head}")

gate_into "$dir/out" "$tvp" "${options[@]}"
