#!/usr/bin/env bash
# Build two revisions of this repository alike, on this machine, and gate the second against the first:
# gate.sh [--layouts=N] [--out-dir=DIR] BASE [HEAD] [-- GATE-OPTION...]. HEAD is the working tree where it is not named.
# Ends with the gate's own exit code: 0 passed, 1 regressed, 3 cannot tell (with --strict), 4 something failed; 2 usage.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
source "$root/scripts/packages.sh"

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

# Before anything is installed or built.
revision_check() {
	git -C "$root" rev-parse --verify --quiet "$1^{commit}" >/dev/null && return
	[[ $(git -C "$root" rev-parse --is-shallow-repository 2>/dev/null) != true ]] ||
		bad "this shallow clone has no revision '$1'; run git fetch --unshallow (in CI: fetch-depth: 0, GIT_DEPTH: \"0\")"
	bad "this repository has no revision '$1'; fetch it first"
}

# tree_of SIDE REVISION: a checkout of it under build-gate/. The one of the last time is moved there, so that only what
# differs is built again.
tree_of() {
	local tree=$root/build-gate/$1-source
	if ! git -C "$tree" rev-parse --show-toplevel 2>/dev/null | grep -qxF "$tree" ||
		! git -C "$tree" checkout --quiet --force --detach "$(git -C "$root" rev-parse "$2^{commit}")" 2>/dev/null ||
		! git -C "$tree" clean -qfdx; then
		git -C "$root" worktree remove --force "$tree" 2>/dev/null || rm -rf "$tree"
		git -C "$root" worktree prune
		git -C "$root" worktree add --quiet --force --detach "$tree" "$2"
	fi
	echo "$2: $(git -C "$root" log -1 --format='%h %s' "$2")" >&2
	echo "$tree"
}

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
	revision_check "$revision"
done
needs_install "$NEEDS_BUILD" || exit $?
base=$(tree_of base "${revisions[0]}")
# A build directory belongs to one source directory.
head_name=working-tree
head=$root
if [[ ${#revisions[@]} -eq 2 ]]; then
	head_name="head"
	head=$(tree_of head "${revisions[1]}")
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

# What an earlier gate left must not be taken for this one's.
mkdir -p "$out_dir"
rm -f "$out_dir"/{gate.json,gate.md,gate.xml,base.json,head.json}
annotations=()
[[ -z ${GITHUB_ACTIONS:-} ]] || annotations=(--annotations=-)
status=0
"$tvp" gate "${sides[@]}" \
	--out="$out_dir/gate.json" --markdown="$out_dir/gate.md" --junit="$out_dir/gate.xml" \
	--old-out="$out_dir/base.json" --new-out="$out_dir/head.json" "${annotations[@]}" "${options[@]}" || status=$?
[[ -z ${GITHUB_STEP_SUMMARY:-} || ! -s $out_dir/gate.md ]] || cat "$out_dir/gate.md" >>"$GITHUB_STEP_SUMMARY"
exit "$status"
