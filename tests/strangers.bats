#!/usr/bin/env bats
# Programs that are not tvp's, which it starts: however it ends, and at whatever it is, none of them outlives it, nor what
# they have started. TVP names the program.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154
load helpers

# The program: it has a child beside it and one in a session of its own, and minds no signal.
stranger() {
	cat >stranger <<-END
		#!/bin/bash
		trap '' TERM INT HUP
		sleep 987 &
		setsid sleep 988 &
		touch '$PWD/up'
		while :; do sleep 989; done
	END
	chmod +x stranger
}

# A kernel whose hook does the same: its prepare(), or with an attribute what is called when it is opened.
kernel() {
	cat >"$1.c" <<-END
		#include <fcntl.h>
		#include <tvp/kernel.h>
		#include <unistd.h>
		static int ready;
		$2 static void hang(void)
		{
			if (fork() == 0)
				setsid();
			open("$PWD/up", O_CREAT | O_WRONLY, 0600);
			for (;;)
				pause();
		}
		static const char *prepare(struct tvp_problem *problem)
		{
			(void)problem;
			if (!ready)
				hang();
			return 0;
		}
		static void run(const struct tvp_problem *problem, struct tvp_span span, double *partial)
		{
			(void)problem, (void)span, (void)partial;
		}
		const struct tvp_kernel tvp_kernel = {TVP_KERNEL_HEAD, .name = "hang", .size_forms = TVP_SIZE_BYTES,
			.size_default = "64KiB", .in_item_bytes = 8, .prepare = prepare, .run = run};
	END
	cc -shared -fPIC -I "$ROOT/src/kernel" "$1.c" -o "$1.so"
}

setup() {
	session=
	cd "$BATS_TEST_TMPDIR" || return 1
	export XDG_CACHE_HOME=$BATS_FILE_TMPDIR/cache
	stranger
}

teardown() { kill_session; }

# Living processes with the mark in their environment.
marked() { grep -lasz "^TVP_TEST_MARK=$mark\$" /proc/[0-9]*/environ || true; }
none_marked() { [[ -z $(marked) ]]; }

# ends SIGNAL ARGUMENT...: once a stranger of this tvp is up, the signal ends tvp and all that came of it.
ends() {
	local signal=$1 mark=$BASHPID.$RANDOM
	shift
	rm -f up
	TVP_TEST_MARK=$mark start_session "$@"
	wait_until 20 test -e up
	[[ $(marked | wc -l) -ge 3 ]]
	kill -"$signal" "$session"
	wait_until 10 none_marked && return 0
	echo "left of: $*"
	marked | sed 's:/environ::; s:.*/::' | xargs --no-run-if-empty kill -KILL
	return 1
}

@test "a compiler, and a program that lists its tests" {
	needs_command cc
	cp "$BATS_TEST_DIRNAME/fixtures/plugins/mine.c" .
	for signal in KILL TERM; do
		CC=./stranger ends $signal run scaling --kernel=./mine.c
		ends $signal gate --gbench ./stranger ./stranger
	done
}

@test "what heeds SIGTERM has time to tidy up; what a killed tvp began to compile goes with the next" {
	needs_command cc
	cp "$BATS_TEST_DIRNAME/fixtures/plugins/mine.c" .
	cat >tidy <<-END
		#!/bin/bash
		trap 'touch $PWD/tidied; exit 0' TERM
		sleep 986 & sleep 986 &
		touch $PWD/up
		while :; do wait; done
	END
	chmod +x tidy
	CC=./tidy ends KILL run scaling --kernel=./mine.c
	[[ -e tidied ]]
	(umask 077 && mkdir -p cache/tvp)
	touch -d '2 hours ago' cache/tvp/0123.so.abcdef
	touch cache/tvp/0123.so.fedcba
	XDG_CACHE_HOME=$PWD/cache run tvp run scaling --kernel=./mine.c --size=64KiB --model=serial --rounds=1
	expect_exit 0
	[[ ! -e cache/tvp/0123.so.abcdef && -e cache/tvp/0123.so.fedcba ]]
}

@test "a kernel's file while it is opened, and while it is prepared" {
	needs_command cc
	kernel opened "__attribute__((constructor))"
	kernel prepared ""
	for signal in KILL TERM; do
		ends $signal run scaling --kernel=./opened.so
		ends $signal run scaling --kernel=./prepared.so
		ends $signal gate --old-kernel=./prepared.so --new-kernel=./prepared.so --doctor=never
	done
}

@test "gnuplot, and Python with what it has started" {
	mkdir bin
	ln -s ../stranger bin/gnuplot
	run tvp run scaling --kernel=null --rounds=1 --workers=2 --model=threads
	expect_exit 0
	for signal in KILL TERM; do
		PATH=$PWD/bin:$PATH ends $signal plot tvp-result.json
		TVP_PYTHON=./stranger ends $signal run python --rounds=1
	done
}
