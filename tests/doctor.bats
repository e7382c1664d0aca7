#!/usr/bin/env bats
# The noise doctor from outside. The machine may be quiet or not: both are right. TVP names the program.
# shellcheck disable=SC2016,SC2154

load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() {
	kill_session
	[[ -z ${neighbour:-} ]] || kill "$neighbour" 2>/dev/null || true
}

# quiet_or_not: what the last `run` ended with was a verdict.
quiet_or_not() {
	[[ $status -eq 0 || $status -eq 1 ]] || expect_exit "0 or 1"
}

@test "it says quiet or doubtful, and its exit status is the same" {
	run --separate-stderr tvp doctor --for=500ms
	quiet_or_not
	[[ -z $stderr ]]
	expect_text "$([[ $status -eq 0 ]] && echo QUIET: || echo DOUBTFUL:)" "Time lost to gaps"
	expect_line '^ +[0-9]+ +[0-9.]+ %'
	[[ $(wc -l <<<"$output") -le 60 ]]
}

@test "JSON: a verdict, findings, and a histogram for each CPU" {
	needs_command jq
	run --separate-stderr tvp doctor --for=500ms --format=json
	quiet_or_not
	jq -e '.version == 1 and (.verdict == "quiet" or .verdict == "doubtful")
		and ([.findings[] | select(.kind == "doubt")] | length > 0) == (.verdict == "doubtful")
		and (.findings | all(has("cause") and has("text")))
		and (.cpus | length > 0 and all(.together.gaps == (.together.gaps_by_log2_us | add)))' <<<"$output"
}

@test "blocks of the gate are measured where there is time" {
	needs_command jq
	run --separate-stderr tvp doctor --for=5s --format=json
	quiet_or_not
	jq -e '(.gate | length > 0 and all(.sigma > 0 and .measured_blocks >= 6)) or (.gate_why_not | length > 0)' <<<"$output"
}

@test "a busy neighbour is named" {
	needs_command taskset
	(exec 3>&- && while :; do :; done) &
	neighbour=$!
	local cpu
	cpu=$(taskset -cp "$neighbour" | grep -oE '[0-9]+$')
	taskset -cp "$cpu" "$neighbour"
	for _ in 1 2 3 4 5 6 7 8 9; do # three are named, and others may be busy, too
		run tvp doctor --for=500ms --cpus="$cpu"
		[[ $output != *"$neighbour ("* ]] || break
	done
	expect_exit 1
	expect_text "processes: Other processes used" "$neighbour ("
}

@test "bad input is refused" {
	refuses 2 "--for='0'" doctor --for=0
	refuses 2 "expected a time" doctor --for=2h
	refuses 2 "expected a time" doctor --for=fast
	refuses 2 "--every is for --watch" doctor --every=1s
	refuses 2 "expected table, json" doctor --format=csv
	refuses 2 "unexpected argument" doctor now
	refuses 2 "CPU" doctor --cpus=99999
	refuses 2 "expected auto, always or never" run --doctor=sometimes --kernel=null
	refuses 2 "expected auto, always or never" gate --doctor=sometimes "$TVP"
}

@test "--watch prints a line for each while, and ends when told" {
	needs_command jq
	run --separate-stderr tvp doctor --watch --for=1s --every=400ms --format=json
	quiet_or_not
	[[ $(jq -s 'length' <<<"$output") -ge 2 ]]
	start_session doctor --watch --every=200ms
	wait_until 10 grep -q : stdout
	kill -INT "$session"
	end_session 10
	quiet_or_not
}

@test "what cannot be read is named" {
	unshare --mount true 2>/dev/null || skip "no mount namespaces here"
	run unshare --mount bash -c 'mount --bind /dev/null /proc/interrupts && mount --bind /dev/null /proc/softirqs && exec "$0" doctor --for=500ms' "$TVP"
	quiet_or_not
	expect_text "Could not be looked at here:" "/proc/interrupts cannot be read" "/proc/softirqs cannot be read"
}

@test "a run looks before it measures where it is told to, and keeps what it saw" {
	needs_command jq
	run --separate-stderr tvp run --kernel=null --workers=1 --rounds=2 --doctor=always --format=json --out=r.json
	expect_exit 0
	jq -e .rows <<<"$output" >/dev/null
	run jq -r .tvp.machine.doctor r.json
	expect_line '^(quiet|doubtful: [a-z,]+), [0-9.]+ s before measuring$'
	if [[ $output == doubtful* ]]; then
		[[ $stderr == *"--doctor=never"* ]]
		run tvp show --lines=all r.json
		expect_text "Before measuring:"
	fi
}

@test "short runs, dry runs and those that must not look do not" {
	local options
	for options in "--rounds=2" "--rounds=6 --doctor=never" "--rounds=8 --time-budget=5s" "--dry-run --doctor=always"; do
		# One word each.
		# shellcheck disable=SC2086
		run --separate-stderr tvp run --kernel=null --workers=1 --out=r.json $options
		expect_exit 0
		[[ $stderr != *doctor* ]]
		[[ $options == *dry-run* ]] || ! grep -q '"doctor"' r.json
	done
}

@test "a gate looks before it measures where it is told to" {
	needs_command jq
	run --separate-stderr tvp gate "$TVP" --blocks=1 --doctor=always --out=g.json \
		--spec=scaling/kernel:null/model:threads/workers:1/pin:compact
	expect_exit 0
	[[ $(jq -r .machine.doctor g.json) == *"before measuring" ]]
	run tvp slice --doctor=always scaling/kernel:null/model:threads/workers:1/pin:compact
	expect_exit 2
}
