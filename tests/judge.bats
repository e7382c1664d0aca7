#!/usr/bin/env bats
# Results against each other: compare and check from outside. TVP names the program.

load helpers

# Runs of a few rounds and a tiny kernel; what they measured does not matter.
setup_file() {
	load helpers
	cd "$BATS_FILE_TMPDIR" || return 1
	local name
	for name in a b; do
		tvp run --rounds=8 --kernel=null --model=serial,threads --workers=1 --out=$name.json >/dev/null
	done
	tvp run --rounds=1 --kernel=sum --size=64KiB --model=serial --out=other.json >/dev/null
	export RUNS=$BATS_FILE_TMPDIR
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$RUNS"/*.json .
}

needs_jq() {
	needs_command jq
}

# scaled FACTOR IN OUT: every wall of a result times a factor.
scaled() {
	jq --argjson factor "$1" '.benchmarks[] |= (.wall_ns *= $factor | .real_time = .wall_ns)' "$2" >"$3"
}

@test "--help exits 0 and has examples, and the man page has every option" {
	local command option known page=$ROOT/docs/tvp.1
	for command in compare check; do
		run --separate-stderr tvp $command --help
		expect_exit 0
		expect_text Usage Examples "tvp $command" "Exit status"
		[[ -z $stderr ]]
		known=$(tvp $command --help | grep -v -- '--usage' | grep -oP '^ +(-[a-z], )?--\K[a-z-]+(?=[=\[ ]|$)' | sort -u)
		[[ $known == *format* ]]
		for option in $known; do
			if ! grep -q -- "\\\\-\\\\-${option//-/\\\\-}" "$page"; then
				echo "$command: --$option is not in the man page"
				return 1
			fi
		done
	done
}

@test "compare prints a table that fits, and says what its intervals leave out" {
	run --separate-stderr tvp compare a.json b.json
	expect_exit 0
	[[ -z $stderr ]]
	expect_text "B ÷ A" "95 % interval" "scaling/kernel:null/model:threads/workers:1" "8, 8" "what shifts a run as a whole"
	fits_columns 120
}

@test "figures wider than their columns leave less of a line to names" {
	needs_jq
	jq '.benchmarks |= (to_entries | map(.value.wall_ns *= (if .key % 3 == 0 then 10000 else 123457 end) |
		.value.real_time = .value.wall_ns | .value))' a.json >wild.json
	local command
	for command in "compare a.json wild.json" "check wild.json --baseline=a.json" "check a.json --baseline=wild.json"; do
		# One word each.
		# shellcheck disable=SC2086
		run --separate-stderr tvp $command
		expect_exit 0
		fits_columns 120
	done
}

@test "compare in every format" {
	needs_jq
	run --separate-stderr tvp compare a.json b.json --format=json
	expect_exit 0
	jq -e '.tvp_compare == 1 and .a == "a.json" and (.rows | length > 1 and all(.ratio > 0 and .low <= .ratio and
		.ratio <= .high and .coverage >= 0.95 and (.paired | not) and .n_a == 8))' <<<"$output"
	run --separate-stderr tvp compare a.json b.json -f markdown
	expect_exit 0
	expect_text "| B ÷ A | 95 % interval |" "|--:|"
	[[ $(grep -c '^| [0-9]' <<<"$output") -eq $(tvp compare a.json b.json --format=json | jq '.rows | length') ]]
	run --separate-stderr tvp compare a.json b.json --format=csv
	expect_exit 0
	[[ ${lines[0]} == name,kind,a_ns,b_ns,ratio,low,high,coverage,paired,n_a,n_b,why ]]
	[[ $(grep -c ',compared,' <<<"$output") -eq $(tvp compare a.json b.json --format=json | jq '.rows | length') ]]
}

@test "compare pairs rounds that were measured side by side" {
	needs_jq
	jq '.tvp.pairs = "one"' a.json >old.json
	scaled 1.25 old.json new.json
	run --separate-stderr tvp compare old.json new.json --format=json
	expect_exit 0
	jq -e '.rows | all(.paired and (.ratio - 1.25 | fabs) < 1e-6 and .low > 1.24 and .high < 1.26)' <<<"$output"
	jq '.tvp.pairs = "another"' new.json >newer.json
	run --separate-stderr tvp compare old.json newer.json --format=json
	expect_exit 0
	jq -e '.rows | all(.paired | not)' <<<"$output"
	# Showing such a file is showing any.
	run tvp show old.json
	expect_exit 0
}

@test "compare says which machines differ, and what stands in one file only" {
	needs_jq
	jq '.tvp.machine.governor = "powersave" | .tvp.machine.git_revision = "4567def"' b.json >elsewhere.json
	run tvp compare a.json elsewhere.json
	expect_exit 0
	expect_text 'governor differs: "' '"powersave" in B.' "revision 4567def"
	run tvp compare a.json other.json
	expect_exit 2
	expect_text "tvp compare: a.json and other.json have no spec in common"
	jq '.tvp.rows[0].state = "failed" | .tvp.rows[0].reason = "worker 0 died of SIGKILL"' b.json >failed.json
	run tvp compare a.json failed.json
	expect_exit 0
	expect_text "Not compared:" "in B failed: worker 0 died of SIGKILL"
}

@test "compare and check refuse what is no result, and wrong words" {
	local name
	head -c 1000 a.json >truncated.json
	echo '{}' >foreign.json
	for name in truncated foreign absent; do
		refuses 2 $name.json compare a.json $name.json
		refuses 2 $name.json compare $name.json a.json
		refuses 2 $name.json check $name.json --baseline=a.json
		refuses 2 $name.json check a.json --baseline=b.json --baseline=$name.json
	done
	refuses 2 "missing operand: A" compare
	refuses 2 "missing operand: B" compare a.json
	refuses 2 "unexpected argument 'b.json'" compare a.json a.json b.json
	refuses 2 "--format='crayon': expected table, markdown, csv" compare a.json b.json --format=crayon
	refuses 2 "--format='crayon': expected table, markdown, csv" check a.json --baseline=b.json --format=crayon
	refuses 2 "missing operand: RESULT" check --baseline=a.json
	refuses 2 "unexpected argument 'b.json'" check a.json b.json --baseline=c.json
	refuses 2 "missing option: --baseline=FILE" check a.json
	refuses 2 "--effect must be larger than --tolerate" check a.json --baseline=b.json --effect=1% --tolerate=1%
	refuses 2 "--effect='200%': expected more than 0 % and less than 100 % (5% or 0.05)" check a.json --baseline=b.json --effect=200%
	refuses 2 --effect check a.json --baseline=b.json --effect=big
	refuses 2 --tolerate check a.json --baseline=b.json --tolerate=-1%
	refuses 2 --alpha check a.json --baseline=b.json --alpha=0
	refuses 2 "--alpha='60%': expected more than 0 % and less than 50 %" check a.json --baseline=b.json --alpha=60%
	refuses 2 "none of its specs" check other.json --baseline=a.json
	refuses 2 "same run" check a.json --baseline=b.json --baseline=b.json
	refuses 2 "same run" check a.json --baseline=a.json
}

@test "check is advisory unless it is asked to be strict" {
	needs_jq
	scaled 1000 a.json slow.json
	scaled 0.000001 a.json fast.json
	run --separate-stderr tvp check slow.json --baseline=a.json
	expect_exit 0
	expect_text REGRESSED "56 % in a published"
	[[ $stderr == "tvp check: warning: REGRESSED"* ]]
	run --separate-stderr tvp check slow.json --baseline=a.json --strict
	expect_exit 1
	[[ -z $stderr ]]
	run --separate-stderr tvp check fast.json --baseline=a.json --strict
	expect_exit 0
	expect_text "NOT REGRESSED" "0 REGRESSED, 0 CANNOT TELL" "56 % in a published"
	# Runs of one that differ by a known factor: how real ones differ on this machine is not what is tested.
	scaled 1.01 a.json b1.json
	scaled 0.99 a.json c1.json
	scaled 1.02 a.json d1.json
	run --separate-stderr tvp check fast.json --baseline=a.json --baseline=b1.json --baseline=c1.json --baseline=d1.json --strict
	expect_exit 0
	expect_text "Baseline: d1.json"
	[[ $output != *"56 %"* ]]
	# Nothing can be told at one in a billion.
	run --separate-stderr tvp check a.json --baseline=b.json --alpha=0.000000001 --strict
	expect_exit 3
	run --separate-stderr tvp check a.json --baseline=b.json --alpha=0.000000001
	expect_exit 0
	[[ $stderr == "tvp check: warning: CANNOT TELL"* ]]
}

@test "check cannot tell on another machine, and names the field and both values" {
	needs_jq
	local key format
	for key in cpu_model cpus_n allowed_cpus kernel governor libc compiler compiler_flags build; do
		jq --arg key $key '.tvp.machine[$key] = "another"' a.json >elsewhere.json
		for format in table json csv; do
			run --separate-stderr tvp check a.json --baseline=elsewhere.json --format=$format
			expect_exit 0
			expect_text $key another "$(jq -r --arg key $key '.tvp.machine[$key]' a.json)" "CANNOT TELL"
			[[ $stderr == *"CANNOT TELL"* ]]
		done
		run tvp check a.json --baseline=elsewhere.json --strict
		expect_exit 3
	done
	# A patch of the same kernel is the same machine.
	jq '.tvp.machine.kernel |= sub("(?<series>[0-9]+\\.[0-9]+)[^ ]*"; "\(.series).99-other")' a.json >patched.json
	run tvp check b.json --baseline=patched.json
	expect_exit 0
	[[ $output != *"another machine"* ]]
}

@test "check in every format" {
	needs_jq
	scaled 1000 a.json slow.json
	run --separate-stderr tvp check slow.json --baseline=a.json --format=json
	expect_exit 0
	jq -e '.tvp_check == 1 and .verdict == "REGRESSED" and (.caveat | test("56 %")) and .baselines == ["a.json"] and
		(.rows | length > 1 and all(.verdict == "REGRESSED" and .ratio > 900 and .finds > 0))' <<<"$output"
	run --separate-stderr tvp check slow.json --baseline=a.json --format=markdown
	expect_exit 0
	expect_text "| verdict | ratio |" "| REGRESSED | 1000 |" "56 %"
	run --separate-stderr tvp check slow.json --baseline=a.json --format=csv
	expect_exit 0
	[[ ${lines[0]} == name,verdict,ratio,low,high,baseline_ns,result_ns,baseline_runs,finds,reason ]]
	[[ $(grep -c ',REGRESSED,1000,' <<<"$output") -eq $((${#lines[@]} - 1)) ]]
	run --separate-stderr tvp check slow.json --baseline=a.json
	fits_columns 120
}

@test "an output that cannot be written is 4" {
	[[ -c /dev/full ]] || skip "/dev/full is not available"
	run bash -c '"$1" compare a.json b.json >/dev/full' - "$TVP"
	expect_exit 4
	run bash -c '"$1" check a.json --baseline=b.json --format=json >/dev/full' - "$TVP"
	expect_exit 4
}
