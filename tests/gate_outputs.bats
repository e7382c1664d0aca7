#!/usr/bin/env bats
# The files of a real gate, each passed to its real reader. Of two gates: a build and itself; and one whose new side breaks.

load helpers

SPEC=scaling/kernel:sum/size:256KiB/model:serial/workers:1/pin:compact
FIXTURES=$BATS_TEST_DIRNAME/fixtures

# gate_into FOLDER NEW: exit code in FOLDER/exit, every file beside it.
gate_into() {
	mkdir -p "$1"
	local status=0
	(cd "$1" && tvp gate "$TVP" "$2" --suite=scaling --kernel=null,sum --size=256KiB --model=serial --blocks=7 --steal=100% --seed=1 --slice-time=1ms \
		--progress=never --out=gate.json --old-out=old.json --new-out=new.json --junit=gate.xml --markdown=gate.md \
		--annotations=gate.txt --benchmark-action=action.json --bencher=bencher.json >table.txt 2>errors.txt) || status=$?
	echo "$status" >"$1/exit"
}

setup_file() {
	load helpers
	cd "$BATS_FILE_TMPDIR" || return 1
	# Everything but the sum, of which it has words that no format takes as they are.
	cat >breaks <<-END
		#!/bin/sh
		case "\$*" in *kernel:sum*)
			printf '<&"|\`\\033[31m%%0A::\\n' >&2
			exit 3
		esac
		exec "$TVP" "\$@"
	END
	chmod +x breaks
	gate_into same "$TVP"
	gate_into broken ../breaks
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return 1
}

# python_with MODULE: an interpreter that has it, in $python; skips the test where there is none.
python_with() {
	for python in python3 /usr/bin/python3; do
		if "$python" -c "import $1" 2>/dev/null; then
			return 0
		fi
	done
	skip "no Python interpreter here has the module $1"
}

@test "both gates ended as they should" {
	[[ $(cat same/exit) -eq 0 ]]
	[[ $(cat broken/exit) -eq 4 ]]
	run ! grep -v -e "warning: CANNOT TELL" -e "warning: another tvp, process" same/errors.txt
	[[ $(grep -c "^FAILED" broken/table.txt) -eq 1 ]]
}

@test "our own JSON says what the table says" {
	needs_command jq
	run jq -e '.tvp_gate == 1 and .options.seed == "1" and .stop == "blocks asked for" and
		(.judgements | length > 1 and all(.verdict == "CANNOT TELL" and .blocks_n + .dropped_n == 7)) and
		(.rows | all(.state == "measured" and .iterations > 0 and (.blocks | length == 7)))' same/gate.json
	expect_exit 0
	# Every block once, in its order, each on a line of its own.
	run jq -e '[.rows[].blocks[].order] | sort == [range(length)]' same/gate.json
	expect_exit 0
	[[ $(grep -c '^{"order":' same/gate.json) -eq $(jq '[.rows[].blocks[]] | length' same/gate.json) ]]
	run jq -e '[.rows[] | select(.state == "failed")] | length == 1 and .[0].failed_side == "new" and .[0].name == "'$SPEC'"' broken/gate.json
	expect_exit 0
}

@test "the JSON files are of their schemas" {
	python_with jsonschema
	local folder pair
	for folder in same broken; do
		for pair in gate:gate benchmark-action:action bencher:bencher; do
			run "$python" -W ignore -m jsonschema --error-format='{error.message}' -i $folder/${pair#*:}.json "$FIXTURES/${pair%:*}.schema.json"
			expect_exit 0
		done
	done
	# The check can fail.
	sed 's/"tvp_gate": 1/"tvp_gate": 2/' same/gate.json >newer.json
	run ! "$python" -W ignore -m jsonschema -i newer.json "$FIXTURES/gate.schema.json"
	sed '0,/"order":/s//"colour":/' same/gate.json >unknown.json
	run ! "$python" -W ignore -m jsonschema -i unknown.json "$FIXTURES/gate.schema.json"
}

# Where there is no Python for the schemas: the same in short.
@test "the two action formats have the keys and types that their readers want" {
	needs_command jq
	local folder
	for folder in same broken; do
		run jq -e 'type == "array" and length > 0 and all(
			(.name | type == "string") and .unit == "ns" and (.value | type == "number" and . > 0) and
			(.range // "" | type == "string") and (.extra | type == "string") and
			(keys - ["name", "unit", "value", "range", "extra"] == []))' $folder/action.json
		expect_exit 0
		run jq -e 'type == "object" and length > 0 and all(.[]; keys == ["latency"] and (.latency |
			(.value | type == "number" and . > 0) and (keys - ["value", "lower_value", "upper_value"] == []) and
			all(.[]; type == "number")))' $folder/bencher.json
		expect_exit 0
	done
	run jq -e '.["'$SPEC'"].latency | (.lower_value // .value) <= .value and .value <= (.upper_value // .value)' same/bencher.json
	expect_exit 0
	# What broke has no value.
	run jq -e 'has("'$SPEC'") | not' broken/bencher.json
	expect_exit 0
}

@test "JUnit XML is of its schema" {
	needs_command xmllint
	run xmllint --noout --schema "$FIXTURES/junit.xsd" same/gate.xml broken/gate.xml
	expect_exit 0
	[[ $(xmllint --xpath 'string(/testsuites/@skipped)' same/gate.xml) -eq $(xmllint --xpath 'count(//testcase/skipped)' same/gate.xml) ]]
	[[ $(xmllint --xpath 'count(//testcase/error)' broken/gate.xml) -eq 1 ]]
	[[ $(xmllint --xpath 'string(//error/@message)' broken/gate.xml) == *'exited with code 3: <&"|`'* ]]
	# The check can fail.
	sed 's/ classname="[^"]*"//' same/gate.xml >classless.xml
	run ! xmllint --noout --schema "$FIXTURES/junit.xsd" classless.xml
}

@test "each side is a result file that show reads" {
	run tvp show same/old.json
	expect_exit 0
	expect_text sum null "rounds asked for"
	run tvp show --all broken/new.json
	expect_exit 0
	expect_text "Failed" "exited with code 3"
	needs_command jq
	local side
	for side in old new; do
		jq -c '.benchmarks[] | [.name, .repetition_index, .order]' same/$side.json >$side.order
		[[ $(jq -r .tvp.pairs same/$side.json) == "$(jq -r .id same/gate.json)" ]]
	done
	[[ -s old.order ]]
	cmp old.order new.order
}

@test "each side is what compare.py reads" {
	local compare=/usr/share/benchmark/compare.py
	[[ -f $compare ]] || skip "compare.py is not installed (Debian: libbenchmark-tools)"
	python_with scipy
	run "$python" -B "$compare" --no-color benchmarks same/old.json same/new.json
	expect_exit 0
	expect_text "$SPEC" "U Test, Repetitions: " OVERALL_GEOMEAN
	run "$python" -B "$compare" --no-color benchmarks broken/old.json broken/new.json
	expect_exit 0
	[[ $output != *kernel:sum* ]]
}

@test "Markdown and annotations say what broke, and only that as an error" {
	run cat same/gate.md
	expect_text "## tvp gate: 0 REGRESSED, " "<code>$SPEC</code>" "seed 1" "revision <code>"
	[[ ${lines[0]} == "## tvp gate: "* ]]
	run cat broken/gate.md
	expect_text "1 FAILED" '&lt;&amp;"&#124;&#96;' "../breaks"
	run cat broken/gate.txt
	expect_text "::error title=tvp gate%3A FAILED::$SPEC: new: ../breaks exited with code 3" "%250A::"
	[[ $(grep -c '^::error' <<<"$output") -eq 1 ]]
	run ! grep -qv '^::' broken/gate.txt
	run ! grep -q '^::error' same/gate.txt
}

@test "a file may be standard output, and one that cannot be written is said" {
	cd "$BATS_TEST_TMPDIR"
	run --separate-stderr tvp gate "$TVP" --spec=$SPEC --blocks=1 --steal=100% --slice-time=1ms --annotations=-
	expect_exit 0
	expect_text "::warning title=tvp gate%3A CANNOT TELL::$SPEC"
	# One that goes away meanwhile costs the others nothing.
	mkdir absent
	printf '#!/bin/sh\nrmdir absent 2>/dev/null\nexec "%s" "$@"\n' "$TVP" >removes
	chmod +x removes
	run --separate-stderr tvp gate ./removes --spec=$SPEC --blocks=1 --steal=100% --slice-time=1ms --junit=absent/gate.xml --annotations=-
	expect_exit 4
	expect_text "::warning title=tvp gate%3A CANNOT TELL::$SPEC"
	# run sets it.
	# shellcheck disable=SC2154
	[[ $stderr == *"absent/gate.xml"* ]]
}
