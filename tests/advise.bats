#!/usr/bin/env bats
# `tvp advise` and `tvp calibrate` from outside. Costs come from a small stored result, whose figures do not depend on
# what else this machine does meanwhile:
#   tvp run dispatch --kernel=null,busy --size=1us,1ms --workers=1,2 --wait=adaptive --rounds=6 --doctor=never

load helpers

setup_file() {
	export TINY_RESULT=$BATS_FILE_TMPDIR/tiny.json
	gzip -dc "$BATS_TEST_DIRNAME/fixtures/costs-2cpu.json.gz" >"$TINY_RESULT"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state HOME=$BATS_TEST_TMPDIR
}

teardown() {
	kill_session
}

# advise OPTION...: from the tiny result.
advise() { tvp advise --from="$TINY_RESULT" "$@"; }

kept() { ls "$XDG_STATE_HOME"/tvp/calibration-*.json 2>/dev/null; }

@test "bad input is refused with its reason" {
	refuses 2 "a time with its unit" advise --work=40
	refuses 2 "a time with its unit" advise --work=40parsecs
	refuses 2 "wait" advise --work=40us --wait=-5%
	refuses 2 "written out: 1000000" advise --work=40us --items=1e6
	refuses 2 "below 100" advise --work=40us --lock=100%
	refuses 2 "0 to 10" advise --work=40us --cv=-1
	refuses 2 "0 to 10" advise --work=40us --cv=nan
	refuses 2 "a size such as" advise --work=40us --in=many
	refuses 2 "a whole number from 1" advise --work=40us --items=0
	refuses 2 "say what the work is" advise --items=10
	refuses 2 "say what the work is" advise --work=40us --kernel=busy
	refuses 2 "table" advise --work=40us --format=poem
	refuses 2 "unexpected operand 'more'" calibrate more
	refuses 2 "a time such as" calibrate --time-budget=10ms
	[[ -z $(kept) ]]
}

@test "a file to learn from that is none is refused with its reason" {
	refuses 2 "absent.json" advise --work=40us --from=absent.json
	echo '{"benchmarks": []}' >empty.json
	refuses 2 "empty.json" advise --work=40us --from=empty.json
	echo 'no JSON' >no.json
	refuses 2 "no.json" advise --work=40us --from=no.json
}

@test "a result that has no tasks of known length: it says what is needed" {
	tvp run scaling --kernel=sum --size=64KiB --model=serial,threads --workers=1,2 --rounds=2 --doctor=never \
		--out=sums.json >/dev/null 2>&1
	run --separate-stderr tvp advise --work=40us --from=sums.json
	[[ $status -eq 2 || $status -eq 3 ]]
	[[ $stderr == *"kernels null and busy"*"tvp calibrate"* ]]
}

@test "the answer: a sentence, the others, the table, the costs" {
	run --separate-stderr advise --work=40us --items=100
	expect_exit 0
	[[ -z $stderr || $stderr == *"when the costs were measured"* ]]
	expect_line '^[0-9]+ (threads?|process(es)?) .*: [0-9.]+ .s ± [0-9.]+ %, [0-9.]+ × serial\.|^one after the other \(serial\): '
	expect_text "What its time is made of" "work " "The work: as described." "tiny.json"
	expect_line '^ +serial +1 '
	expect_line '^ +threads +2 '
	expect_line '^ +fork +2 '
	fits_columns 120
}

@test "JSON: ranked, with intervals, and terms that add up to the wall" {
	needs_command jq
	advise --work=40us --items=100 --cv=0.5 --format=json >advice.json
	jq -e '.ranked | length > 8 and ([.[].wall_ns] | [.[1:], .[:-1]] | transpose | all(.[0] > .[1] / 1.011))' advice.json
	jq -e '.ranked | all(.low_ns <= .wall_ns and (.high_ns == null or .wall_ns <= .high_ns) and .cpu_ns > 0)' advice.json
	jq -e '.ranked | all(([.terms_ns[]] | add) / .wall_ns | . > 0.999999 and . < 1.000001)' advice.json
	jq -e '.workload | .items == 100 and .work_ns == 40000 and .cv == 0.5 and .isolation == false' advice.json
	jq -e '[.ranked[] | .model] | unique | contains(["fork", "process_pool", "serial", "thread_pool", "threads"])' advice.json
	jq -e '.costs | contains("tiny.json")' advice.json
}

@test "costs measured beside others are used with a warning" {
	needs_command jq
	jq '.tvp.rounds[] |= (.wall_ns = 2000000000 | .others_ns = 400000000)' "$TINY_RESULT" >busy.json
	run --separate-stderr tvp advise --from=busy.json --work=40us --items=100
	expect_exit 0
	[[ $stderr == *"warning: when the costs were measured: Other processes used"* ]]
}

@test "--explain names every term" {
	local term terms_n=0
	run advise --work=40us --explain
	expect_exit 0
	while read -r term; do
		terms_n=$((terms_n + 1))
		expect_line "$term: [a-z]"
	done < <(grep -oP '^TERM\(\K[a-z]+' "$ROOT/src/advise/terms.def")
	[[ $terms_n -ge 6 ]]
	expect_text "no term learned from"
}

@test "a service: bad input is refused with its reason" {
	local rate
	for rate in 2000 2000/fortnight -5/s 0/s many; do
		refuses 2 "2000/s, 5/ms or 0.5/min" advise --work=40us --rate="$rate"
	done
	refuses 2 "a time with its unit" advise --work=40us --rate=2000/s --p99=5
	refuses 2 "--p99 is of a service" advise --work=40us --p99=5ms
	refuses 2 "--items is of a job" advise --work=40us --rate=2000/s --items=10
	refuses 2 "say what the work is" advise --rate=2000/s
}

@test "a service: the answer, its JSON, and what cannot keep up" {
	needs_command jq
	run --separate-stderr advise --work=400us --cv=1 --rate=1500/s
	expect_exit 0
	expect_line ': 99 % of requests take at most [0-9.]+ '
	expect_text "at 1500/s."
	expect_text "Along the rate" "nothing here keeps up" "The work: as described. The costs"
	fits_columns 120
	advise --work=400us --cv=1 --rate=1500/s --format=json >service.json
	jq -e '.rate_hz == 1500 and .equal >= 1 and (.ranked | length > 2)' service.json
	jq -e '.ranked | all(.p50.ns < .p99.ns and .p99.low_ns <= .p99.ns and .utilisation < 1 and .rate_most_hz > 1500)' service.json
	run advise --work=400us --rate=1500/s
	expect_text "The work: as described. Items are taken to be equal;" # said where it changes the answer
	run advise --work=400us --cv=0 --rate=1500/s
	expect_text "The work: as described. The costs"
	jq -e '.along_rate[0].from_hz == 0 and .rate_most_hz <= 5000.1' service.json
	run --separate-stderr advise --work=400us --rate=9999/s
	expect_exit 3
	[[ $stderr == *"nothing here sustains that rate: the most is "* ]]
	run advise --work=400us --rate=3000/s
	expect_exit 0
	expect_text "serial: cannot keep up"
}

@test "a service: a goal that is met, and one that is not" {
	run advise --work=400us --rate=100/s --p99=50ms
	expect_exit 0
	expect_text "The goal, 50.0 ms, is met by "
	run advise --work=400us --rate=100/s --p99=300us
	expect_exit 3
	expect_text "Nothing here meets the goal, 300 µs"
	run advise --work=400us --rate=100/s --explain
	expect_exit 0
	expect_text "M/G/c" "Erlang"
}

@test "a service: predicted beside measured, and the case is kept" {
	needs_command jq
	run --separate-stderr advise --work=100us --rate=1000/s --verify
	expect_exit 0
	expect_text "Predicted and measured" " ÷ "
	jq -e '.verified | length == 2 and all(.measured_p99_ns >= .measured_p50_ns and .measured_p50_ns > 0)' \
		"$XDG_STATE_HOME"/tvp/verified-*.json
	run --separate-stderr advise --work=100us --rate=99/s --verify
	expect_exit 3
	[[ $stderr == *"would take long at less than 100/s"* ]]
}

@test "the experiment: rows, their percentiles, and what cannot keep up" {
	run tvp run service --rate=2000,50000 --model=serial,thread_pool --workers=1 --wait=park --requests=100 --rounds=2 \
		--doctor=never --out=service.json
	expect_exit 0
	expect_text "p99" "done/s" "sent late"
	run tvp show service.json --all
	expect_exit 0
	expect_text "does not keep up"
	refuses 2 "requests per second" run service --rate=2000/s
	refuses 2 "20 to" run service --requests=10
}

@test "isolation leaves neither serial nor threads, and says why" {
	needs_command jq
	advise --work=40us --items=100 --isolation --format=json >advice.json
	jq -e '[.ranked[].model] | unique == ["fork", "process_pool"]' advice.json
	jq -e '[.excluded[].what] | sort == ["serial", "threads"]' advice.json
	run advise --work=40us --items=100 --isolation
	expect_exit 0
	expect_text "threads: isolation"
}

@test "memory limits the workers" {
	needs_command jq
	local bytes
	bytes=$(jq -r '.tvp.machine.memory_bytes' "$TINY_RESULT")
	advise --work=40us --items=100 --memory-per-worker="$((bytes * 2 / 3 / 1024))KiB" --format=json >advice.json
	jq -e '.ranked | length > 0 and all(.workers == 1)' advice.json
	jq -e '.excluded | any(.what == "more than 1 worker")' advice.json
}

@test "what was not measured is not guessed at" {
	run --separate-stderr advise --work=40us --items=100 --in=64KiB --isolation
	expect_exit 3
	[[ $stderr == *"no way of running this can be predicted"*"read"* ]]
	run advise --work=40us --items=100 --lock=5% --isolation
	expect_exit 0
	expect_text "2 ways that cannot be predicted, one of them because: 'lock processes' was not measured with 2 workers"
	run advise --work=40us --items=100 --lock=5% --isolation --format=json
	expect_text '"unpredicted_reason": "'"'lock processes' was not measured"
}

@test "tasks too short to say what long ones cost are not extrapolated" {
	tvp run dispatch --kernel=null --workers=1,2 --wait=park --rounds=6 --doctor=never --out=null.json >/dev/null 2>&1
	run --separate-stderr tvp advise --work=40us --items=100 --from=null.json
	expect_exit 3
	[[ $stderr == *"nothing but the serial run can be predicted"*" was measured with tasks of "*" at most, not of "* ]]
}

# Serial needs no measurement: it must not win by being the only one left.
@test "work longer than all that was measured is not simply serial" {
	run --separate-stderr advise --work=1s --items=100
	[[ $status -eq 3 || ( $status -eq 0 && $output != "one after the other"* ) ]]
	[[ $status -eq 0 || $stderr == *"was measured up to"* ]]
}

@test "calibrate keeps a file, advise uses it, and not where the machine or the build was another" {
	needs_command jq
	run --separate-stderr tvp calibrate --time-budget=2s --progress=never
	expect_exit 0
	expect_text "rows measured in" "serial: no rows; not known" "kept: $XDG_STATE_HOME/tvp/calibration-"
	[[ $stderr == *"fewer than 6 rounds give no intervals"* ]]
	local file
	file=$(kept)
	cp "$file" good.json
	run --separate-stderr tvp advise --work=40us
	expect_exit 3
	[[ $stderr == *"give no intervals: what follows is a guess"*"tvp calibrate --time-budget=5m"* ]]
	[[ $stderr != *"measuring it now"* ]]
	# In 2 s perhaps no long task was measured.
	[[ $stderr == *"nothing but the serial run can be predicted"* ]] ||
		expect_text "this machine's calibration of" "±?" "No row of theirs checks"
	# Interrupted while it is measured anew: never used, and the old one stays.
	local change
	for change in '.tvp.machine.kernel = "another kernel"' '.tvp.machine.git_revision = "0000000"'; do
		jq "$change" good.json >changed.json
		cp changed.json "$file"
		start_session advise --work=40us
		wait_until 30 grep -q "out of date" stderr
		# shellcheck disable=SC2154
		kill -INT "$session"
		end_session 60
		expect_exit 130
		expect_text "out of date"
		run grep "calibration of" stdout
		expect_exit 1
		cmp changed.json "$file"
	done
	grep -q "the revision of tvp was 0000000 and is " stderr
}

@test "a calibration that cannot be read is made anew, and one without intervals replaces none that has some" {
	needs_command jq
	tvp calibrate --time-budget=2s --progress=never >/dev/null 2>&1
	local file
	file=$(kept)
	head -c 5000 "$file" >cut.json
	# As if it had eight rounds.
	jq '.tvp.rounds |= [range(8) as $i | .[0] + {round: $i}]' "$file" >rounds.json
	cp rounds.json "$file"
	run --separate-stderr tvp calibrate --time-budget=2s --progress=never
	expect_exit 4
	[[ $stderr == *"not kept: "*" no intervals, and "*", which has 8, stays: more --time-budget"* ]]
	cmp rounds.json "$file"
	cp cut.json "$file"
	start_session advise --work=40us
	wait_until 30 grep -q "cannot be read: .*measuring it now" stderr
	kill -INT "$session"
	end_session 60
	expect_exit 130
	cmp cut.json "$file"
}

@test "what a file does not say, or a part of a CPU, is no ground for advice" {
	needs_command jq
	jq '.tvp.machine.quota_cpus = "0.50"' "$TINY_RESULT" >half.json
	run --separate-stderr tvp advise --from=half.json --work=40us
	expect_exit 3
	[[ $stderr == *"quota of 0.50 CPUs"* ]]
	jq '.tvp.machine.cpus_n = "none"' "$TINY_RESULT" >none.json
	run --separate-stderr tvp advise --from=none.json --work=40us
	expect_exit 3
	[[ $stderr == *"how many CPUs"* ]]
	tvp run dispatch --kernel=null,busy --size=1ms --model=serial --rounds=6 --doctor=never --out=serial.json >/dev/null 2>&1
	run --separate-stderr tvp advise --from=serial.json --work=40us
	[[ $status -eq 2 || $status -eq 3 ]]
	run --separate-stderr advise --work=40us --memory-per-worker=1000TiB
	expect_exit 3
	[[ $stderr == *"every way of running this is excluded: any worker: "*"GiB of each do not fit"* ]]
}

# Who has five rounds of everything knows no interval, which is no reason to search for one without end.
@test "a service from costs without intervals has none" {
	tvp run dispatch --kernel=null,busy --size=1us,1ms --workers=1,2 --wait=park --rounds=3 --doctor=never \
		--out=few.json >/dev/null 2>&1
	run --separate-stderr tvp advise --from=few.json --work=40us --rate=2000/s --all
	expect_exit 3
	[[ $output == *" to ∞"* && $stderr == *"fewer than 6 rounds"* ]]
}

@test "an interrupted calibration keeps nothing" {
	start_session calibrate --time-budget=60s --progress=always
	wait_until 60 grep -q " left " stderr
	kill -INT "$session"
	end_session 60
	expect_exit 130
	expect_text "interrupted"
	[[ -z $(kept) ]]
	[[ -z $(ls -A "$XDG_STATE_HOME/tvp") ]]
}

@test "without a place to keep it, and with one that cannot be written" {
	run --separate-stderr env -u XDG_STATE_HOME -u HOME "$TVP" calibrate --time-budget=2s
	[[ $status -eq 4 ]]
	[[ $stderr == *"neither XDG_STATE_HOME nor HOME is set"* ]]
	XDG_STATE_HOME=/dev/null run --separate-stderr tvp calibrate --time-budget=2s
	[[ $status -eq 4 ]]
	[[ $stderr == *"cannot make the directory of /dev/null"* ]]
}

@test "--help has examples, and the man page every option" {
	local command option options_n=0
	sed -n '/^.SS tvp advise/,/^.SS tvp gbench/p' "$ROOT/docs/tvp.1" >page
	for command in advise calibrate; do
		run --separate-stderr tvp "$command" --help
		expect_exit 0
		expect_text Usage Examples "tvp $command" "Exit status"
		[[ -z $stderr || $stderr == *"when the costs were measured"* ]]
		# shellcheck disable=SC2013
		for option in $(grep -v -- '--usage' <<<"$output" | grep -oP '^ +(-[a-z], )?--\K[a-z-]+(?=[=\[ ]|$)' | sort -u); do
			options_n=$((options_n + 1))
			grep -q -- "\\\\-\\\\-${option//-/\\\\-}" page && continue
			echo "$command: --$option is not in the man page"
			return 1
		done
	done
	[[ $options_n -ge 15 ]]
}

# kernel NAME STEPS: a kernel's file; each item computes so many steps.
kernel() {
	cat >"$1.c" <<-END
		#include <tvp/kernel.h>
		static volatile double sink;
		static void run(const struct tvp_problem *problem, struct tvp_span span, double *partial)
		{
			(void)problem;
			for (uint64_t item = span.begin; item < span.end; item += span.step) {
				double x = 1;
				for (uint64_t i = 0; i < $2; i++)
					x = x * 1.0000001 + 1e-9;
				sink = x;
				*partial += 1;
			}
		}
		const struct tvp_kernel tvp_kernel = {TVP_KERNEL_HEAD, .name = "$1", .summary = "x",
			.size_forms = TVP_SIZE_ITEMS, .size_default = "50", .run = run};
	END
}

@test "a kernel's options that would have no effect are refused, and so is a file that holds none" {
	kernel mine 1000
	refuses 2 "--in describes work" advise --kernel=./mine.c --in=4KiB
	refuses 2 "--wait describes work" advise --kernel=./mine.c --wait=50%
	refuses 2 "--size is a kernel's" advise --work=3us --size=4
	refuses 2 "without --format=json" advise --work=3us --explain --format=json
	echo 'int nothing;' >none.c
	refuses 2 "exports no symbol" advise --kernel=./none.c
}

@test "of a kernel's long job a sample is measured, and the answer says so" {
	kernel long 3000000
	run --separate-stderr advise --kernel=./long.c --items=1000000
	expect_exit 0
	expect_text "all 1000000"
	[[ $(tr '\n' ' ' <<<"$output") == *"; of a job of"* ]]
	run --separate-stderr advise --kernel=./long.c --items=1000000 --verify
	expect_exit 3
	[[ $output == *"× serial"* && $stderr == *"not verified: --verify would run a job of 1000000 items whole"* ]]
}

@test "advice that cannot be verified is given, with the reason" {
	run --separate-stderr advise --work=10us --cv=3 --verify
	expect_exit 3
	[[ $output == *"What its time is made of"* && $stderr == *"not verified:"*"cv_pct above 100"* ]]
	run --separate-stderr advise --work=800us --items=100000 --verify
	expect_exit 3
	[[ $output != *"÷ -"* && $stderr == *"not verified: --verify has 10 s, and running these ways would take about"* ]]
	run --separate-stderr advise --work=100us --items=10 --cv=0.4% --verify
	expect_exit 0
	[[ $output == *"Predicted and measured"* ]]
	[[ $stderr == *"it runs cv_pct:0 in place of 0.4"* && $stderr == *"the costs are those of"*"the ratio compares both"* ]]
}

# The second of two static shares has three quarters of the work.
@test "of items that take longer and longer, static shares are known to be uneven" {
	kernel rising "1000 * item"
	run --separate-stderr advise --kernel=./rising.c --format=json
	expect_exit 0
	jq -e '.workload | .slope > 0.8 and .slope < 1.2' <<<"$output"
	# of two threads' wall to that of one after the other
	ratio() {
		jq --arg schedule "$1" '([.ranked[] | select(.model == "serial").wall_ns] | min) as $serial |
			[.ranked[] | select(.model == "thread_pool" and .workers == 2 and (.schedule | startswith($schedule))).wall_ns] |
			min / $serial' <<<"$output"
	}
	[[ $(jq -n "$(ratio static) > 0.7 and $(ratio dynamic) < 0.6") == true ]]
	run --separate-stderr advise --kernel=./rising.c
	expect_exit 0
	[[ $(tr '\n' ' ' <<<"$output") == *"the last ones longer than the first"* ]]
}
