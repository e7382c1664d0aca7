#!/usr/bin/env bats
# scripts/ci/own.sh: the gate of a project that is not tvp, and the workflow templates that call it. TVP names the program.
# shellcheck disable=SC2016

load helpers

OWN=$ROOT/scripts/ci/own.sh

# A project of two revisions: the second one's program needs three quarters more memory, and prints its size.
setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export TVP GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@localhost
	export GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@localhost GIT_CEILING_DIRECTORIES=$BATS_TEST_TMPDIR
	unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY
	git init -q project
	cd project || return 1
	printf '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include "size.h"\nint main(void) { char *p = malloc(SIZE); memset(p, 1, SIZE); return p[SIZE / 2] != 1 || printf("%%d\\n", SIZE) < 0; }\n' >parse.c
	printf 'parse: parse.c size.h\n\tcc -O0 parse.c -o parse\n' >Makefile
	commit $((64 << 20))
	commit $((112 << 20))
}

commit() {
	echo "#define SIZE $1" >size.h
	git add .
	git commit -q -m "$1 bytes"
}

# own ARGUMENT...: without waiting for a verdict.
own() { run timeout 120 "$OWN" "$@" --blocks=2 --slice-time=1ms --steal=100% --progress=never; }

readonly PARSE=(--old-command='{base}/parse' --new-command='{head}/parse')

@test "a slower revision fails with the gate's exit code, and the reports are there" {
	export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$PWD/../summary.md
	run timeout 120 "$OWN" --build=make HEAD~1 -- "${PARSE[@]}" --metric=memory --steal=100% --progress=never --time-budget=100s
	expect_exit 1
	expect_text 'REGRESSED' '67108864 bytes' '117440512 bytes' '::error'
	local file
	for file in gate.json gate.md gate.xml base.json head.json; do
		[[ -s tvp-gate/out/$file ]]
	done
	cmp tvp-gate/out/gate.md ../summary.md
	[[ -z $(git status --porcelain) ]]
	[[ $(./tvp-gate/base/parse) == $((64 << 20)) && $(./tvp-gate/head/parse) == $((112 << 20)) ]]
}

@test "what is compared is what is committed; the checkouts move to the next revisions" {
	own --build=make HEAD HEAD -- "${PARSE[@]}"
	expect_exit 0
	[[ $(./tvp-gate/base/parse) == $((112 << 20)) ]]
	echo '#define SIZE 5' >size.h
	own --build=make HEAD~1 -- "${PARSE[@]}"
	expect_exit 0
	expect_text 'not committed'
	[[ $(./tvp-gate/base/parse) == $((64 << 20)) && $(./tvp-gate/head/parse) == $((112 << 20)) ]]
}

@test "a build that fails is exit 4 with its log; a program that is not built, too" {
	own --build='echo no rule for that; exit 9' HEAD~1 -- "${PARSE[@]}"
	expect_exit 4
	expect_text 'no rule for that' 'build base: failed (exit 9)'
	own HEAD~1 -- "${PARSE[@]}"
	expect_exit 4
	expect_text "tvp-gate/base/parse: No such file"
	[[ ! -e tvp-gate/out/gate.json ]]
}

@test "it refuses before it checks out or builds" {
	own_refuses() {
		local text=$1
		shift
		run timeout 60 "$OWN" "$@"
		expect_exit 2 || return 1
		expect_text "own.sh: $text"
	}
	own_refuses 'missing operand: BASE'
	own_refuses "unexpected operand 'c'" a b c -- "${PARSE[@]}"
	own_refuses "unknown option '--strict'" HEAD --strict
	own_refuses 'nothing to compare' HEAD~1
	own_refuses "the gate's options must name both checkouts" HEAD~1 -- --old-command='{base}/parse' --new-command=./parse
	own_refuses "this repository has no revision 'nowhere'" nowhere -- "${PARSE[@]}"
	own_refuses './Makefile is not an executable file; it must be tvp' --tvp=./Makefile HEAD~1 -- "${PARSE[@]}"
	own_refuses "$PWD/a place: the checkouts' paths must do without spaces" --dir='a place' HEAD~1 -- "${PARSE[@]}"
	git clone -q --depth=1 "file://$PWD" ../shallow
	cd ../shallow || return 1
	own_refuses 'this shallow clone has no revision' HEAD~1 -- "${PARSE[@]}"
	cd "$BATS_TEST_TMPDIR" || return 1
	own_refuses "$PWD is in no git repository" HEAD~1 -- "${PARSE[@]}"
	[[ ! -e project/tvp-gate && ! -e shallow/tvp-gate ]]
}

# The command of a template, as the CI system gives it to the shell: the lines of a folded scalar are one.
template_command() {
	sed -n '/own\.sh/,/--time-budget/p' "$ROOT/scripts/ci/$1" | tr '\n' ' ' | tr -s ' ' | sed 's/--time-budget=10m/--blocks=2 --progress=never/'
}

@test "the workflow templates name what there is: their commands run" {
	ln -s "$ROOT" tvp
	touch big.json
	local file command
	for file in own.github.yml own.gitlab-ci.yml; do
		command=$(template_command "$file")
		[[ $command == *"tvp/scripts/ci/own.sh --build='make' "* ]]
		rm -rf tvp-gate
		run env BASE="$(git rev-parse HEAD~1)" CI_MERGE_REQUEST_DIFF_BASE_SHA=HEAD~1 timeout 120 bash -c "$command"
		[[ $status -eq 0 || $status -eq 1 ]]
		expect_text ' cpu' ' memory'
		[[ -s tvp-gate/out/gate.xml ]]
		grep -q 'tvp-gate/out/' "$ROOT/scripts/ci/$file"
	done
}
