#!/usr/bin/env bats
# The check of the house's order must be able to fail: one violation of each kind, each in a small tree of its own.

load helpers

CHECK=$BATS_TEST_DIRNAME/../scripts/ci/check-includes.sh

# A tree that is in order, and tries the check's patience.
setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir -p src/{base,host,stats,gbench,report,cli} bench
	cat >src/base/good.c <<-'END'
		#include "base/good.h"
		#include "good.h"
		#include <stdio.h>
		/* #include "cli/cli.h"
		   printf("no"); exit(1); */
		static const char text[] = "printf(\"no\") // exit(1)";
		int good(FILE *out) { return fprintf(out, "%s", text); } // puts() is for the command line
		void leave(void) { _exit(1); }
	END
	echo 'int good(void);' >src/base/good.h
	echo '#include <hwloc.h>' >src/host/topology.c
	echo '#include <gsl/gsl_cdf.h>' >src/stats/fit.c
	echo '#include <benchmark/benchmark.h>' >src/gbench/gbench.cc
	printf '#include "stats/fit.h"\nint x;\n' >bench/scaling.c
	printf '#include "bench/sweep.h"\nint main(void) { puts("yes"); fputs("yes", stderr); exit(0); }\n' >src/cli/main.c
}

# breaks FILE LINE TEXT: with that line added the check fails, at that file and for that reason.
breaks() {
	printf '%s\n' "$2" >>"$1"
	run "$CHECK" .
	expect_exit 1
	expect_text "$1:" "$3"
	sed -i '$d' "$1"
	run "$CHECK" .
	expect_exit 0
}

@test "a tree in order passes" {
	run "$CHECK" .
	expect_exit 0
}

@test "this tree is in order" {
	run "$CHECK"
	expect_exit 0
}

@test "a folder that comes later" {
	breaks src/base/good.c '#include "host/topology.h"' "base includes host"
	breaks src/base/good.h '  #  include "cli/cli.h"' "base includes cli"
	breaks bench/scaling.c '#include "report/table.h"' "bench includes report"
	breaks src/gbench/gbench.cc '#include "stats/fit.h"' "gbench includes stats"
}

@test "a folder that is none of the house" {
	breaks src/base/good.c '#include "attic/box.h"' "attic/box.h"
	breaks src/base/good.c '#include "../host/topology.h"' "../host/topology.h"
	mkdir src/attic
	echo 'int x;' >src/attic/box.c
	run "$CHECK" .
	expect_exit 1
	expect_text "attic"
}

@test "a library outside its folder" {
	breaks src/report/table.c '#include <hwloc.h>' "hwloc"
	breaks src/report/table.c '#include <hwloc/bitmap.h>' "hwloc"
	breaks src/report/table.c '#include <gsl/gsl_cdf.h>' "gsl"
	breaks src/report/table.c '#include "benchmark/benchmark.h"' "benchmark"
}

@test "printing outside the command line" {
	breaks src/report/table.c 'void f(void) { printf("x"); }' "prints"
	breaks src/report/table.c 'void f(void) { if (1) puts("x"); }' "prints"
	breaks src/report/table.c 'void f(void) { fprintf(stderr, "x"); }' "prints"
	breaks src/report/table.c 'void f(void) { fputs("x", stdout); }' "prints"
	breaks src/report/table.c 'void f(void) { perror("x"); }' "prints"
	breaks src/gbench/gbench.cc 'void f() { std::cerr << "x"; }' "prints"
	breaks src/report/table.c 'void f(void) { /* not here */ puts("x"); }' "prints"
}

@test "exiting outside the command line" {
	breaks src/report/table.c 'void f(void) { exit(1); }' "exits"
	breaks src/report/table.c 'void f(void) { quick_exit (1); }' "exits"
}

@test "nothing to check is a failure" {
	mkdir empty
	run "$CHECK" empty
	expect_exit 2
}
