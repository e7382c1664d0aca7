#!/usr/bin/env bats
# What a parent leaves behind, and what the machine refuses: limits, full and closed outputs, dispositions of signals,
# start-up files. TVP names the program.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154

load helpers

setup() {
	session=
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() {
	kill_session
}

# ends_with STATUS TEXT COMMAND...: so ends bash -c COMMAND, in which "$TVP" and what stands behind it are known.
ends_with() {
	local wanted=$1 text=$2
	shift 2
	run --separate-stderr timeout --kill-after=5 120 bash -c "$1" limits "${@:2}"
	expect_exit "$wanted" || return 1
	[[ $stderr == *"$text"* ]] && return 0
	printf '%s: no "%s" in:\n%s\n' "$1" "$text" "$stderr"
	return 1
}

# Its frames are larger, and it wants to be loaded first.
needs_no_sanitizer() { ! grep -q __asan_init "$TVP" || skip "built with a sanitizer"; }

@test "every command says so when standard output is full or closed, and exits 4" {
	local command
	export TVP
	for command in --help --version list topo "run --help" "run scaling --kernel=null --dry-run" "gbench --help" \
		"gbench -- --benchmark_list_tests" "gate --help" "show --help" "slice --help" \
		"slice scaling/kernel:null/model:serial/workers:1/pin:compact --iterations=1"; do
		ends_with 4 "tvp" "\"\$TVP\" $command >/dev/full"
		ends_with 4 "tvp" "\"\$TVP\" $command >&-"
	done
	ends_with 4 "cannot write to standard output: No space left on device" '"$TVP" list >/dev/full'
	ends_with 4 "writing the slice: No space left on device" \
		'"$TVP" slice scaling/kernel:null/model:serial/workers:1/pin:compact --iterations=1 >/dev/full'
	ends_with 4 "cannot write to standard output: Bad file descriptor" '"$TVP" list >&-'
}

@test "a run whose standard output is full or closed saves its result, and says where on stderr" {
	export TVP
	local run='"$TVP" run scaling --kernel=null --model=threads --workers=1 --rounds=1'
	ends_with 4 "result: full.json" "$run --out=full.json >/dev/full"
	[[ $stderr == *"No space left on device"* ]]
	ends_with 4 "result: closed.json" "$run --out=closed.json >&-"
	ends_with 4 "" "$run --out=silent.json >&- 2>&-"
	ends_with 0 "" "$run --out=blind.json <&-"
	local file
	for file in full closed silent blind; do
		head -c1 $file.json | grep -q '{'
		run tvp show $file.json
		expect_exit 0
		expect_text null
	done
	[[ $(find . -name '*.json*' | wc -l) -eq 4 ]]
}

@test "a file too large for RLIMIT_FSIZE is an error with its reason, and leaves no temporary file" {
	export TVP
	ends_with 4 "o.json: cannot write it: File too large" \
		'(ulimit -f 8; "$TVP" run scaling --kernel=null --model=threads --workers=1,2 --rounds=2 --out=o.json | cat; exit "${PIPESTATUS[0]}")'
	expect_text null threads
	[[ -z $(find . -name 'o.json*') ]]
}

@test "a small stack is enough" {
	needs_no_sanitizer
	export TVP
	ends_with 0 "" '(ulimit -s 256; "$TVP" run full --dry-run)'
	expect_line "^[0-9]+ specs"
	ends_with 0 "" '(ulimit -s 256; "$TVP" run scaling --kernel=null --model=threads,fork,pools --workers=2 --rounds=1 --out=s.json)'
	ends_with 0 "" '(ulimit -s 256; "$TVP" show s.json)'
	ends_with 0 "" '(ulimit -s 256; "$TVP" compare s.json s.json)'
	ends_with 0 "" '(ulimit -s 256; "$TVP" topo)'
	ends_with 0 "" '(ulimit -s 256; "$TVP" gbench -- --benchmark_list_tests)'
	ends_with 0 "" '(ulimit -s 256; "$TVP" gate "$TVP" --spec=$1 --blocks=1 --out=g.json --old-out=o.json --markdown=g.md)' scaling/kernel:null/model:serial/workers:1/pin:compact
	ends_with 0 "" '(ulimit -s 256; "$TVP" replay g.json)'
}

@test "signals that the parent ignores or blocks change nothing" {
	local signals
	for signals in --ignore-signal=CHLD --ignore-signal=ALRM,PIPE,CHLD,TERM,USR1 --block-signal=CHLD,TERM,ALRM --block-signal; do
		run timeout --kill-after=5 120 env $signals "$TVP" topo --topology='pack:2 core:2 pu:1'
		expect_exit 0
		expect_text "package 1"
		run timeout --kill-after=5 120 env $signals "$TVP" run scaling --kernel=null --model=threads,fork,pools --workers=2 \
			--rounds=1 --out=r.json
		expect_exit 0
	done
	if command -v gnuplot; then
		run env --ignore-signal=CHLD "$TVP" plot --format=svg r.json
		expect_exit 0
	fi
}

@test "a blocked or ignored SIGTERM still ends a run" {
	setsid env --ignore-signal=TERM --block-signal=TERM "$TVP" run --kernel=null --model=fork --workers=1 --rounds=100000 \
		--progress=always --out=r.json >stdout 2>stderr 3>&- </dev/null &
	session=$!
	wait_until 50 grep -q "measuring round" stderr
	kill -TERM "$session"
	end_session 50
	expect_exit 130
	wait_until 20 session_is_empty "$session"
}

@test "a start-up file and the locale of the user do not change pictures" {
	needs_command gnuplot
	mkdir home
	printf 'set decimalsign ","\nno such command\n' >home/.gnuplot
	tvp run scaling --kernel=null --model=threads --workers=1,2 --rounds=2 --out=r.json
	run tvp plot --format=svg --out-dir=plain r.json
	expect_exit 0
	run env HOME="$PWD/home" GNUPLOT_LIB=/nowhere LC_ALL=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8 "$TVP" plot --format=svg --out-dir=own r.json
	expect_exit 0
	diff -r plain own
}

@test "a gnuplot without PNG still draws the SVG pictures, and the exit status is 4" {
	needs_command gnuplot
	mkdir bin
	cat >bin/gnuplot <<-END
		#!/bin/sh
		for argument; do
			case \$argument in *"format='png'"*) echo "unknown terminal type 'pngcairo'" >&2; exit 1 ;; esac
		done
		exec $(command -v gnuplot) "\$@"
	END
	chmod +x bin/gnuplot
	tvp run scaling --kernel=null --model=threads --workers=1,2 --rounds=2 --out=r.json
	run --separate-stderr env PATH="$PWD/bin:$PATH" "$TVP" plot r.json
	expect_exit 4
	[[ $stderr == *"only the svg pictures are drawn"*"unknown terminal type 'pngcairo'"* ]]
	[[ -n $(find plots -name '*.svg') && -z $(find plots -name '*.png') ]]
}

@test "two that measure at the same time warn of each other; waiting is bounded" {
	needs_command jq
	start_session run --kernel=null --model=fork --workers=1 --rounds=100000 --progress=always --out=first.json
	wait_until 50 grep -q "measuring round" stderr
	run --separate-stderr tvp run --kernel=null --model=threads --workers=1 --rounds=1 --out=second.json --wait-for-others=200ms
	expect_exit 0
	[[ $stderr == *"waiting for another tvp, process "* && $stderr == *"warning: another tvp, process "* ]]
	jq -e '.tvp.warnings | map(select(startswith("another tvp measured"))) | length == 1' second.json
	run --separate-stderr tvp gate "$TVP" --spec=scaling/kernel:null/model:serial/workers:1/pin:compact --blocks=1 --out=g.json
	expect_exit 0
	[[ $stderr == *"tvp gate: warning: another tvp, process "* ]]
	jq -e '.warnings | any(startswith("another tvp measured"))' g.json
	kill -INT "$session"
	end_session 50
	expect_exit 130
	refuses 2 "--wait-for-others='soon': expected a time" run --wait-for-others=soon
}

@test "exit by a library, not by tvp, is an error of the environment" {
	needs_no_sanitizer
	needs_command cc
	# hwloc asks it for the names of disks, wherever hwloc itself is linked from.
	printf '#include <stdlib.h>\nvoid *udev_new(void) { exit(1); }\n' >exits.c
	cc -shared -fPIC -o exits.so exits.c
	run --separate-stderr env LD_PRELOAD="$PWD/exits.so" "$TVP" topo
	expect_exit 4
	[[ $stderr == *"a library ended the program with exit status 1"* ]]
	printf '#include <stdlib.h>\nvoid *udev_new(void) { abort(); }\n' >exits.c
	cc -shared -fPIC -o exits.so exits.c
	run --separate-stderr env LD_PRELOAD="$PWD/exits.so" "$TVP" topo
	expect_exit 4
	[[ $stderr == "tvp topo: hwloc crashed (SIGABRT) while reading the topology of this machine" ]]
}

# Drawing it must not look at all CPUs for each part: that took so long that reading it was given up.
@test "a described machine of 12,288 CPUs is drawn" {
	run timeout --kill-after=5 60 "$TVP" topo --topology='node:2 pack:64 l3:96 pu:1'
	expect_exit 0
	expect_text "described machine: 12288 CPUs"
}

# A description that could be read in the child that tries it, and not in tvp itself, as where memory ends meanwhile.
# hwloc may be linked statically: what crashes is a call that it makes of the C library while it loads.
@test "a crash of hwloc over a described machine names the description" {
	needs_no_sanitizer
	needs_command cc
	cat >crashes.c <<-END
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <stdlib.h>
		#include <string.h>
		#include <unistd.h>
		static int begun;
		__attribute__((constructor)) static void begin(void) { begun = getpid(); }
		char *getenv(const char *name)
		{
			if (getpid() == begun && strcmp(name, "HWLOC_DEBUG_CHECK") == 0)
				abort();
			return ((char *(*)(const char *))dlsym(RTLD_NEXT, "getenv"))(name);
		}
	END
	cc -shared -fPIC -o crashes.so crashes.c
	run --separate-stderr env LD_PRELOAD="$PWD/crashes.so" "$TVP" topo --topology='pack:2 pu:1'
	expect_exit 4
	[[ $stderr == "tvp topo: hwloc crashed (SIGABRT) while reading the topology of pack:2 pu:1" ]]
}

# The constructors of libraries that are linked statically run in tvp's own name: libgomp's ends the program with 1.
@test "memory that ends before main() does is the environment's failure" {
	needs_no_sanitizer
	needs_command cc
	cc -shared -fPIC -O1 -Wno-nonnull-compare -o preload.so "$ROOT/tests/faults/preload.c"
	head -c 65536 /dev/zero >counts
	run env TVP_FAULT=malloc:1:0:0 TVP_FAULT_COUNTS="$PWD/counts" LD_PRELOAD="$PWD/preload.so" "$TVP" topo
	[[ -n $output ]]
	if "$TVP" list models | grep -q '^  openmp'; then
		expect_exit 4
	else # whose constructor then asks for memory first is not ours to say: it may do without, or end the program
		[[ $status -eq 0 || $status -eq 4 ]]
	fi
}
