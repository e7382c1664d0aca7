#!/usr/bin/env bats
# Files of other benchmark programs, made by them: shown, compared, checked. TVP names the program.

load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	FILES=$ROOT/tests/fixtures/foreign
}

@test "show names each benchmark as its program does, with its failures" {
	run tvp show "$FILES/gbench.json"
	expect_exit 0
	expect_text 'Google Benchmark' 'BM_sum/1000/repeats:6' 'odd "name" / µ/repeats:6' 'FAILED: no device' 'debug build'
	run tvp show "$FILES/hyperfine.json"
	expect_exit 0
	expect_text 'hyperfine' 'sleep 0.01' 'true #2' '6 of 6 runs of false did not exit with code 0'
	run tvp show "$FILES/pyperf.json"
	expect_exit 0
	expect_text 'pyperf' 'Imaginary 9000, 8 CPUs' '[1]*1000' '2.20 µs' 'skipped: its unit is "byte"'
}

@test "units are those of time: a median of what the file has" {
	local wall
	needs_command jq
	wall=$(jq '[.benchmarks[] | select(.run_name == "BM_sum/100/repeats:6" and .run_type == "iteration").real_time] | sort | (.[2] + .[3]) / 2' \
		<(sed 's/NaN/null/' "$FILES/gbench.json"))
	tvp show --format=json "$FILES/gbench.json" >shown.json
	jq -e --argjson wall "$wall" '.rows[] | select(.name | contains("BM_sum%2F100%2F")).wall_ns.median
		| . / $wall | . > 0.999999 and . < 1.000001' shown.json
	# Milliseconds in the file; some 27 us.
	jq -e '.rows[] | select(.name | contains("odd")).wall_ns.median | . > 1000 and . < 1000000' shown.json
}

@test "compare and check read them, compressed too, and join by name" {
	local file
	for file in gbench hyperfine pyperf; do
		gzip -c "$FILES/$file.json" >"$file.json.gz"
		run tvp compare "$FILES/$file.json" "$file.json.gz"
		expect_exit 0
		expect_text ' 1.000 ' 'do not pair'
	done
	# The same times in another order are another run, as quick.
	needs_command jq
	jq '.results[].times |= reverse' "$FILES/hyperfine.json" >again.json
	run tvp check again.json --baseline="$FILES/hyperfine.json" --effect=90% --tolerate=80%
	[[ $status -eq 0 || $status -eq 3 ]]
	expect_text 'sleep 0.01'
	jq '.results[].times |= map(. * 10 + 0.0001)' "$FILES/hyperfine.json" >slow.json
	run tvp check slow.json --baseline="$FILES/hyperfine.json" --alpha=10% --strict
	expect_exit 1
	expect_text 'REGRESSED'
	run tvp compare "$FILES/gbench.json" "$FILES/hyperfine.json"
	expect_exit 2
	expect_text 'no spec in common'
}

@test "what has means only is refused, with the option that keeps the samples" {
	run tvp show "$FILES/gbench_means.json"
	expect_exit 2
	expect_text '--benchmark_report_aggregates_only=false'
}

@test "a file of nobody known is refused by what is read" {
	echo '{"benchmarks": []}' >other.json
	refuses 2 "not a tvp result (it has no \"tvp\" block), nor a file of Google Benchmark, hyperfine or pyperf" show other.json
}

@test "a run is not resumed from them, and nothing can be drawn of them" {
	run tvp run --resume="$FILES/gbench.json"
	expect_exit 2
	expect_text 'not a tvp result'
	run tvp plot "$FILES/gbench.json" --out-dir=plots
	[[ $status -eq 0 || $status -eq 2 ]]
}

@test "100,000 benchmarks, and 100,000 entries of ten, in ten times 2 s" {
	local names
	for names in 100000 10; do
		awk -v names="$names" 'BEGIN {
			print "{\"context\":{\"num_cpus\":2},\"benchmarks\":["
			for (i = 0; i < 100000; i++)
				printf "%s{\"name\":\"BM/%d\",\"run_type\":\"iteration\",\"iterations\":1,\"real_time\":%d,\"cpu_time\":1,\"time_unit\":\"ns\"}\n",
					i ? "," : "", i % names, 100 + i % 7
			print "]}" }' >large.json
		timeout 20 "$TVP" show large.json >shown.txt
		timeout 20 "$TVP" compare large.json large.json >compared.txt
		grep -q "Specs: $names" compared.txt
	done
}

@test "parameters that commands do not show tell rows apart; fits of Complexity() are no rows" {
	printf '{"results": [{"command": "true", "times": [0.1, 0.2], "parameters": {"file": "a"}},
		{"command": "true", "times": [0.1, 0.2], "parameters": {"file": "b"}}]}' >h.json
	run tvp show h.json
	expect_exit 0
	expect_text 'true (file=a)' 'true (file=b)'
	run tvp show --format=json h.json
	expect_text '"stop": "rounds asked for"'
	printf '{"context": {}, "benchmarks": [
		{"name": "f/1", "run_name": "f/1", "run_type": "iteration", "iterations": 5, "real_time": 2, "cpu_time": 2, "time_unit": "ns"},
		{"name": "f_BigO", "run_name": "f", "run_type": "aggregate", "aggregate_name": "BigO", "cpu_coefficient": 1, "real_coefficient": 1, "big_o": "N", "time_unit": "ns"}]}' >g.json
	run tvp show g.json
	expect_exit 0
	[[ $output != *"means of it only"* ]]
}

@test "what hyperfine and Google Benchmark write today is read" {
	tvp gbench -- --benchmark_filter=kernel:null/model:serial --benchmark_min_time=0.001 --benchmark_repetitions=6 \
		--benchmark_out=own.json >/dev/null 2>&1
	run tvp show own.json
	expect_exit 0
	expect_text 'Google Benchmark' 'kernel:null'
	needs_command hyperfine
	hyperfine -N --runs=6 true --export-json=new.json >/dev/null 2>&1
	run tvp show new.json
	expect_exit 0
	expect_text '6 rounds'
}
