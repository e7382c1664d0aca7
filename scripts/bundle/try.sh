#!/usr/bin/env bash
# try.sh TVP: whether an installed tvp is complete: it measures, executes its helper, judges itself, shows, and draws
# where gnuplot is. Writes into the current directory. Prints what is wrong, and exits 1. Needs bash and coreutils alone.
set -euo pipefail

[[ $# -eq 1 && -x ${1:-} ]] || {
	echo "try.sh: usage: scripts/bundle/try.sh TVP" >&2
	exit 2
}
tvp=$1

# expect TEXT COMMAND...: it succeeds and prints that.
expect() {
	local text=$1 output status=0
	shift
	output=$("$@" 2>&1) || status=$?
	[[ $status -ne ${wanted:-0} || $output != *"$text"* ]] || return 0
	printf '%s: exit status %s, and no "%s" in:\n%s\n' "$*" "$status" "$text" "$output"
	exit 1
}

expect "Google Benchmark" "$tvp" --version
expect "this machine: " "$tvp" topo
expect process_pool "$tvp" run scaling --kernel=null --workers=1 --rounds=1 --progress=never --out=try.json
expect process_pool "$tvp" show --all try.json
expect "exec" "$tvp" run spawn --call=exec --resident=0 --burst=1 --place=same_cpu --rounds=1 --progress=never --out=exec.json
# The only row: it failed, or was left out, where its line has no "open".
expect ",open,," "$tvp" show --format=csv exec.json
spec=scaling/kernel:null/model:serial/workers:1/pin:compact
expect "in 6 blocks" "$tvp" gate "$tvp" "$tvp" --spec=$spec --blocks=6 --steal=100% --slice-time=1ms --progress=never --out=gate.json
expect "$spec" "$tvp" replay gate.json
if command -v gnuplot >/dev/null; then
	expect " pictures in curves" "$tvp" plot --out-dir=curves try.json
else
	wanted=4 expect gnuplot "$tvp" plot --out-dir=curves try.json
fi
echo "$tvp: complete"
