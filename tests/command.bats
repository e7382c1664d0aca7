#!/usr/bin/env bats
# `tvp run command` from outside: whatever a command does, the run ends, says so, and leaves nothing.
# shellcheck disable=SC2016,SC2154

load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir in
	printf 'a\n' >in/a.txt
	printf 'b\n' >'in/b c.txt'
	printf 'c\n' >in/-c.txt
}

# command ARGUMENT...: a short run.
command_run() { run tvp run command --workers=1,2 --rounds=1 --progress=never --out=r.json "$@"; }

# marked: a number that no other test uses, for `sleep`, so that leftovers are found by it.
marked() { echo "$((100000 + BASHPID))"; }

@test "each item once, in every model, with its placeholders" {
	mkdir out
	command_run --command='cp {} out/{/.}.{#}' --inputs='in/*.txt' --batch=2
	expect_exit 0
	expect_text "batch:2" "items 1 to 2 (in/-c.txt) exited with code 1" # cp of two files wants a directory as its target
	expect_line 'process +2 '
	[[ -e "out/-c.1" && -e "out/a.2" && -e "out/b c.3" ]]
}

@test "an item that begins with a hyphen is no option" {
	printf -- '-n\n' >items
	command_run --command='sh -c "test \"\$1\" = ./-n" x' --items-from=items
	expect_exit 0
}

@test "with --shell an item is a parameter, whatever it holds" {
	# shellcheck disable=SC2016
	printf '$(touch hacked)\n; touch hacked\n`touch hacked`\n' >items
	# shellcheck disable=SC2016
	command_run --shell --command='printf "%s\n" "$1" | grep -q touch' --items-from=items
	expect_exit 0
	[[ ! -e hacked ]]
	command_run --command='test -n {}' --items-from=items
	expect_exit 0
	[[ ! -e hacked ]]
}

@test "a failed item is told, and the run goes on" {
	command_run --command='sh -c "case \$1 in in/a*) echo no such thing >&2; exit 4;; esac" x {}' --inputs='in/*.txt'
	expect_exit 0
	expect_text "item 2 (in/a.txt) exited with code 4: no such thing"
	grep -q 'item 2 (in/a.txt) exited with code 4: no such thing' r.json
	command_run --command='false' --items=2
	expect_exit 4
	expect_text "every item failed; the last one exited with code 1"
}

@test "hanging, killed, daemons, gigabytes: each ends, and nothing is left" {
	local mark
	mark=$(marked)
	command_run --command="sleep $mark" --items=2 --item-deadline=200ms
	expect_exit 4
	expect_text "did not end within 200 ms and was killed"
	command_run --command="sh -c 'sleep $mark & setsid sleep $mark & exit 0'" --items=2
	expect_exit 0
	command_run --command="sh -c 'kill -SEGV \$\$'" --items=1
	expect_exit 4
	expect_text "was killed by SIGSEGV"
	command_run --command="sh -c 'head -c 300000000 /dev/zero; head -c 100000000 /dev/zero >&2'" --items=1
	expect_exit 0
	[[ -z $(pgrep -f "sleep $mark" || true) ]]
}

@test "an interrupt, and the death of tvp, leave nothing" {
	local mark pid
	mark=$(marked)
	"$TVP" run command --command="sleep $mark" --items=2 --progress=never --out=r.json >said 2>&1 3>&- &
	pid=$!
	wait_until 20 pgrep -f "^sleep $mark"
	kill -INT "$pid"
	wait "$pid" || true
	grep -qxF "interrupted; continue with: tvp run --resume=r.json --command='sleep $mark' --items='2'" said
	wait_until 20 eval "! pgrep -f '^sleep $mark'"
	"$TVP" run command --command="sleep $mark" --items=2 --progress=never --out=r.json >/dev/null 2>&1 3>&- &
	pid=$!
	wait_until 20 pgrep -f "^sleep $mark"
	kill -KILL "$pid"
	wait "$pid" || true
	wait_until 20 eval "! pgrep -f '^sleep $mark'"
}

# expect_none_left NUMBER: no `sleep NUMBER` lives.
expect_none_left() { wait_until 20 eval "! pgrep -f '^sleep $1'"; }

@test "SIGKILL of tvp, or of its whole process group, ends what left its group, too" {
	local mark how
	mark=$(marked)
	for how in leader group; do
		start_session run command --command="sh -c 'setsid sleep $mark & sleep $mark'" --items=1 --workers=1
		wait_until 20 eval "[[ \$(pgrep -fc '^sleep $mark') -ge 2 ]]"
		if [[ $how == group ]]; then kill -KILL -- "-$session"; else kill -KILL "$session"; fi
		expect_none_left "$mark"
	done
}

@test "the start of resident workers is not timed" {
	printf '#!/bin/sh\nsleep 1\nwhile read -r x; do echo "$x"; done\n' >slow
	chmod +x slow
	run tvp run command --fed --command=./slow --items=1 --workers=1 --rounds=1 --progress=never --out=r.json
	expect_exit 0
	run jq '[.benchmarks[] | select(.run_name | test("model:fed")) | .wall_ns < 900e6] | length > 0 and all' r.json
	expect_text true
}

@test "resident workers answer each line; those that do not fail" {
	command_run --fed --command='cat' --inputs='in/*.txt'
	expect_exit 0
	expect_line 'fed +2 '
	command_run --fed --command="sh -c 'while read line; do :; done'" --items=2 --item-deadline=200ms
	expect_exit 4
	expect_text "answers each item with a line"
	command_run --fed --command="sh -c 'read line; echo 1'" --items=4
	expect_exit 0
}

@test "what cannot be: one clear error, exit 2, no result" {
	refuses 2 "no program 'no-such-program' on PATH" run command --command='no-such-program {}' --items=2
	refuses 2 "no file matches" run command --command='cat {}' --inputs='none/*'
	refuses 2 "this quote is not closed" run command --command="cat 'x"
	refuses 2 "character 3 of the command" run command --command='a | b'
	refuses 2 "give one of them" run command --command=cat --items=2 --inputs='*'
	refuses 2 "needs --command" run command
	refuses 2 "--command" run command --items=2
	refuses 2 "for the experiment command" run latency --command=cat
	refuses 2 "as lines of standard input" run command --fed --command='cat {}'
	refuses 2 "no item" run command --command=cat --items-from=/dev/null
	printf 'a\nb\0' >items
	refuses 2 "newline" run command --command=cat --items-from=items --null --fed --inputs='x*' || true
	# shellcheck disable=SC2016
	refuses 2 'the item is "$1"' run command --shell --command='cat {}' --items=1
}

@test "options that mean nothing to commands are named" {
	run --separate-stderr tvp run command --command=true --items=4 --workers=2 --model=serial --pin=compact --dry-run
	expect_exit 0
	[[ $stderr == *"--model=serial: not measured"*"--pin=compact: not measured"* ]]
	run --separate-stderr tvp run command --command=true --items=4 --workers=2 --dry-run
	[[ -z $(own_lines "$stderr") ]]
}

@test "a command in a result file is not executed" {
	command_run --command='touch done-{#}' --items=2
	expect_exit 0
	rm -f done-*
	run tvp run --resume=r.json --rounds=2 --progress=never
	expect_exit 2
	expect_text "executed only where it is given"
	run tvp run --resume=r.json --rounds=2 --progress=never --command='touch other-{#}' --items=2
	expect_exit 2
	expect_text "not the one of these results"
	run tvp slice 'command/command:touch%20done-{%23}/items:2/model:serial/workers:1'
	[[ $status -ne 0 && ! -e done-1 && ! -e other-1 ]]
	run tvp run --resume=r.json --rounds=2 --progress=never --command='touch done-{#}' --items=2
	expect_exit 0
	[[ -e done-1 && -e done-2 ]]
}

@test "a million items: bounded in memory and in time" {
	! grep -q __asan_init "$TVP" || skip "a sanitizer's shadow does not fit a bounded address space"
	run bash -c 'ulimit -v 1000000; exec timeout 60 "$0" run command --command=true --items=1000000 --workers=2 \
		--time-budget=2s --progress=never --out=r.json' "$TVP"
	expect_exit 4
	expect_text "takes longer than the time budget of 2 s"
	seq 1000000 >items
	run bash -c 'ulimit -v 1000000; exec timeout 60 "$0" run command --command="xargs true" --items-from=items --fed --batch=1000000 \
		--workers=1 --rounds=1 --time-budget=2s --progress=never --dry-run' "$TVP"
	expect_exit 0
	expect_line 'about [0-9]+ s, if each item of the command takes 50 ms'
}
