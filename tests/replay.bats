#!/usr/bin/env bats
# tvp replay from outside: two small gates of a build against itself, judged again. TVP names the program.

load helpers

setup_file() {
	load helpers
	cd "$BATS_FILE_TMPDIR" || return 1
	local seed
	for seed in 1 2; do
		tvp gate "$TVP" --suite=scaling --kernel=null --workers=1 --model=serial,thread_pool --blocks=6 --steal=100% --slice-time=1ms \
			--seed=$seed --progress=never --out=gate$seed.json >gate$seed.txt 2>gate.err
	done
	export GATE=$BATS_FILE_TMPDIR/gate1.json GATES=$BATS_FILE_TMPDIR
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# column NAME: that column of the tab-separated output of the last `run`, without its header.
column() {
	awk -F'\t' -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next } { print $at }' <<<"$output"
}

# is_tsv: every line has as many fields as the header, and no padding.
is_tsv() {
	awk -F'\t' 'NR == 1 { n = NF } NF != n || /  / { exit 1 }' <<<"$output"
}

@test "the verdicts are those stored, and the table is the gate's own" {
	run --separate-stderr tvp replay "$GATE"
	expect_exit 0
	expect_text "$GATE: gate " "Verdicts as stored: all 2."
	[[ -z $stderr ]]
	diff <(tail -n +2 <<<"$output" | head -n -1) <(cat "$GATES/gate1.txt")
}

@test "verdicts as tsv" {
	run --separate-stderr tvp replay --format=tsv "$GATES"/gate*.json
	expect_exit 0
	is_tsv
	[[ $(column verdict) == "$(column stored)" ]]
	[[ $(column name | wc -l) -eq 4 ]]
	[[ $(column blocks | grep -cxE '[0-6]') -eq 4 ]]
}

@test "another question is told from the one stored" {
	run tvp replay "$GATE" --effect=90% --tolerate=0 --alpha=0.01 --beta=40% --statistic=min
	expect_exit 0
	expect_text "at most 1 %" "than 90 %"
	run tvp replay "$GATE" --beta=1e-6
	expect_exit 2
}

@test "rules, for people and for scripts" {
	run tvp replay --rules "$GATE"
	expect_exit 0
	expect_text u_test threshold_10 threshold_200 z_2.6 gate_sign compare.py github-action-benchmark
	run --separate-stderr tvp replay --rules --format=tsv "$GATES"/gate*.json
	expect_exit 0
	is_tsv
	[[ $(head -1 <<<"$output" | cut -f1-12 | tr '\t' ' ') == "file gate name series blocks estimate u_test threshold_10 threshold_200 z_2.6 gate gate_sign" ]]
	local rule
	for rule in u_test threshold_10 threshold_200 z_2.6 gate gate_sign; do
		[[ $(column $rule | grep -cxE 'true|false') -eq 4 ]]
	done
}

@test "flips: per file and pooled, the same for the same seed" {
	run --separate-stderr tvp replay --flips=40 --format=tsv "$GATES"/gate*.json
	expect_exit 0
	is_tsv
	local first=$output
	[[ $(grep -c '^all files' <<<"$output") -eq $(($(wc -l <<<"$output") / 3)) ]]
	[[ $(column gates | sort -un | tr '\n' ' ') == "40 80 " ]]
	run --separate-stderr tvp replay --flips=40 --seed=1 --format=tsv "$GATES"/gate*.json
	[[ $output == "$first" ]]
	run tvp replay --flips=40 "$GATES"/gate*.json
	expect_text "all files" "95 % interval" gate_sign
}

@test "bad input is exit 2 and names the file" {
	refuses 2 absent.json replay absent.json
	refuses 2 absent.json replay "$GATE" absent.json
	head -c 300 "$GATE" >cut.json
	refuses 2 "cut.json: line" replay cut.json
	echo '{"tvp": {"version": 1}}' >result.json
	refuses 2 "result.json: not a gate's file" replay result.json
	sed 's/"tvp_gate": 1/"tvp_gate": 99/' "$GATE" >newer.json
	refuses 2 "version 99" replay newer.json
	refuses 2 "larger than" replay "$GATE" --effect=0.5%
	refuses 2 "--statistic='mode': expected min, p10, p25, median or mean" replay "$GATE" --statistic=mode
	refuses 2 flips replay "$GATE" --flips=0
	refuses 2 seed replay "$GATE" --seed=many
	refuses 2 "--format='xml': expected table, tsv" replay "$GATE" --format=xml
	refuses 2 "--alpha='lots': expected more than 0 % and less than 50 % (5% or 0.05)" replay "$GATE" --alpha=lots
	refuses 2 "--effect='200%': expected more than 0 % and less than 100 % (5% or 0.05)" replay "$GATE" --effect=200%
	refuses 2 "exclude each other" replay "$GATE" --rules --flips=1
	refuses 2 "missing operand: GATE.json" replay
}

@test "a full disk behind standard output is no success" {
	[[ -w /dev/full ]] || skip "/dev/full is not available"
	# The variables are the inner shell's.
	# shellcheck disable=SC2016
	run --separate-stderr bash -c '"$1" replay "$2" --rules >/dev/full' - "$TVP" "$GATE"
	expect_exit 4
	[[ $stderr == *"tvp replay: "* ]]
}

@test "every option in the help stands in the man page" {
	local option
	run tvp replay --help
	expect_exit 0
	expect_text Usage Examples "Flipped gates"
	for option in alpha beta effect tolerate statistic rules flips seed format; do
		expect_text "--$option"
		sed -n '/^.SS tvp replay/,/^.SH /p' "$ROOT/docs/tvp.1" | grep -q -- "\\\\-\\\\-$option"
	done
}
