# Sourced by gate.sh and own.sh: checkouts of two revisions, and the gate with its files. The script has a function bad MESSAGE, which ends it.
# shellcheck shell=bash

# revision_check REPOSITORY REVISION: before anything is installed or built.
revision_check() {
	git -C "$1" rev-parse --verify --quiet "$2^{commit}" >/dev/null && return
	[[ $(git -C "$1" rev-parse --is-shallow-repository 2>/dev/null) != true ]] ||
		bad "this shallow clone has no revision '$2'; run git fetch --unshallow (in CI: fetch-depth: 0, GIT_DEPTH: \"0\")"
	bad "this repository has no revision '$2'; fetch it first"
}

# tree_of REPOSITORY TREE REVISION: a checkout of it. The one of the last time is moved there, so that only what differs
# is written again. Returns 0, or 4 where git cannot make it.
tree_of() {
	if ! git -C "$2" rev-parse --show-toplevel 2>/dev/null | grep -qxF "$2" ||
		! git -C "$2" checkout --quiet --force --detach "$(git -C "$1" rev-parse "$3^{commit}")" 2>/dev/null ||
		! git -C "$2" clean -qffdx; then
		git -C "$1" worktree remove --force "$2" 2>/dev/null || rm -rf "$2"
		git -C "$1" worktree prune
		git -C "$1" worktree add --quiet --force --detach "$2" "$3" || return 4
	fi
	echo "$3: $(git -C "$1" log -1 --format='%h %s' "$3")" >&2
}

# gate_into DIR TVP GATE-ARGUMENT...: with the exit code of the gate. What an earlier gate left must not be taken for
# this one's.
gate_into() {
	local out=$1 tvp=$2 status=0
	local -a annotations=()
	shift 2
	mkdir -p "$out"
	rm -f "$out"/{gate.json,gate.md,gate.xml,base.json,head.json}
	[[ -z ${GITHUB_ACTIONS:-} ]] || annotations=(--annotations=-)
	"$tvp" gate --out="$out/gate.json" --markdown="$out/gate.md" --junit="$out/gate.xml" --old-out="$out/base.json" \
		--new-out="$out/head.json" "${annotations[@]}" "$@" || status=$?
	[[ -z ${GITHUB_STEP_SUMMARY:-} || ! -s $out/gate.md ]] || cat "$out/gate.md" >>"$GITHUB_STEP_SUMMARY"
	return "$status"
}
