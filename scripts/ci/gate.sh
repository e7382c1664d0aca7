#!/usr/bin/env bash
# Build two revisions of this repository alike, on this machine, and gate the second against the first:
# gate.sh [--out-dir=DIR] BASE [HEAD] [-- GATE-OPTION...]. HEAD is the working tree where it is not named. Ends with the
# gate's own exit code: 0 passed, 1 regressed, 3 cannot tell (with --strict), 4 something failed; 2 usage.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source=scripts/packages.sh
source "$root/scripts/packages.sh"

out_dir=$root/build-gate/out
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
			Usage: scripts/ci/gate.sh [--out-dir=DIR] BASE [HEAD] [-- GATE-OPTION...]
			Build revisions BASE and HEAD (default: the working tree) and run \`tvp gate\` on them. DIR (default
			build-gate/out) gets gate.json, gate.md, gate.xml and each side's Google Benchmark JSON.

			Examples:
			  scripts/ci/gate.sh origin/main
			  scripts/ci/gate.sh HEAD~1 HEAD -- --suite=scaling --kernel=convolve --time-budget=5m --strict
		END
		exit 0
		;;
	--out-dir=?*) out_dir=${1#*=} ;;
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
[[ ${#revisions[@]} -ge 1 && ${#revisions[@]} -le 2 ]] || bad "which BASE (and HEAD)? see --help"

# tree_of SIDE REVISION: a checkout of it under build-gate/, fresh each time.
tree_of() {
	local tree=$root/build-gate/$1-source
	git -C "$root" rev-parse --verify --quiet "$2^{commit}" >/dev/null || bad "no revision '$2' here (a shallow clone? fetch it first)"
	git -C "$root" worktree remove --force "$tree" 2>/dev/null || rm -rf "$tree"
	git -C "$root" worktree prune
	git -C "$root" worktree add --quiet --detach "$tree" "$2"
	echo "$2: $(git -C "$root" log -1 --format='%h %s' "$2")" >&2
	echo "$tree"
}

# tree_make SIDE SOURCE: the same flags for both, whatever the sources say is their default.
tree_make() {
	local build=$root/build-gate/$1
	quietly "configure $1" tree_configure "$2" "$build" -DCMAKE_BUILD_TYPE=Release
	quietly "build $1" cmake --build "$build" --target tvp --parallel "$(nproc)"
}

needs_install "$NEEDS_BUILD" || exit $?
base=$(tree_of base "${revisions[0]}")
head=$root
[[ ${#revisions[@]} -eq 1 ]] || head=$(tree_of head "${revisions[1]}")
tree_make base "$base"
tree_make head "$head"

mkdir -p "$out_dir"
annotations=()
[[ -z ${GITHUB_ACTIONS:-} ]] || annotations=(--annotations=-)
status=0
"$root/build-gate/head/tvp" gate "$root/build-gate/base/tvp" "$root/build-gate/head/tvp" \
	--out="$out_dir/gate.json" --markdown="$out_dir/gate.md" --junit="$out_dir/gate.xml" \
	--old-out="$out_dir/base.json" --new-out="$out_dir/head.json" "${annotations[@]}" "${options[@]}" || status=$?
[[ -z ${GITHUB_STEP_SUMMARY:-} || ! -s $out_dir/gate.md ]] || cat "$out_dir/gate.md" >>"$GITHUB_STEP_SUMMARY"
exit "$status"
