#!/usr/bin/env bash
# From a machine with only a shell to scaling curves: installs missing packages, builds Release, measures, draws.
# TVP_BUILD_DIR overrides the build directory. Exits as `tvp run` does: 0, 2, 4 or 130; 1 where the build fails.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
source "$root/scripts/packages.sh"

usage() {
	cat <<-END
		Usage: scripts/bench.sh [SUITE] [OPTION of tvp run...] [--out-dir=DIR]
		Install missing packages, build, measure SUITE (default: quick), print the tables and draw the curves.

		  --out=FILE      result file; default: results/latest.json in this script's tree
		  --out-dir=DIR   directory for the curves; default: plots/ in this script's tree
		All other options are those of \`tvp run --help\`.

		Examples:
		  scripts/bench.sh
		  scripts/bench.sh ipc
		  scripts/bench.sh --kernel=convolve --time-budget=30s
		  scripts/bench.sh full --seed=7 --out=full.json --out-dir=full-curves
	END
}

suite=quick
out=
resumed=
out_dir=$root/plots
draws=true
run_arguments=()
if [[ $# -gt 0 && $1 != -* ]]; then
	suite=$1
	shift
fi
while [[ $# -gt 0 ]]; do
	case $1 in
	--help | '-?')
		usage
		exit 0
		;;
	--out-dir=*) out_dir=${1#*=} ;;
	--out=*) out=${1#*=} ;;
	--resume=*) resumed=${1#*=} ;;
	--out-dir | --out | -o | --resume)
		if [[ $# -lt 2 ]]; then
			echo "bench.sh: option $1 needs a value" >&2
			exit 2
		fi
		case $1 in
		--out-dir) out_dir=$2 ;;
		--resume) resumed=$2 ;;
		*) out=$2 ;;
		esac
		shift
		;;
	*)
		[[ $1 != --dry-run ]] || draws=false
		run_arguments+=("$1")
		;;
	esac
	shift
done

out=${out:-${resumed:-$root/results/latest.json}}
# A resumed run has its own plan.
if [[ -n $resumed ]]; then
	run_arguments+=("--resume=$resumed")
else
	run_arguments+=("$suite")
fi
build=${TVP_BUILD_DIR:-$root/build}
needs_install "$NEEDS_BUILD
$NEEDS_PLOT" || exit $?
quietly "configure" tree_configure "$root" "$build" -DCMAKE_BUILD_TYPE=Release || exit 1
quietly "build" cmake --build "$build" --target tvp --parallel "$(nproc)" || exit 1

mkdir -p "$root/results"
written_before=$(stat -c %y "$out" 2>/dev/null || true)
status=0
"$build/tvp" run --out="$out" "${run_arguments[@]}" || status=$?
# Status 4 with a new result file: some rows failed, the others have their curves.
written_after=$(stat -c %y "$out" 2>/dev/null || true)
if [[ $draws == false || $status -eq 130 || $written_after == "$written_before" ]]; then
	exit $status
fi
"$build/tvp" plot "$out" --out-dir="$out_dir" || [[ $status -ne 0 ]] || status=$?
exit $status
