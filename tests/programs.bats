#!/usr/bin/env bats
# tvp gate of programs that are no tvp: commands and programs of Google Benchmark; what they do wrong. TVP names the
# program.
# shellcheck disable=SC2016,SC2154

load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# A gate of so many blocks: no verdict is waited for, and nothing is dropped.
gate() {
	run tvp gate --blocks=2 --slice-time=1ms --steal=100% --progress=never "$@"
}

@test "usage errors are refused before anything runs" {
	refuses 2 "missing operand: OLD" gate --gbench
	refuses 2 "--new-command needs --old-command" gate --new-command=true
	refuses 2 "stand instead of the operands" gate old --old-command=true
	refuses 2 "not both" gate --gbench --old-command=true
	refuses 2 "--filter chooses benchmarks of --gbench" gate old --filter=x
	refuses 2 "neither --suite" gate --old-command=true --suite=quick
	refuses 2 "neither --suite" gate --gbench a b --kernel=sum
	refuses 2 "--old and --new name builds of tvp" gate --old=a,b --old-command=true
	refuses 2 "--old-command: " gate --old-command="'"
	refuses 2 "--old-command: " gate --old-command=
	refuses 2 "--new-command: " gate --old-command=true --new-command="true; false"
	refuses 2 "--command -- WORD" slice command/benchmark:x --command
	refuses 2 "--command -- WORD" slice command/benchmark:x -- true
}

@test "two commands: every metric is a judgement, and each side runs its own" {
	printf '#!/bin/sh\necho "$1" >>"%s"\n' "$PWD/ran" >note
	chmod +x note
	gate --old-command="./note 'an old one'" --new-command='./note new' --metric=wall,cpu,faults,memory,switches --out=gate.json
	[[ $status -eq 0 || $status -eq 1 ]]
	[[ $output != *scripts/ci/gate.sh* ]] # which is for builds of tvp
	expect_text "./note 'an old one' → ./note new" ' cpu' ' faults' ' switches'
	expect_line '^SKIPPED: not judged by memory, which is seen only above that'
	[[ $(jq -c '[.sides[] | .program, .revision]' gate.json) == '["./note '\''an old one'\''","","./note new",""]' ]]
	[[ $(jq -c '[.not_judged[] | .series]' gate.json) == '["memory"]' ]]
	grep -qx 'an old one' ran
	grep -qx new ran
	run tvp replay gate.json
	expect_exit 0
	[[ $output != *"standard output"* ]]
}

@test "SIGKILL of the gate leaves none of its command, in whatever session" {
	local mark=$((200000 + BASHPID))
	start_session gate --old-command="sh -c 'setsid sleep $mark & sleep $mark'" --doctor=never
	wait_until 20 eval "[[ \$(pgrep -fc '^sleep $mark') -ge 2 ]]"
	kill -KILL "$session"
	wait_until 20 eval "! pgrep -f '^sleep $mark'"
}

@test "peak memory is judged where it is larger than tvp's own" {
	printf '#include <stdlib.h>\n#include <string.h>\nint main(int c, char **v) { size_t n = atol(v[c - 1]) << 20; char *p = malloc(n); memset(p, 1, n); return p[n / 2] - 1; }\n' >fill.c
	cc -O0 fill.c -o fill
	run tvp gate --old-command='./fill 64' --new-command='./fill 80' --metric=memory --steal=100% --progress=never --time-budget=100s
	expect_exit 1
	expect_text 'REGRESSED' ' memory'
	run tvp gate --old-command='true' --new-command='./fill 64' --metric=memory --steal=100% --progress=never --time-budget=100s
	expect_exit 1
	expect_line 'REGRESSED .* memory$'
	gate --old-command='./fill 64' --new-command=true --metric=memory --out=g.json
	expect_exit 0
	[[ $(jq -c '[.judgements[] | .estimate < 0.5]' g.json) == '[true]' ]]
}

@test "an exit code is no failure where it is the same, and one where it is not" {
	gate --old-command='sh -c "exit 3"'
	[[ $status -eq 0 || $status -eq 1 ]]
	expect_text 'exit 3'
	gate --old-command=true --new-command='sh -c "echo out of cheese >&2; exit 3"'
	expect_exit 4
	expect_text 'exited with code 3, in slices before with 0: out of cheese'
	gate --old-command=true --new-command='sh -c "kill -9 \$\$"'
	expect_exit 4
	expect_text 'exited with code 137'
	printf '#!/bin/sh\n[ ! -e flag ] && touch flag && exit 1\nexit 0\n' >changes
	chmod +x changes
	gate --old-command=./changes
	expect_exit 4
	expect_text 'its exit code changes from run to run'
}

# What a side printed, from the file of --out.
printed() { jq -r ".rows[0].printed.$1.$2" gate.json; }

@test "what both sides of a failed row printed last is shown, bounded, and kept" {
	needs_command jq
	printf '#!/bin/sh\nseq 1 5000\necho "all is well" >&2\n' >good
	printf '#!/bin/sh\necho "reading\033[31m <b>"\n[ ! "$1" ] || exec sleep 600\necho first >&2\necho "no cheese | \344" >&2\nexit 3\n' >fails
	chmod +x good fails
	gate --old-command=./good --new-command=./fails --out=gate.json --markdown=gate.md --junit=gate.xml
	expect_exit 4
	expect_text 'new, standard error:' $'  first\n' 'no cheese | ?' 'new, standard output:' 'reading [31m <b>' \
		'old, standard error:' 'all is well' 'old, standard output:' '  5000'
	[[ $output != *$'\033'* && $output != *" 4980"* ]] # a dozen lines
	[[ $(printed old output | wc -c) -lt 1100 && $(printed old output | tail -1) == 5000 ]]
	[[ $(printed new errors) == $'first\nno cheese | ?' ]]
	grep -qF 'what <code>./good → ./fails</code> printed last' gate.md
	grep -qF 'reading &#91;31m &lt;b&gt;' gate.md
	grep -qF 'name="./good → ./fails"' gate.xml
	grep -qF 'new, standard error:' gate.xml
	! command -v xmllint >/dev/null || xmllint --noout gate.xml
	run tvp replay gate.json
	expect_text 'no cheese | ?' 'all is well'
	gate --old-command='./fails hangs' --slice-deadline=500ms
	expect_exit 4
	expect_text 'did not finish within 500 ms' 'old, standard output:' 'reading'
}

@test "commands that hang, print without end, or are not there" {
	refuses 4 "'no-such-command' not found in PATH" gate --old-command=no-such-command
	gate --old-command='sleep 600' --slice-deadline=500ms
	expect_exit 4
	expect_text 'did not finish within'
	run timeout 60 "$TVP" gate --old-command='sh -c "yes; yes >&2"' --slice-deadline=1s --progress=never --blocks=1
	expect_exit 4
	expect_text 'did not finish within'
	gate --old-command='sh -c "cat; echo done"' # its standard input is empty
	[[ $status -eq 0 || $status -eq 1 ]]
	# What it leaves behind in the background holds its standard error: it is not waited for, and ended with its slice.
	gate --old-command='sh -c "sleep 611 &"'
	[[ $status -eq 0 || $status -eq 1 ]]
	run pgrep -f 'sleep 6[01][01]'
	[[ $status -eq 1 ]]
}

# bench NAME BODY: a program of Google Benchmark.
bench() {
	printf '#include <benchmark/benchmark.h>\n#include <cmath>\nusing benchmark::State;\n%s\nBENCHMARK_MAIN();\n' "$2" >"$1.cc"
	c++ -O1 "$1.cc" -lbenchmark -lpthread -o "$1"
}

@test "two programs of Google Benchmark: what both have is judged, what one has is named" {
	local common='static void A(State &s) { for (auto _ : s) benchmark::DoNotOptimize(&s); s.counters["x"] = NAN; }
		BENCHMARK(A)->Name("a (b|c)+ [d] $ / \"q\"");'
	bench old "$common"' BENCHMARK(A)->Name("gone");'
	bench new "$common"' BENCHMARK(A)->Name("added"); BENCHMARK(A)->Name("added");'
	gate --gbench ./old ./new --metric=wall,cpu,memory --out=gate.json
	[[ $status -eq 0 || $status -eq 1 ]]
	expect_text 'a (b|c)+ [d] $ / "q" cpu' 'gone' 'only the old side has it' 'added' 'only the new side has it'
	gate --gbench ./old ./new --filter='^gone$'
	expect_text 'only the old side has it'
	gate --gbench ./old --filter=nothing_of_this
	[[ $status -ne 0 ]]
	expect_text 'no benchmark'
	refuses 2 "--filter='(' is no regular expression" gate --gbench "$PWD/old" --filter='('
	refuses 2 '--benchmark_list_tests: /bin/false exited with code 1' gate --gbench /bin/false
	refuses 2 'no benchmark to judge' gate --gbench /bin/true
}

@test "a benchmark that fails, or ends its program, fails its row and no other" {
	bench new 'static void A(State &s) { for (auto _ : s) benchmark::DoNotOptimize(&s); } BENCHMARK(A);
		static void E(State &s) { s.SkipWithError("no device"); for (auto _ : s) {} } BENCHMARK(E);
		BENCHMARK(A)->Name("M")->Repetitions(2)->ReportAggregatesOnly(true);
		static void X(State &s) { for (auto _ : s) {} std::exit(5); } BENCHMARK(X);'
	gate --gbench ./new
	expect_exit 4
	expect_text 'no device' 'exited with code 5' 'means only, as ReportAggregatesOnly(true)'
	[[ $output == *"A"* ]]
}
