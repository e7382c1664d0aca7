#!/usr/bin/env bats
# The check of the house's order must be able to fail: one violation of each kind, each in a small tree of its own. And what the
# scripts of CI and of the gate's validation refuse, which costs no build.
# shellcheck disable=SC2016

load helpers

CHECK=$BATS_TEST_DIRNAME/../scripts/ci/check-includes.sh

# A tree that is in order, and tries the check's patience.
setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir -p src/{base,host,stats,gbench,report/table,cli} bench
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
	printf '#include "bench/scaling.h"\nint main(void) { puts("yes"); fputs("yes", stderr); exit(0); }\n' >src/cli/main.c
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
	mkdir -p src/{gate,doctor,advise}
	printf '#include "gate/gate.h"\n' >src/doctor/doctor.c
	printf '#include "doctor/doctor.h"\n' >src/advise/advise.c
	breaks src/gate/gate.c '#include "doctor/doctor.h"' "gate includes doctor"
	breaks src/doctor/doctor.c '#include "advise/advise.h"' "doctor includes advise"
	breaks src/advise/advise.c '#include "report/table/table.h"' "advise includes report"
}

@test "a sub-folder that comes later" {
	mkdir -p bench/{plan,team,twin,spawn,switch} src/gate/{slice,stored} src/cli/options src/report/{text,result,plot,gate,format}
	echo 'int plan(void);' >bench/plan/plan.h
	for file in bench/plan/plan.c bench/team/team.c bench/twin/twin.c bench/spawn/spawn.c bench/switch/switch.c; do
		printf '#include "%s"\nint x;\n' bench/plan/plan.h >"$file"
	done
	printf '#include "bench/list.def"\n#include "stats/fit.h"\n' >bench/plan/registry.c
	printf '#include "gate/slice/side.h"\n' >src/gate/gate.c
	printf '#include "gate/gate.h"\n#include "gate/slice/side.h"\n' >src/gate/stored/check.c
	printf '#include "measure/visit.h"\n' >src/gate/slice/side.c
	printf '#include "cli/options/options.h"\n' >src/cli/run.c
	printf 'int x;\n' >src/cli/options/options.c
	breaks bench/plan/plan.c '#include "bench/team/team.h"' "bench/plan includes bench/team"
	breaks bench/team/team.c '#include "bench/twin/twin.h"' "bench/team includes bench/twin"
	breaks bench/twin/twin.c '#include "bench/spawn/spawn.h"' "bench/twin includes bench/spawn"
	breaks bench/plan/plan.h '#include "bench/scaling.h"' "bench/plan includes bench/."
	breaks bench/spawn/spawn.c '#include "bench/switch/switch.h"' "bench/spawn includes bench/switch"
	breaks bench/scaling.c '#include "bench/spawn/spawn.h"' "bench/. includes bench/spawn"
	breaks src/gate/slice/side.c '#include "gate/gate.h"' "gate/slice includes gate/."
	breaks src/gate/gate.c '#include "gate/stored/check.h"' "gate/. includes gate/stored"
	breaks src/cli/options/options.c '#include "cli/cli.h"' "cli/options includes cli/."
	breaks src/report/text/text.c '#include "report/result/result.h"' "report/text includes report/result"
	breaks src/report/result/load.c '#include "report/table/table.h"' "report/result includes report/table"
	breaks src/report/table/table.c '#include "report/plot/curves.h"' "report/table includes report/plot"
	breaks src/report/plot/curves.c '#include "report/gate/entries.h"' "report/plot includes report/gate"
	breaks src/report/gate/json.c '#include "report/format/format.h"' "report/gate includes report/format"
}

@test "a sub-folder without a place" {
	mkdir src/gate/{,attic}
	echo 'int x;' >src/gate/attic/box.c
	run "$CHECK" .
	expect_exit 1
	expect_text "gate/attic"
	rm src/gate/attic/box.c
	echo 'int x;' >src/report/box.c
	run "$CHECK" .
	expect_exit 1
	expect_text "report/."
}

@test "a function declared in another folder than the one that defines it" {
	ctags --version 2>/dev/null | grep -q 'Universal Ctags' || skip "universal-ctags is not installed"
	mkdir -p bench/{plan,team}
	printf 'int planned(void);\nint made(void)\n{\n\treturn planned();\n}\nint table[2];\n' >bench/plan/plan.c
	printf 'int made(void);\nextern int table[];\nstruct hooks {\n\tint (*elsewhere)(void);\n};\n' >bench/plan/plan.h
	printf 'static int made(void)\n{\n\treturn 0;\n}\nint elsewhere(void)\n{\n\treturn made();\n}\n' >bench/team/team.c
	printf 'extern "C" int shim(void)\n{\n\treturn 0;\n}\n' >>src/gbench/gbench.cc
	breaks src/base/good.h 'int elsewhere(void);' "declares elsewhere, which is defined in bench/team"
	breaks bench/team/team.h 'const char *made(int x);' "declares made, which is defined in bench/plan"
	breaks bench/team/team.h 'extern int table[];' "declares table, which is defined in bench/plan"
	breaks src/base/good.h 'int shim(void);' "declares shim, which is defined in src/gbench"
}

@test "without ctags the rest is checked, and that is said" {
	mkdir bin
	for tool in bash awk find sort grep dirname; do
		ln -s "$(command -v "$tool")" bin/
	done
	run env PATH="$PWD/bin" "$CHECK" .
	expect_exit 0
	expect_text "universal-ctags is not installed"
	echo '#include "host/topology.h"' >>src/base/good.c
	run env PATH="$PWD/bin" "$CHECK" .
	expect_exit 1
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
	breaks src/report/table/table.c '#include <hwloc.h>' "hwloc"
	breaks src/report/table/table.c '#include <hwloc/bitmap.h>' "hwloc"
	breaks src/report/table/table.c '#include <gsl/gsl_cdf.h>' "gsl"
	breaks src/report/table/table.c '#include "benchmark/benchmark.h"' "benchmark"
}

@test "printing outside the command line" {
	breaks src/report/table/table.c 'void f(void) { printf("x"); }' "prints"
	breaks src/report/table/table.c 'void f(void) { if (1) puts("x"); }' "prints"
	breaks src/report/table/table.c 'void f(void) { fprintf(stderr, "x"); }' "prints"
	breaks src/report/table/table.c 'void f(void) { fputs("x", stdout); }' "prints"
	breaks src/report/table/table.c 'void f(void) { perror("x"); }' "prints"
	breaks src/gbench/gbench.cc 'void f() { std::cerr << "x"; }' "prints"
	breaks src/report/table/table.c 'void f(void) { /* not here */ puts("x"); }' "prints"
}

@test "exiting outside the command line" {
	breaks src/report/table/table.c 'void f(void) { exit(1); }' "exits"
	breaks src/report/table/table.c 'void f(void) { quick_exit (1); }' "exits"
}

@test "nothing to check is a failure" {
	mkdir empty
	run "$CHECK" empty
	expect_exit 2
}

# refuses_as SCRIPT TEXT ARGUMENT...: exit 2, and the script says so in its own name.
refuses_as() {
	local script=$1 text=$2
	shift 2
	run timeout 60 "$script" "$@"
	expect_exit 2
	expect_text "$(basename "$script"): " "$text"
}

# A repository of two revisions that holds no more than the script needs.
revisions() {
	mkdir -p origin/scripts/ci
	cp "$ROOT/scripts/packages.sh" origin/scripts/
	cp "$ROOT"/scripts/ci/{gate,own,trees}.sh origin/scripts/ci/
	git -C origin init -q
	git -C origin add scripts
	for _ in 1 2; do
		git -C origin -c user.name=t -c user.email=t@localhost commit -q --allow-empty -m revision
	done
}

@test "gate.sh refuses before it installs, checks out or builds" {
	local gate=$BATS_TEST_TMPDIR/origin/scripts/ci/gate.sh
	revisions
	refuses_as "$gate" "missing operand: BASE"
	refuses_as "$gate" "unexpected operand 'c'" a b c
	refuses_as "$gate" "missing operand: BASE" -- --strict
	refuses_as "$gate" "unknown option '--strict'" HEAD --strict
	refuses_as "$gate" "unknown option '--out-dir='" --out-dir= HEAD
	local layouts
	for layouts in "" 0 1 65 100 two 2x -2 08 2.5; do
		refuses_as "$gate" "--layouts=$layouts: expected a number from 2 to 64" "--layouts=$layouts" HEAD
	done
	refuses_as "$gate" "unknown option '--layouts'" --layouts 2 HEAD
	refuses_as "$gate" "no revision 'nowhere'" nowhere
	refuses_as "$gate" "no revision 'nowhere'" HEAD nowhere
	[[ ! -e origin/build-gate && $(git -C origin worktree list | wc -l) -eq 1 ]]
	run "$gate" --help
	expect_exit 0
	expect_text "Usage:"
}

@test "relink.sh makes working programs of one build whose layouts differ" {
	local relink=$ROOT/scripts/ci/relink.sh build
	build=$(dirname "$TVP")
	refuses_as "$relink" "usage"
	refuses_as "$relink" "N='0'" "$build" tvp 0
	refuses_as "$relink" "N='65'" "$build" tvp 65
	refuses_as "$relink" "is not a build directory" "$BATS_TEST_TMPDIR" tvp 1
	[[ -f $build/CMakeCache.txt ]] || skip "$TVP is not in its build directory"
	"$relink" "$build" tvp 2
	"$relink" "$build" again 1
	cmp tvp.1 again.1
	[[ "$(nm -n tvp.1 | awk '$2 == "T" { print $3 }')" != "$(nm -n tvp.2 | awk '$2 == "T" { print $3 }')" ]]
	[[ "$(nm tvp.1 | awk '$2 == "T" { print $3 }' | sort)" == "$(nm tvp.2 | awk '$2 == "T" { print $3 }' | sort)" ]]
	for layouts in 1 2; do
		[[ $(./tvp.$layouts --version) == "$("$TVP" --version)" ]]
		run ./tvp.$layouts slice scaling/kernel:sum/size:64KiB/model:serial/workers:1/pin:compact --iterations=1
		expect_exit 0
		expect_text '"state":"measured"'
	done
}

@test "gate.sh says what a shallow clone lacks" {
	revisions
	git clone -q --depth=1 "file://$BATS_TEST_TMPDIR/origin" shallow
	refuses_as "$BATS_TEST_TMPDIR/shallow/scripts/ci/gate.sh" "git fetch --unshallow" HEAD~1
}

@test "validate-gate.sh refuses what it does not know" {
	local validate=$ROOT/scripts/validate-gate.sh
	export TVP_BUILD_DIR=$BATS_TEST_TMPDIR/none
	refuses_as "$validate" "missing operand: PART"
	refuses_as "$validate" "unknown argument 'bb'" aa bb
	refuses_as "$validate" "--runs='many'" aa --runs=many
	refuses_as "$validate" "--for='1h'" aa --for=1h
	[[ ! -e $TVP_BUILD_DIR ]]
}

# A gate that notes that it was run, leaves what COMMAND does, and ends with STATUS.
fake_build() {
	mkdir -p build out
	printf '#!/bin/bash\necho >>%q\nfor a; do case $a in --out=*) out=${a#*=} ;; esac; done\n%s\nexit %s\n' \
		"$BATS_TEST_TMPDIR/runs" "$1" "$2" >build/tvp
	chmod +x build/tvp
	: >runs
}

# aa_again TVP-RUNS EXIT: two gates of a build with itself were asked for; so many were run, and so the script ended.
aa_again() {
	: >runs
	run env TVP_BUILD_DIR="$BATS_TEST_TMPDIR/build" timeout 60 "$ROOT/scripts/validate-gate.sh" aa --runs=2 --out="$BATS_TEST_TMPDIR/out"
	expect_exit "$2"
	[[ $(wc -l <runs) -eq $1 ]]
}

@test "validate-gate.sh ends when it is interrupted, takes no half gate for a whole one, and goes on" {
	fake_build 'echo half >"$out"' 130
	aa_again 1 130
	[[ -z $(find out -type f) ]]
	# A gate that failed leaves its words, and is tried again.
	fake_build 'echo half >"$out"; echo why' 4
	aa_again 2 0
	[[ -z $(find out -name '*.json*') && $(cat out/raw/aa/0002.txt) == why ]]
	fake_build 'echo whole >"$out"' 0
	rm -f out/raw/aa/0001.json
	aa_again 2 0
	[[ $(cat out/raw/aa/000[12].json) == whole*whole && -z $(find out -name '*.new' -o -name '*.txt') ]]
	aa_again 0 0
	rm out/raw/aa/0001.json
	aa_again 1 0
}

@test "report-gate.sh refuses what it cannot report, and leaves what there is" {
	local report=$ROOT/scripts/report-gate.sh
	mkdir -p empty/raw some/raw/aa
	echo '{}' >some/raw/aa/0001.json
	echo kept >some/judgements.tsv.gz
	refuses_as "$report" "Usage:"
	refuses_as "$report" "Usage:" one
	refuses_as "$report" "absent contains neither raw/ nor judgements.tsv.gz" absent /bin/true
	refuses_as "$report" "no gate's JSON" empty /bin/true
	refuses_as "$report" "./absent is not an executable file" some ./absent
	[[ $(cat some/judgements.tsv.gz) == kept ]]
}

# Against the tree that they are checked in: later changes move what they name.
@test "the diffs of docs/adding.md apply to this tree" {
	needs_command git
	git -C "$ROOT" rev-parse --git-dir >/dev/null 2>&1 || skip "these sources are in no git repository"
	run git -C "$ROOT" apply --unidiff-zero --check docs/adding.md
	expect_exit 0
	# Nothing that git would take for a diff is what a check of nothing passes.
	[[ $(git -C "$ROOT" apply --unidiff-zero --numstat docs/adding.md | wc -l) -ge 10 ]]
}

@test "every skip of a test has a reason" {
	# ran.h alone calls what is behind cmocka's skip(), and prints the reason first.
	run grep -nE '(^|[^_[:alnum:]])_?skip\(' "$ROOT"/tests/t_*.c
	expect_exit 1
	run grep -hE '(^[[:space:]]+|(\|\||&&|;|\{|then|do) )skip($|[[:space:]])' "$ROOT"/tests/*.bats "$ROOT"/tests/*.bash
	expect_exit 0
	[[ ${#lines[@]} -ge 5 ]]
	run ! grep -v 'skip "' <<<"$output"
}

@test "a stage of test.sh passes, fails, or is left out for the reason that it prints last" {
	eval "$(sed -n '/^stage() {/,/^}/p; /^leave_out() {/,/^}/p' "$ROOT/scripts/test.sh")"
	# Both functions write these.
	# shellcheck disable=SC2034
	local failed=() left_out=() log=$BATS_TEST_TMPDIR/log
	lacks_a_tool() { printf 'looking for it\nlacks-a-tool: skipped: it is not installed\n' && return 77; }
	set -o pipefail
	stage "good" echo "some output" >out
	grep -qx "some output" out
	grep -qE '^== good: passed in [0-9]+ s$' out
	stage "without a tool" lacks_a_tool >out
	grep -qx "== without a tool: left out: it is not installed" out
	[[ ${#failed[@]} -eq 0 && ${left_out[*]} == "without a tool: it is not installed" ]]
	stage "bad" bash -c 'echo why; exit 3' >out
	grep -qx "why" out
	[[ ${failed[*]} == bad && ${#left_out[@]} -eq 1 ]]
}

# What git ignores is there for its author alone.
@test "what documents link to is in the repository" {
	local document link target links_n=0 in_git=
	cd "$ROOT" || return 1
	! git rev-parse --git-dir >/dev/null 2>&1 || in_git=1
	for document in *.md docs/*.md plots/*.md results/*.md; do
		while read -r link; do
			links_n=$((links_n + 1))
			target=$(realpath -m --relative-to="$ROOT" "$(dirname "$document")/${link%%#*}")
			[[ -e $target ]] || { echo "$document: no $target"; return 1; }
			[[ -z $in_git || -n $(git ls-files -- "$target") ]] || { echo "$document: git has no $target"; return 1; }
		done < <(grep -oP '\]\(\K[^)#:]+(?=[#)])' "$document" | grep -v '^$')
	done
	[[ $links_n -gt 30 ]]
}
