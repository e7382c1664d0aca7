#!/usr/bin/env bash
# The axis and the experiment `numa` on a machine of two NUMA nodes, emulated by QEMU without KVM: Debian's cloud kernel,
# an initramfs of tvp with its libraries and a shell. What is checked is where memory lies, and that all rows are
# measured; no speed. Exits 77, with the reason, where QEMU or the kernel cannot be had.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
tvp=${TVP_BUILD_DIR:-$root/build}/tvp
readonly DEADLINE_S=600

usage() {
	cat <<-END
		Usage: scripts/numa.sh
		Run tvp in an emulated machine of 2 packages x 2 cores x 2 threads and two NUMA nodes of 1 GiB. TVP_BUILD_DIR names
		the build (default: build). Needs QEMU, cpio and jq, which apt installs for root, and downloads Debian's cloud kernel.

		Exit status: 0 passed; 1 failed; 2 usage; 77 left out.
	END
}

case ${1:-} in
--help | '-?')
	usage
	exit 0
	;;
'') ;;
*)
	usage >&2
	exit 2
	;;
esac

leave_out() {
	echo "numa.sh: left out: $1"
	exit 77
}

fail() {
	echo "numa.sh: $1" >&2
	[[ ! -e $work/console ]] || tail -40 "$work/console" >&2
	exit 1
}

# installed COMMAND PACKAGE: there already, or by apt where we may.
installed() {
	command -v "$1" >/dev/null && return
	[[ $(id -u) -eq 0 ]] || leave_out "$2 is not installed"
	apt-get -y -qq --no-install-recommends install "$2" >/dev/null 2>&1 || leave_out "$2 cannot be installed"
}

[[ -x $tvp ]] || leave_out "there is no $tvp"
[[ $(uname -m) == x86_64 ]] || leave_out "the guest is an x86-64 machine"
installed qemu-system-x86_64 qemu-system-x86
installed cpio cpio
installed jq jq

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The kernel itself, not the package that only depends on it.
kernel_get() {
	local package
	package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | awk '/Depends: linux-image-[0-9]/ { print $2; exit }')
	[[ -n $package ]] || return 1
	(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$package" >/dev/null 2>&1) || return 1
	dpkg-deb -x "$work/$package"_*.deb "$work/kernel" || return 1
	kernel=$(echo "$work"/kernel/boot/vmlinuz-*)
	[[ -e $kernel ]]
}
kernel_get || leave_out "Debian's cloud kernel cannot be downloaded"

# put PROGRAM NAME: into the initramfs, with the libraries that it needs.
put() {
	local library
	install -D "$1" "$work/tree/bin/$2"
	for library in $(ldd "$1" | grep -oE '/[^ ]+'); do
		[[ -e $work/tree$library ]] || install -D "$library" "$work/tree$library"
	done
}
mkdir -p "$work/tree"/{proc,sys,dev,tmp}
put "$tvp" tvp
put /bin/sh sh
put /bin/mount mount
put /bin/cat cat
cat >"$work/tree/init" <<-'END'
	#!/bin/sh
	export PATH=/bin
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys
	mount -t devtmpfs devtmpfs /dev
	cd /tmp
	echo 0 >/proc/sys/kernel/numa_balancing
	run() { # NAME ARGUMENT...
		name=$1
		shift
		tvp run "$@" --rounds=1 --time-budget=5m --progress=never --out=$name.json >$name.txt 2>&1
		echo "exit $name $?"
		echo "begin $name"
		cat $name.json
		echo "end $name"
		cat $name.txt
	}
	tvp topo --workers=2
	run nodes numa --bytes=8MiB
	run axis scaling --kernel=sum,square --size=8MiB --model=process_pool,thread_pool --workers=2 --pin=compact,spread \
		--numa=local,remote,bind:0,bind:1,interleave,first_touch:caller,first_touch:workers
	run small scaling --kernel=sum --size=8MiB --model=thread_pool --workers=2 --pin=spread --pages=4k --numa=local,interleave,remote
	run refused scaling --kernel=sum --size=1MiB --model=thread_pool --workers=2 --pin=none --numa=bind:7,remote,interleave
	run chosen scaling --kernel=null --model=thread_pool --workers=auto --pin=spread --cpus=node:1
	run spilled scaling --kernel=sum --size=1200MiB --model=serial --workers=1 --numa=bind:1
	echo "tvp has ended"
	echo o >/proc/sysrq-trigger
	while :; do :; done
END
chmod +x "$work/tree/init"
(cd "$work/tree" && find . | cpio --quiet -o -H newc | gzip -1) >"$work/initramfs"

# One thread for all CPUs: with one each, QEMU 7.2 now and then loses an interrupt between two of them.
timeout --kill-after=5 $DEADLINE_S qemu-system-x86_64 -accel tcg,thread=single -cpu Nehalem -smp 8,sockets=2,cores=2,threads=2 -m 2G \
	-object memory-backend-ram,id=near,size=1G -object memory-backend-ram,id=far,size=1G \
	-numa node,nodeid=0,memdev=near,cpus=0-3 -numa node,nodeid=1,memdev=far,cpus=4-7 -numa dist,src=0,dst=1,val=21 \
	-display none -serial stdio -monitor none -nic none -no-reboot -kernel "$kernel" -initrd "$work/initramfs" \
	-append 'console=ttyS0 quiet panic=-1' </dev/null >"$work/console" 2>&1 || fail "QEMU ended with status $?"
tr -d '\r' <"$work/console" >"$work/text"
grep -q '^tvp has ended$' "$work/text" || fail "the guest did not come to its end"

result() { sed -n "/^begin $1\$/,/^end $1\$/p" "$work/text" | sed '1d;$d' >"$work/$1.json"; }
checks_n=0
# expect NAME WHAT JQ: the expression is true of that result.
expect() {
	result "$1"
	jq -e "$3" "$work/$1.json" >/dev/null || fail "$1: not true: $2"
	checks_n=$((checks_n + 1))
}

grep -q 'this machine: 8 allowed CPUs (0-7), 4 cores, 2 packages, 2 NUMA nodes' "$work/text" || fail "the guest is another machine"
expect nodes "all 32 rows are measured" '[.tvp.rows[] | select(.state == "done" or .state == "open")] | length == 32'
expect nodes "the memory is where it was asked for" '[.benchmarks[].placed] | length == 32 and all(. >= 0.99)'
expect axis "all rows with a policy are measured" '[.tvp.rows[] | select(.name | startswith("scaling")) | .state] | length == 84 and all(. != "failed" and . != "skipped")'
expect axis "the memory is where it was asked for" '[.benchmarks[] | select(.name | contains("numa:")) | .placed] | length >= 72 and all(. >= 0.99)'
expect axis "local memory is local" '[.benchmarks[] | select(.name | startswith("scaling")) | select(.name | contains("numa:") | not) | .placed] | length >= 12 and all(. >= 0.99)'
expect small "4 KiB pages are where they were asked for" '[.benchmarks[].placed] | length >= 9 and all(. >= 0.99)'
expect refused "what cannot be had is skipped with its reason" '[.tvp.rows[] | select(.name | test("numa:(bind:7|remote)")) | select(.state == "skipped" and (.reason | length) > 20)] | length == 4'
expect spilled "memory that does not fit onto its node fails the row" '[.tvp.rows[] | select(.name | startswith("scaling")) | select(.state == "failed" and (.reason | test("only [0-9.]+ % of the pages")))] | length == 1'
expect chosen "--cpus=node:1 leaves CPUs 4-7" '.tvp.machine | .allowed_cpus == "4-7" and .cpus_chosen == "node:1" and .cpus_n == "4"'
echo "numa.sh: $checks_n checks passed on an emulated machine of two nodes"
