#!/usr/bin/env bash
# The long proofs, too long for every change. Each stage touches only this machine and cleans up; the campaigns take hours
# where --for does not bound them. Goes on after a failure; exits 1 where any stage failed, 2 for usage. A stage that this
# machine cannot run is left out, with the reason.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
source "$root/scripts/packages.sh"
# shellcheck source=scripts/bundle/stages.sh
source "$root/scripts/bundle/stages.sh"

usage() {
	cat <<-END
		Usage: scripts/full.sh [--for=SECONDS] [STAGE...]
		Run the long proofs, all of them or those named:

		  chroot   bench.sh and test.sh quick in a Debian 12 of debootstrap (minbase), from an archive of the sources without
		           their history; needs root, debootstrap and a Debian mirror that apt already uses
		  bundle   scripts/bundle.sh, and its archive in bare Debian 12 and 13 whose root is read-only; needs the same
		  aarch64  the archive for aarch64, cross-compiled, run under qemu-user
		  loaded   test.sh quick three times in a row, beside two busy loops per CPU
		  numa     scripts/numa.sh: an emulated machine of two NUMA nodes; needs QEMU and Debian's cloud kernel
		  faults   scripts/faults.sh: 5,000 runs with one failing call each
		  kills    scripts/kills.sh: 10,000 SIGKILLs at random moments
		  fuzz     scripts/fuzz.sh: 10,000,000 inputs for every reader, 100,000 for topologies

		The last three take hours each; --for=SECONDS ends each of them after so long, whatever it reached.

		Examples:
		  scripts/full.sh
		  scripts/full.sh chroot loaded
		  scripts/full.sh --for=600 faults kills fuzz
	END
}

readonly stages=(chroot bundle aarch64 loaded numa faults kills fuzz)
chosen=()
bounds=()
for argument; do
	case $argument in
	--for=*)
		if ! [[ ${argument#*=} =~ ^[1-9][0-9]*$ ]]; then
			echo "full.sh: --for takes a whole number of seconds" >&2
			exit 2
		fi
		bounds=("$argument")
		;;
	--help | '-?')
		usage
		exit 0
		;;
	*)
		if ! [[ " ${stages[*]} " == *" $argument "* ]]; then
			echo "full.sh: no stage '$argument' (${stages[*]})" >&2
			exit 2
		fi
		chosen+=("$argument")
		;;
	esac
done
[[ ${#chosen[@]} -gt 0 ]] || chosen=("${stages[@]}")

left_out=()
leave_out() {
	left_out+=("$1: $2")
	return 77
}

build_release() {
	needs_install "$NEEDS_BUILD" || return $?
	quietly "configure" tree_configure "$root" "$root/build-full" -DCMAKE_BUILD_TYPE=Release &&
		quietly "build" cmake --build "$root/build-full" --target tvp --parallel "$(nproc)"
}

# in_chroot DIR COMMAND...: in mount and process namespaces of its own, which end with it.
in_chroot() {
	local tree=$1
	shift
	# shellcheck disable=SC2016
	unshare --mount --pid --fork --kill-child --propagation private bash -c '
		set -e
		tree=$1
		shift
		mount -t proc proc "$tree/proc"
		mount -t sysfs -o ro sysfs "$tree/sys"
		mount --rbind /dev "$tree/dev"
		exec chroot "$tree" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin CI=true DEBIAN_FRONTEND=noninteractive "$@"
	' in_chroot "$tree" "$@"
}

# The mirror that apt uses here, and nothing else.
mirror() {
	{
		awk '$1 == "URIs:" { print $2 }' /etc/apt/sources.list.d/*.sources
		awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^(https?|file):/) print $i }' /etc/apt/sources.list /etc/apt/sources.list.d/*.list
	} 2>/dev/null | head -1
}

stage_chroot() {
	[[ $(id -u) -eq 0 ]] || leave_out chroot "only root may mount and chroot" || return
	has_command debootstrap || apt-get -y -qq install debootstrap >/dev/null 2>&1 ||
		leave_out chroot "debootstrap is not installed" || return
	local source tree status=0
	source=$(mirror)
	[[ -n $source ]] || leave_out chroot "apt uses no Debian mirror here" || return
	tree=$(mktemp -d)
	quietly "debootstrap" debootstrap --variant=minbase bookworm "$tree" "$source" || status=1
	if [[ $status -eq 0 ]]; then
		cp -r /etc/apt/apt.conf.d/. "$tree/etc/apt/apt.conf.d/"
		mkdir "$tree/tvp"
		git -C "$root" archive HEAD | tar -x -C "$tree/tvp"
		in_chroot "$tree" bash -c 'cd /tvp && scripts/bench.sh --rounds=2 --time-budget=20s' || status=1
		in_chroot "$tree" bash -c 'cd /tvp && scripts/test.sh quick' || status=1
	fi
	rm -rf --one-file-system "$tree"
	return $status
}

stage_loaded() {
	local -a loops=()
	local i round status=0
	for ((i = 0; i < 2 * $(nproc); i++)); do
		(trap - EXIT; while :; do :; done) &
		loops+=($!)
	done
	for round in 1 2 3; do
		echo "== loaded, $round of 3"
		"$root/scripts/test.sh" quick || status=1
	done
	kill "${loops[@]}"
	wait "${loops[@]}" 2>/dev/null || true
	return $status
}

stage_numa() {
	local status=0
	build_release || return
	TVP_BUILD_DIR=$root/build-full "$root/scripts/numa.sh" || status=$?
	[[ $status -ne 77 ]] || leave_out numa "its output says why"
	return $status
}
stage_faults() { build_release && TVP_BUILD_DIR=$root/build-full "$root/scripts/faults.sh" "${bounds[@]}"; }
stage_kills() { build_release && TVP_BUILD_DIR=$root/build-full "$root/scripts/kills.sh" "${bounds[@]}"; }
stage_fuzz() { "$root/scripts/fuzz.sh" --runs=10000000 "${bounds[@]}"; }

failed=()
for stage in "${chosen[@]}"; do
	printf '\n== %s\n' "$stage"
	begin=$SECONDS
	status=0
	"stage_$stage" || status=$?
	case $status in
	0) echo "== $stage: passed in $((SECONDS - begin)) s" ;;
	77) echo "== $stage: left out" ;;
	*)
		failed+=("$stage")
		echo "== $stage: FAILED after $((SECONDS - begin)) s"
		;;
	esac
done
[[ ${#left_out[@]} -eq 0 ]] || printf 'left out: %s\n' "${left_out[@]}"
if [[ ${#failed[@]} -gt 0 ]]; then
	printf 'FAILED: %s\n' "${failed[@]}"
	exit 1
fi
echo "full.sh: ${#chosen[@]} stages, ${#left_out[@]} left out, none failed, $((SECONDS / 60)) min"
