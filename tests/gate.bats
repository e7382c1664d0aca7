#!/usr/bin/env bats
# tvp gate and tvp slice from outside: usage, builds that are no good, verdicts and their exit codes, interrupts. TVP names the
# program. What is killed is always a process that this file started, or its descendant.
# shellcheck disable=SC2016

load helpers

NULL=scaling/kernel:null/model:serial/workers:1/pin:compact
SUM=scaling/kernel:sum/size:64KiB/model:serial/workers:1/pin:compact
SLEEP=scaling/kernel:sleep/size:400/model:process_pool/workers:4/pin:none

setup() {
	session=
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() {
	kill_session
}

# program COMMAND: the file ./new, a script that stands for a build. In it, "$TVP" is the real one.
program() {
	printf '#!/bin/bash\nTVP=%q\n%s\n' "$TVP" "$1" >new
	chmod +x new
}

# Where a test counts blocks or waits for a verdict, --steal=100% keeps those that the host took time from.

# fails TEXT... : a gate against ./new fails, with everything the texts say on stdout or stderr.
fails() {
	run tvp gate "$TVP" ./new --spec=$NULL --time-budget=20s "${options[@]}"
	expect_exit 4
	expect_text "new: ./new" "$@"
}
options=()

# A gate with ./new as the old side, which runs first, ends by its deadline: which a healthy slice never has to meet.
hangs() {
	run tvp gate ./new "$TVP" --spec=$NULL --time-budget=20s --slice-deadline=300ms
	expect_exit 4
	expect_text "old: ./new did not finish within 0.3 s"
}

@test "usage errors are refused before anything runs" {
	refuses 2 "missing operand: OLD" gate
	refuses 2 "unexpected argument 'c'" gate a b c
	refuses 2 "--old and the operand OLD both name the old side" gate --old=a b
	refuses 2 "--new and the operand NEW both name the new side" gate a b --new=c
	refuses 2 "missing operand: OLD" gate --new=a
	refuses 2 "--old='': expected 1 to 64 programs" gate --old=
	refuses 2 "--old='a,,b': expected 1 to 64 programs" gate --old=a,,b
	refuses 2 "--new='a,b,': expected 1 to 64 programs" gate x --new=a,b,
	refuses 2 "expected 1 to 64 programs" gate --old="$(printf 'a,%.0s' {1..64})a"
	refuses 4 "old: 'a' not found in PATH" gate --old="$(printf 'a,%.0s' {1..63})a"
	refuses 2 "--effect must be larger" gate a b --effect=1% --tolerate=1%
	refuses 2 "--effect" gate a b --effect=much
	refuses 2 "--effect='5': expected more than 0 % and less than 100 % (5% or 0.05)" gate a b --effect=5
	refuses 2 "--effect='200%': expected more than 0 % and less than 100 % (5% or 0.05)" gate a b --effect=200%
	refuses 2 "--beta='50%': expected more than 0 % and less than 50 % (5% or 0.05)" gate a b --beta=50%
	refuses 2 "--alpha" gate a b --alpha=0%
	refuses 2 "--steal='10'" gate a b --steal=10
	refuses 2 "--statistic='average'" gate a b --statistic=average
	refuses 2 "--metric='wall,wait'" gate a b --series=wall,wait
	refuses 2 "--spec names whole specs" gate a b --spec=$NULL --suite=quick
	refuses 2 "--spec names whole specs" gate a b --spec=$NULL --kernel=sum
	refuses 2 "no experiment 'nonsense'" gate a b --suite=nonsense
	refuses 2 "no experiment 'nonsense'" gate a b --spec=nonsense/kernel:sum
	refuses 2 "--old-env='LONELY'" gate a b --old-env=LONELY
	refuses 2 "--new-env='=x'" gate a b --new-env==x
	refuses 2 "--old-prefix" gate a b --old-prefix="taskset '"
	refuses 2 "--new-prefix" gate a b --new-prefix='a | b'
	refuses 2 "--new-prefix" gate a b --new-prefix=
	refuses 2 "--time-budget" gate a b --time-budget=0
	refuses 2 "--slice-deadline" gate a b --slice-deadline=1000h
	refuses 2 "--blocks" gate a b --blocks=0
}

@test "what can be known beforehand costs no time: where to write, and what PATH has" {
	refuses 4 "nowhere/gate.md" gate "$TVP" --markdown=nowhere/gate.md --time-budget=1h
	refuses 4 "old: 'no-such-build' not found in PATH" gate no-such-build "$TVP" --time-budget=1h
	refuses 4 "new: 'no-such-prefix' not found in PATH" gate "$TVP" --new-prefix=no-such-prefix --time-budget=1h
	[[ -z $(find . -name '*.tmp') ]]
}

@test "one reason for many specs is told once, and no line is too long" {
	run --separate-stderr tvp gate /bin/true --time-budget=20s
	expect_exit 4
	expect_text "FAILED: old: /bin/true: its output is not a slice" "CANNOT TELL: not measured before" "  spawn/call:fork"
	[[ $stderr == *"tvp gate: 3 specs failed in the same way, and none ran: old: /bin/true: its output is not a slice"* ]]
	[[ $(grep -c "its output is not a slice" <<<"$output") -eq 1 ]]
	fits_columns 120
}

@test "a slice's usage errors are refused" {
	refuses 2 "missing operand: SPEC" slice
	refuses 2 "unexpected argument '$NULL'" slice $NULL $NULL
	refuses 2 "--iterations='0'" slice $NULL --iterations=0
	refuses 2 "--iterations='4097'" slice $NULL --iterations=4097
	refuses 2 "--batch='none'" slice $NULL --iterations=1 --batch=none
	refuses 2 "--batch needs --iterations" slice $NULL --batch=4
	refuses 2 "--deadline" slice $NULL --deadline=soon
	refuses 2 "no experiment 'moon'" slice moon/kernel:null
	refuses 2 "no axis 'phase'" slice $NULL/phase:full
	refuses 4 "pin 'tight'" slice scaling/kernel:null/model:serial/workers:1/pin:tight
	refuses 4 "kernel 'moon': expected null, sum" slice scaling/kernel:moon/model:serial/workers:1/pin:compact
	refuses 4 "bytes: \"some\" is not" slice bandwidth/channel:pipe/bytes:some/place:same_cpu/between:threads
	refuses 4 "place 'moon'" slice latency/channel:pipe/bytes:1/place:moon/between:threads
	refuses 4 "workers '-1'" slice scaling/kernel:null/model:fork/workers:-1/pin:compact
}

@test "a slice prints one object with the iterations asked for" {
	needs_command jq
	run --separate-stderr tvp slice $NULL --iterations=7 --batch=3
	expect_exit 0
	[[ -z $stderr ]]
	jq -e '.tvp_slice == 1 and .state == "measured" and .iterations == 7 and .batch == 3 and (.wall_ns | length) == 7' <<<"$output"
	jq -e --arg spec $NULL '.spec == $spec and .message == "" and .begun_ns <= .ready_ns' <<<"$output"
}

@test "what a plan would skip is skipped by name, too" {
	local spec=isolation/model:process_pool/death:abort/workers:1/pin:compact
	run --separate-stderr tvp slice $spec
	expect_exit 0
	expect_text '"state":"skipped","message":"one worker dies while another works'
	run tvp gate "$TVP" --spec=$spec --strict
	expect_exit 3
	expect_text "SKIPPED" "one worker dies while another works"
}

@test "builds that cannot be run are named" {
	fails "No such file"
	program 'exit 0'
	chmod -x new
	[[ -x new ]] || fails "cannot be executed"
	rm new
	mkdir new
	fails "is not a regular file"
	run tvp gate "$TVP" no-such-tvp --spec=$NULL
	expect_exit 4
	expect_text "tvp gate: new: 'no-such-tvp' not found in PATH"
	[[ $(own_lines "$output" | wc -l) -eq 1 ]]
	run tvp gate "$TVP" --new-prefix='no-such-prefix -c 0'
	expect_exit 4
	expect_text "tvp gate: new: 'no-such-prefix' not found in PATH"
	[[ $(own_lines "$output" | wc -l) -eq 1 ]]
}

@test "builds that crash, hang or print rubbish are named" {
	program 'kill -SEGV $$'
	fails "killed by SIGSEGV"
	program 'echo "tvp slice: the moon is full" >&2; exit 3'
	fails "exited with code 3: tvp slice: the moon is full"
	program 'echo hello'
	fails "its output is not a slice"
	program 'exec yes'
	fails "printed too much"
	program 'sleep 1000'
	hangs
	program 'trap "" TERM; exec yes >&2'
	hangs
	options=(--slice-deadline=5s) # the old side's slices, too
	program 'sleep 1000'
	fails "did not finish within 5.0 s"
}

@test "builds that lack the spec, the command or the protocol are named" {
	program 'echo "tvp slice: no experiment '\''scaling'\''" >&2; exit 2'
	fails "exited with code 2: tvp slice: no experiment 'scaling'"
	program 'echo "tvp: no command '\''slice'\''" >&2; echo "Usage: …" >&2; exit 2'
	fails "exited with code 2: tvp: no command 'slice'"
	program 'echo "{\"tvp_slice\":2,\"news\":[]}"'
	fails "version 2 of the slice protocol, this tvp uses version 1" "cannot go on"
}

@test "a build that breaks on the way leaves its blocks and the other specs" {
	program 'case $* in *null*) echo >>count; [[ $(wc -l <count) -gt 8 ]] && kill -ABRT $$ ;; esac
		exec "$TVP" "$@"'
	run tvp gate "$TVP" ./new --spec=$NULL --spec=$SUM --blocks=12 --steal=100%
	expect_exit 4
	expect_text "FAILED" "killed by SIGABRT"
	# Its row, with an estimate from the blocks before; the other did all that were asked for.
	expect_line "^ *FAILED +[+-][0-9.]+ %.* 7 +[0-9.]+ % +${NULL%%/model*}"
	expect_line " 12 +[0-9.]+ % +scaling/kernel:sum"
}

@test "a build that is slower by 30 % fails the gate" {
	needs_command jq
	# Times that do not depend on what else the machine does.
	program '"$TVP" "$@" | jq -c --argjson ns "$NS" ".wall_ns |= map(\$ns)"'
	run tvp gate ./new --old-env=NS=1000 --new-env=NS=1300 --spec=$SUM --series=wall --time-budget=90s --steal=100%
	expect_exit 1
	expect_text "REGRESSED  " "1 REGRESSED, 0 CANNOT TELL"
}

@test "what cannot be told passes with a warning, and fails with --strict" {
	run --separate-stderr tvp gate "$TVP" "$TVP" --spec=$NULL --blocks=1 --steal=100%
	expect_exit 0
	expect_text "CANNOT TELL" "hidden"
	[[ $stderr == *"warning: CANNOT TELL for 1 of 1; with --strict"* ]]
	run --separate-stderr tvp gate "$TVP" "$TVP" --spec=$NULL --blocks=1 --steal=100% --strict
	expect_exit 3
}

@test "what the budget never reached is told, and fails with --strict" {
	run --separate-stderr tvp gate "$TVP" --spec=$NULL --spec=$SUM --time-budget=1ns --junit=j.xml
	expect_exit 0
	expect_text "CANNOT TELL: not measured before the gate ended" "  $NULL" "  $SUM" "2 CANNOT TELL" "stopped: time budget"
	[[ $stderr == *"warning: CANNOT TELL for 2 of 2; with --strict"* ]]
	grep -q 'tests="2" failures="0" errors="0" skipped="2"' j.xml
	run tvp gate "$TVP" --spec=$NULL --spec=$SUM --time-budget=1ns --strict
	expect_exit 3
}

@test "what the new side alone skips is warned of, and fails with --strict" {
	program 'case $* in *null*) "$TVP" "$@" | sed "s/measured/skipped/" ;; *) exec "$TVP" "$@" ;; esac'
	run --separate-stderr tvp gate "$TVP" ./new --spec=$NULL --spec=$SUM --blocks=1
	expect_exit 0
	expect_text "SKIPPED: new:" "  $NULL"
	[[ $stderr == *"warning: specs skipped by the new side only: 1; with --strict"* ]]
	local -a quick=("--spec=$NULL" "--spec=$SUM" --effect=99% --beta=49% --steal=100% --time-budget=40s)
	run tvp gate ./new "$TVP" "${quick[@]}" --strict
	expect_exit 0
	expect_text "SKIPPED: old:" "  $NULL" "1 NOT REGRESSED"
	run tvp gate "$TVP" ./new "${quick[@]}" --strict
	expect_exit 3
}

@test "a build that hangs in every spec costs three deadlines, and is told once" {
	program 'sleep 1000'
	run --separate-stderr tvp gate ./new "$TVP" --slice-deadline=300ms
	expect_exit 4
	expect_text "FAILED: old: ./new did not finish within 0.3 s" "3 FAILED" "stopped: cannot go on"
	[[ $(grep -c ^FAILED <<<"$output") -eq 1 ]]
	[[ $stderr == *"tvp gate: 3 specs failed in the same way, and none ran: old: ./new did not finish"* ]]
}

@test "one binary with prefixes and environments is both sides" {
	program 'echo "$SIDE ${#TVP_PAD} $(($# > 3))" >>sides; exec "$TVP" "$@"'
	run tvp gate ./new --spec=$NULL --blocks=3 --old-env=SIDE=old --new-env=SIDE=new --new-prefix="env 'A=b c'"
	expect_exit 0
	# Three blocks, and calibrating: three slices of the old side, one of the new.
	[[ $(grep -c ^old sides) -eq 6 && $(grep -c ^new sides) -eq 4 ]]
	[[ $(cut -d' ' -f2 sides | sort -u | wc -l) -ge 6 ]]
}

@test "every block draws a variant of each side, and the file says which" {
	needs_command jq
	cp "$TVP" a
	cp "$TVP" b
	cp "$TVP" c
	run --separate-stderr tvp gate --old=./a,./b --new=./a,./b,./c --spec=$NULL --blocks=40 --seed=3 --out=gate.json --markdown=gate.md
	expect_exit 0
	# In a table, wherever its lines are broken.
	[[ $(tr -s ' \n' ' ' <<<"$output") == *"one of 2 variants of the old side and one of 3 of the new: the verdicts are about the mean"* ]]
	grep -q "old: <code>./a</code> (the first of 2 variants)" gate.md
	jq -e '.sides.new.variants == ["./a", "./b", "./c"] and ([.rows[].blocks[] | [.old.variant, .new.variant]] |
		length == 40 and (unique == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]))' gate.json
	run tvp replay gate.json
	expect_exit 0
	expect_text "Verdicts as stored: all 1." "one of 2 variants"
	# Where there is one program on each side, the report says that its layout counts.
	run tvp gate ./a ./b --spec=$NULL --blocks=1 --markdown=gate.md
	expect_text "layout of the code"
	grep -q "layout of the code" gate.md
}

# The line counts blocks from 1, and is drawn some ten times a second.
measures_block() {
	grep -oP '  block \K[0-9]+' stderr | awk -v least="$1" '$1 > least { found = 1 } END { exit !found }'
}

begin_gate() {
	start_session gate "$TVP" --spec=$SLEEP --spec=$NULL --blocks=100000 --alpha=0.0001% --slice-time=1ms --progress=always
	wait_until 60 measures_block 2
}

expect_interrupted() {
	end_session 60
	expect_exit 130
	expect_text "stopped: interrupted" "tvp gate: interrupted" "kernel:sleep" "kernel:null"
	wait_until 20 session_is_empty "$session"
}

@test "an interrupt of the gate alone shows the verdicts so far" {
	begin_gate
	kill -INT "$session"
	expect_interrupted
}

@test "an interrupt of the whole group does, too" {
	begin_gate
	kill -INT -- "-$session"
	expect_interrupted
}

@test "a termination signal does, too" {
	begin_gate
	kill -TERM "$session"
	expect_interrupted
}

@test "SIGKILL of the gate takes its slice and workers along" {
	begin_gate
	kill -KILL "$session"
	wait_until 20 session_is_empty "$session"
}

# Longer than anybody waits.
LONG=scaling/kernel:sleep/size:1000000/model:process_pool/workers:4/pin:none
has_processes() { [[ $(session_of "$session" | wc -l) -ge $1 ]]; }
# Slice, runner and at least one worker.
slice_works() { has_processes 3; }

@test "SIGKILL of the gate reaches a slice behind a wrapper that forks" {
	program '"$TVP" "$@"; exit $?'
	start_session gate ./new --spec=$LONG
	# Gate, wrapper, slice, runner, workers.
	wait_until 60 has_processes 5
	kill -KILL "$session"
	wait_until 20 session_is_empty "$session"
}

@test "an interrupt or SIGKILL of a slice leaves nothing" {
	start_session slice $LONG --iterations=1000
	wait_until 60 slice_works
	kill -INT "$session"
	end_session 60
	expect_exit 130
	expect_text '"state":"failed","message":"interrupted"'
	wait_until 20 session_is_empty "$session"
	start_session slice $LONG --iterations=1000
	wait_until 60 slice_works
	kill -KILL "$session"
	wait_until 20 session_is_empty "$session"
}
