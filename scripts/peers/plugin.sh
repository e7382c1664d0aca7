#!/usr/bin/env bash
# Two kernels built in and the same code as plug-ins, gated against each other: serial sum and null. Each pair is another
# layout of the code on both sides. Exits with 1 where one regressed, 3 where the gate cannot tell, 2 on a bad option.
set -euo pipefail
export LC_ALL=C

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
build=${TVP_BUILD_DIR:-$root/build}
pairs=5
only=
budget=30s

usage() {
	cat <<-END
		Usage: scripts/peers/plugin.sh [--pairs=N] [--time=TIME]
		Gate the kernels sum (256 KiB, 8 MiB) and null, serial, built in (old) against the same code in a file (new), at an
		effect of 3 %. TVP_BUILD_DIR is a build directory of tvp; default: build/.

		  --pairs=N     both sides in N layouts, one gate each; default: $pairs
		  --only=K      the K-th of them alone
		  --time=TIME   of one gate, at most; default: $budget
	END
}

bad() {
	echo "plugin.sh: $1" >&2
	exit 2
}

for argument; do
	case $argument in
	--help | '-?')
		usage
		exit 0
		;;
	--pairs=*) pairs=${argument#*=} ;;
	--only=*) only=${argument#*=} ;;
	--time=?*) budget=${argument#*=} ;;
	*) bad "unknown argument '$argument'; see --help" ;;
	esac
done
[[ $pairs =~ ^[1-9][0-9]?$ && $pairs -le 64 ]] || bad "--pairs='$pairs': expected a number from 1 to 64"
[[ $only =~ ^([1-9][0-9]?)?$ ]] || bad "--only='$only': expected a number"
[[ -x $build/tvp ]] || bad "$build has no tvp; TVP_BUILD_DIR names another build directory"
build=$(cd -- "$build" && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work" "$build"/pair-tvp.*' EXIT

# plugins PAIR: with so much padding before the code. Flags and compiler are tvp's own.
compiler=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")
plugins() {
	local name
	mkdir -p "$work/$1"
	printf '.text\n.skip %s\n.section .note.GNU-stack,"",%%progbits\n' $(($1 * 16)) >"$work/$1/pad.s"
	for name in sum null; do
		"$compiler" -std=gnu17 -D_GNU_SOURCE -O3 -fno-omit-frame-pointer -shared -fPIC -I "$root/src" -I "$root/src/kernel" \
			"$work/$1/pad.s" "$root/scripts/peers/plugin/$name.c" "$root/src/kernel/isa.c" -o "$work/$1/own_$name.so"
	done
}

# side PAIR: a tvp whose kernels sum and null are the plug-ins.
side() {
	cat >"$work/$1/tvp" <<-END
		#!/bin/sh
		spec=\$(echo "\$2" | sed 's/kernel:/kernel:own_/')
		shift 2
		out=\$("$build/pair-tvp.$1" slice "\$spec" "\$@" --plugin="$work/$1/own_sum.so" --plugin="$work/$1/own_null.so") || exit
		printf '%s\n' "\$out" | sed 's/kernel:own_/kernel:/g'
	END
	chmod +x "$work/$1/tvp"
}

"$root/scripts/ci/relink.sh" "$build" "$build/pair-tvp" "$pairs"
worst=0
for ((pair = 1; pair <= pairs; pair++)); do
	[[ ${only:-$pair} -eq $pair ]] || continue
	plugins "$pair"
	side "$pair"
	status=0
	# The same way through memory for both: that of the built-in kernel is measured otherwise.
	TVP_WAYS="sum/18=ordinary sum/23=ordinary" "$build/pair-tvp.$pair" gate "$build/pair-tvp.$pair" "$work/$pair/tvp" --effect=3% --strict --progress=never \
		--time-budget="$budget" --seed="$pair" --spec=scaling/kernel:sum/size:256KiB/model:serial/workers:1/pin:compact \
		--spec=scaling/kernel:sum/size:8MiB/model:serial/workers:1/pin:compact \
		--spec=scaling/kernel:null/model:serial/workers:1/pin:compact >"$work/table" 2>&1 || status=$?
	echo "pair $pair:"
	grep -E '^  (REGRESSED|NOT REGRESSED|CANNOT TELL|FAILED)|^FAILED|^tvp gate:' "$work/table" || cat "$work/table"
	[[ $status -le $worst && $worst -ne 3 || $status -eq 0 ]] || worst=$status
done
exit "$worst"
