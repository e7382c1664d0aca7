#!/usr/bin/env bats
# `tvp advise --command` from outside: what it says, what it refuses, and that it leaves nothing. No test asks how good
# its figures are.
# What commands say in single quotes is theirs, and bats sets stderr.
# shellcheck disable=SC2016,SC2154

load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state HOME=$BATS_TEST_TMPDIR
	mkdir in
	local i
	for i in 1 2 3 4 5 6 7 8; do echo "$i" >"in/$i.txt"; done
}

teardown() {
	kill_session
}

# advise OPTION...: within two seconds.
advise() { tvp advise --time-budget=2s --seed=1 "$@"; }

# marked: a number that no other test uses, for `sleep`, so that leftovers are found by it.
marked() { echo "$((200000 + BASHPID))"; }

@test "the answer: a sentence, a line for a shell, the table, the parts, what is left out" {
	run --separate-stderr advise --command='cat {}' --inputs='in/*.txt'
	expect_exit 0
	[[ -z $(own_lines "$stderr") ]]
	expect_line '^[0-9]+ at once, a process for each input: [0-9.]+ .s ± [0-9.]+ %, [0-9.]+ × serial\.|^one after the other \(serial\): '
	expect_line "^In a shell: printf '%s\\\\0' in/\*\.txt \| xargs -0( -P[0-9])? -I\{\} cat \{\}$"
	expect_line '^ +serial +1 '
	expect_line '^ +process +2 '
	expect_text "What its time is made of" "starting a process that does nothing" "threads: a command runs as a process" \
		"8 of 8 inputs run alone, drawn by seed 1"
	fits_columns 120
}

@test "JSON: ranked, with intervals and parts that add up, by the names of run command" {
	needs_command jq
	advise --command='wc -c' --inputs='in/*.txt' --batch=4 --format=json >advice.json
	jq -e '.ranked | all(.low_ns <= .wall_ns and .wall_ns <= .high_ns)' advice.json
	jq -e '.ranked | all(([.terms_ns[]] | add) / .wall_ns | . > 0.999999 and . < 1.000001)' advice.json
	jq -e '[.ranked[].model] | unique == ["batch:4", "process", "serial"]' advice.json
	jq -e '.workload | .items == 8 and .work_ns > 0 and .start_ns > 0' advice.json
	jq -e '.excluded | any(.what == "threads")' advice.json
	jq -e '.command == "wc -c" and (.shell | contains("xargs -0"))' advice.json
	tvp run command --command='wc -c' --inputs='in/*.txt' --batch=4 --rounds=1 --workers=2 --out=r.json --progress=never >/dev/null
	[[ $(jq -r '.benchmarks[].name' r.json | grep -c 'model:batch:4') -ge 1 ]]
}

@test "the line for a shell does what tvp does" {
	mkdir out
	local shell_line
	shell_line=$(advise --command='sh -c "echo \"\$1\" >>out/\$(basename \$1)" sh {}' --inputs='in/*.txt' | sed -n 's/^In a shell: //p')
	[[ -n $shell_line ]]
	rm out/*
	bash -c "$shell_line"
	[[ $(cat out/* | sort) == $(printf '%s\n' in/*.txt) ]]
	shell_line=$(advise --shell --command='echo "it'"'"'s $1" >>said' --items=5 | sed -n 's/^In a shell: //p')
	rm said
	bash -c "$shell_line"
	[[ $(sort said) == $(printf "it's %s\n" 1 2 3 4 5) ]]
	run advise --command='cat {} {/.}' --inputs='in/*.txt'
	[[ $output != *"In a shell"* ]]
}

@test "every input is known by its own number, and only inputs of the list are run" {
	advise --shell --command='echo "$1" >>seen' --items=300 >/dev/null
	run sort -un seen
	[[ $(wc -l <<<"$output") -gt 10 && $(tail -1 <<<"$output") -gt 200 && $(tail -1 <<<"$output") -le 300 ]]
	advise --command='touch mark.{#}.{/}' --inputs='in/*.txt' >/dev/null
	[[ -e mark.8.8.txt && -e mark.1.1.txt && ! -e mark.9.8.txt && $(echo mark.* | wc -w) -eq 8 ]]
}

@test "resident workers and batches, where they are said" {
	needs_command jq
	printf '%s\n' 1 2 3 4 5 6 >lines
	advise --fed --batch=2 --items-from=lines --command="sh -c 'while read -r line; do echo \"\$line\"; done'" --format=json >advice.json
	jq -e '[.ranked[].model] | unique == ["batch:2", "fed", "process", "serial"]' advice.json
	jq -e '.shell == null or (.shell | length > 0 | not)' advice.json
	run advise --isolation --batch=2 --command='cat' --inputs='in/*.txt'
	expect_exit 0
	expect_text "batches: isolation"
}

@test "what makes no sense with a command is refused" {
	refuses 2 "--cv describes work" advise --command=true --items=5 --cv=0.5
	refuses 2 "--work describes work" advise --command=true --items=5 --work=1ms
	refuses 2 "--command and --kernel" advise --command=true --kernel=busy
	refuses 2 "--rate and --p99 are of a service" advise --command=true --rate=5/s
	refuses 2 "--from has costs of kernels" advise --command=true --from=x.json
	refuses 2 "need one: --command" advise --work=1ms --inputs='*'
	refuses 2 "--seed is about measuring a command" advise --work=1ms --seed=1
	refuses 2 "no program 'nosuch'" advise --command=nosuch --items=5
	refuses 2 "no file matches 'none/*'" advise --command=cat --inputs='none/*'
	refuses 2 "give one of them" advise --command=cat --inputs='in/*' --items=4
	refuses 2 "a time of 1s or more" advise --command=true --time-budget=5ms
}

@test "items that fail: exit 4, with code and last line" {
	run --separate-stderr advise --command='sh -c "case \$1 in */5.txt) echo no such thing >&2; exit 4;; esac" x {}' --inputs='in/*.txt'
	[[ $status -eq 4 ]]
	[[ $stderr == *"item 5 (in/5.txt) exited with code 4: no such thing"*"nothing is predicted"* ]]
	[[ -z $output ]]
}

@test "a command that hangs, prints gigabytes, leaves daemons: it ends, and nothing is left" {
	local mark
	mark=$(marked)
	run --separate-stderr advise --command="sleep $mark" --items=3
	[[ $status -eq 3 && $stderr == *"time budget"* ]]
	run --separate-stderr advise --command="sleep $mark" --items=3 --item-deadline=200ms
	[[ $status -eq 4 && $stderr == *"did not end within 200 ms"* ]]
	run advise --command="sh -c 'sleep $mark & setsid sleep $mark & head -c 30000000 /dev/zero; head -c 30000000 /dev/zero >&2'" --items=3
	expect_exit 0
	[[ -z $(pgrep -f "sleep $mark" || true) ]]
}

@test "one input, and an input that takes too long to try others" {
	run advise --command='cat {}' --inputs='in/1.txt'
	expect_exit 0
	expect_text "one after the other (serial)" "1 of 1 inputs"
	run --separate-stderr advise --command='sleep 0.7' --items=3
	[[ $status -eq 3 && $stderr == *"give a longer --time-budget"* ]]
}

@test "an interrupt leaves nothing and keeps nothing" {
	local mark
	mark=$(marked)
	start_session advise --command="sleep $mark" --items=2
	wait_until 20 pgrep -f "^sleep $mark"
	kill -INT "$session"
	end_session 20
	expect_exit 130
	expect_text "interrupted"
	[[ -z $(pgrep -f "sleep $mark" || true) ]]
	[[ ! -e state ]]
}

@test "--verify runs them again, and keeps the case" {
	run advise --command='cat {}' --inputs='in/*.txt' --verify --explain
	expect_exit 0
	expect_text "Predicted and measured, of 8 inputs" "÷" "How it is predicted"
	[[ -n $(ls state/tvp/verified-*.json) ]]
}

@test "a batch holds no more than all inputs, and no more batches run at once than there are" {
	run --separate-stderr advise --command='wc -c' --inputs='in/*.txt' --batch=4000
	expect_exit 0
	expect_text "more than 1 batch at once: 8 inputs make no more than 1 batch of 4000"
	expect_line '^ +batch:4000 +1 '
	[[ $output != *"for every 4000 inputs"* ]]
	[[ $(grep -c '^ *batch:4000' <<<"$output") == 1 ]]
}

@test "parts, mean and table agree" {
	needs_command jq
	advise --command=true --items=60 --format=json >advice.json
	jq -e '.workload as $w | .ranked[] | select(.model == "serial") |
		(.wall_ns / ($w.work_ns * $w.items) | . > 0.999 and . < 1.001) and (.terms_ns.even / .wall_ns | . > 0.999)' advice.json
	jq -e '.workload | .alone_ns > 0 and .cpus > 0' advice.json
}

@test "a command that is no filter fails as a resident worker alone" {
	printf '%s\n' 1 2 3 4 5 >lines
	for command in "sleep 0.01" "head -n1"; do
		run --separate-stderr advise --fed --items-from=lines --command="$command"
		expect_exit 0
		expect_line '^ +serial +1 '
		expect_text "resident workers: exited with code 0: a resident worker reads an input a line"
		[[ $output != *" fed "* && $stderr != *"the command failed"* ]]
	done
	refuses 4 "the command failed" advise --time-budget=2s --fed --items-from=lines --command=false
}
