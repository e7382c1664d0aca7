# Sourced by full.sh: its stages `bundle` and `aarch64`, which run scripts/bundle/try.sh where nothing of ours is installed.
# shellcheck shell=bash disable=SC2016,SC2154

# in_bare TREE COMMAND...: with a root that cannot be written but for /tmp, an empty environment, and nothing mounted but
# what the kernel has.
in_bare() {
	local tree=$1
	shift
	unshare --mount --pid --fork --kill-child --propagation private bash -c '
		set -e
		tree=$1
		shift
		mount --bind "$tree" "$tree"
		mount -o remount,bind,ro "$tree"
		mount -t proc proc "$tree/proc"
		mount -t sysfs -o ro sysfs "$tree/sys"
		mount --rbind /dev "$tree/dev"
		mount -t tmpfs tmpfs "$tree/tmp"
		exec chroot "$tree" /usr/bin/env -i PATH=/usr/bin:/bin "$@"' in_bare "$tree" "$@"
}

# bundle_in SUITE ARCHIVE MIRROR: in that Debian: in a folder with a blank in its name, and by a link from elsewhere.
bundle_in() {
	local suite=$1 archive=$2 tree status=0 name
	tree=$(mktemp -d)
	quietly "debootstrap $suite" debootstrap --variant=minbase "$suite" "$tree" "$3" || status=1
	if [[ $status -eq 0 ]]; then
		name=$(basename "$archive" .tar.gz)
		mkdir "$tree/any where"
		tar -xzf "$archive" -C "$tree/any where" --no-same-owner
		cp "$root/scripts/bundle/try.sh" "$tree/any where/"
		ln -s "/any where/$name/bin/tvp" "$tree/usr/bin/tvp"
		if compgen -G "$tree/usr/lib/*/lib{hwloc,benchmark,gsl,jansson,gomp}*" >/dev/null; then
			echo "$suite: not bare"
			status=1
		fi
		in_bare "$tree" bash -c 'cd "/any where/$0" && sha256sum --quiet -c SHA256SUMS' "$name" &&
			in_bare "$tree" bash -c 'cd /tmp && "/any where/try.sh" "$0"' "/any where/$name/bin/tvp" &&
			in_bare "$tree" bash -c 'cd /tmp && "/any where/try.sh" /usr/bin/tvp' || status=1
	fi
	rm -rf --one-file-system "$tree"
	return $status
}

stage_bundle() {
	local archive source suite status=0
	archive=$root/build-bundle-$(uname -m)
	"$root/scripts/bundle.sh" || return 1
	archive=$(find "$archive" -maxdepth 1 -name '*.tar.gz' -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-)
	[[ $(stat -c %s "$archive") -le 10000000 ]] || { echo "more than 10 MB"; return 1; }
	[[ $(id -u) -eq 0 ]] || leave_out bundle "only root may mount and chroot" || return
	has_command debootstrap || apt-get -y -qq install debootstrap >/dev/null 2>&1 ||
		leave_out bundle "debootstrap is not installed" || return
	source=$(mirror)
	[[ -n $source ]] || leave_out bundle "apt uses no Debian mirror here" || return
	for suite in bookworm trixie; do
		bundle_in "$suite" "$archive" "$source" || status=1
	done
	return $status
}

# with_qemu COMMAND...: where programs for aarch64 run under qemu, the ones that they execute, too. Registered in a user
# namespace of its own (since Linux 6.7), so that the machine never hears of it.
with_qemu() {
	unshare --user --map-root-user --mount --propagation private bash -c '
		set -e
		mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
		# An ELF header of 64 bits, little-endian, a program or library, for machine 183.
		printf "%s" ":aarch64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:" \
			"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:$(command -v qemu-aarch64-static):F" \
			>/proc/sys/fs/binfmt_misc/register
		export QEMU_LD_PREFIX=/usr/aarch64-linux-gnu
		"$@"' with_qemu "$@"
}

stage_aarch64() {
	local scratch status=0
	[[ $(uname -m) == x86_64 ]] || leave_out aarch64 "this machine is not x86_64: the stage bundle is about it" || return
	"$root/scripts/bundle.sh" --arch=aarch64 || return 1
	has_command qemu-aarch64-static || apt-get -y -qq install qemu-user-static >/dev/null 2>&1 ||
		leave_out aarch64 "built, not run: qemu-user-static is not installed" || return
	with_qemu true 2>/dev/null || leave_out aarch64 "built, not run: no binfmt_misc of a user namespace (Linux 6.7)" || return
	scratch=$(mktemp -d)
	tar -xzf "$(find "$root/build-bundle-aarch64" -maxdepth 1 -name '*.tar.gz')" -C "$scratch" --strip-components=1
	mkdir "$scratch/out"
	(cd "$scratch/out" && with_qemu "$root/scripts/bundle/try.sh" "$scratch/bin/tvp") || status=1
	rm -rf "$scratch"
	return $status
}
