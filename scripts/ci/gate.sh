#!/usr/bin/env bash
# Build two revisions of this repository alike, on this machine, and gate the second against the first:
# gate.sh [--layouts=N] [--out-dir=DIR] BASE [HEAD] [-- GATE-OPTION...]. HEAD is the working tree where it is not named.
# Ends with the gate's own exit code: 0 passed, 1 regressed, 3 cannot tell (with --strict), 4 something failed; 2 usage.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
source "$root/scripts/packages.sh"
# shellcheck source=scripts/ci/trees.sh
source "$root/scripts/ci/trees.sh"

out_dir=$root/build-gate/out
layouts=0
revisions=()
options=()

bad() {
	echo "gate.sh: $1" >&2
	exit 2
}

while [[ $# -gt 0 ]]; do
	case $1 in
	--help | '-?')
		cat <<-END
			Usage: scripts/ci/gate.sh [--layouts=N] [--out-dir=DIR] BASE [HEAD] [-- GATE-OPTION...]
			Build revisions BASE and HEAD (default: the working tree) and run \`tvp gate\` on them. Writes gate.json, gate.md,
			gate.xml and each side's Google Benchmark JSON to DIR (default: build-gate/out). Checkouts and builds are kept under
			build-gate/ for later calls; after deleting that directory, run \`git worktree prune\`.
			--layouts=N (2 to 64) links each build N times, with the code in another order, and gates the mean over them.

			Examples:
			  scripts/ci/gate.sh origin/main
			  scripts/ci/gate.sh --layouts=8 origin/main
			  scripts/ci/gate.sh HEAD~1 HEAD -- --suite=scaling --kernel=convolve --time-budget=5m --strict
		END
		exit 0
		;;
	--out-dir=?*) out_dir=${1#*=} ;;
	--layouts=*)
		layouts=${1#*=}
		[[ $layouts =~ ^[1-9][0-9]?$ && $layouts -ge 2 && $layouts -le 64 ]] || bad "$1: expected a number from 2 to 64"
		;;
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

# tree_make NAME SOURCE: the same flags for all, whatever the sources say is their default.
tree_make() {
	local build=$root/build-gate/$1
	local -a flags=(-DCMAKE_BUILD_TYPE=Release)
	[[ $layouts -eq 0 ]] || flags+=("-DCMAKE_C_FLAGS=${CFLAGS:-} -ffunction-sections")
	quietly "configure $1" tree_configure "$2" "$build" "${flags[@]}"
	quietly "build $1" cmake --build "$build" --target tvp --parallel "$(nproc)"
	[[ $layouts -eq 0 ]] || quietly "link $1 in $layouts layouts" "$root/scripts/ci/relink.sh" "$build" "$build/tvp" "$layouts"
}

# variants NAME: the paths of its layouts, separated by commas.
variants() {
	seq -f "$root/build-gate/$1/tvp.%g" -s , "$layouts"
}

for revision in "${revisions[@]}"; do
	revision_check "$root" "$revision"
done
needs_install "$NEEDS_BUILD" || exit $?
base=$root/build-gate/base-source
tree_of "$root" "$base" "${revisions[0]}"
# A build directory belongs to one source directory.
head_name=working-tree
head=$root
if [[ ${#revisions[@]} -eq 2 ]]; then
	head_name="head"
	head=$root/build-gate/head-source
	tree_of "$root" "$head" "${revisions[1]}"
fi
base_name=base
if [[ $layouts -gt 0 ]]; then
	base_name+=-layouts
	head_name+=-layouts
fi
tree_make "$base_name" "$base"
tree_make "$head_name" "$head"
tvp=$root/build-gate/$head_name/tvp
sides=("$root/build-gate/$base_name/tvp" "$tvp")
if [[ $layouts -gt 0 ]]; then
	[[ $("$tvp" gate --help) == *--old=LIST* ]] || bad "the gate of ${revisions[1]:-this tree} compares no layouts: it has no --old=LIST"
	sides=("--old=$(variants "$base_name")" "--new=$(variants "$head_name")")
fi

gate_into "$out_dir" "$tvp" "${sides[@]}" "${options[@]}"
