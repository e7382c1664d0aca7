#!/usr/bin/env bats
# `tvp fit` from outside. A result with many worker counts is made from one that was measured, by a law that is known.

load helpers

# made COUNTS: a result with these workers, 16 CPUs, speedups of Amdahl's law with a serial share of 4 %.
made() {
	jq --arg counts "$1" '
		def speedup($n): $n / (1 + 0.04 * ($n - 1)) * (1 + 0.004 * (($n * 7) % 5 - 2));
		($counts | split(",") | map(tonumber)) as $ns
		| (.tvp.rows | map(select(.name | contains("model:serial")))[0]) as $serial
		| (.tvp.rows | map(select(.name | contains("model:thread_pool")))[0]) as $row
		| (.benchmarks | map(select(.name == $serial.name))) as $runs
		| def named($n): $row.name | sub("workers:[0-9]+"; "workers:\($n)");
		.tvp.machine += {cpus_n: "16", cores_n: "16", quota_cpus: "none"}
		| .tvp.rows = [$serial] + [$ns[] as $n | $row + {name: named($n), peer: null, inplace: null, roofs: []}]
		| .benchmarks = $runs + [$ns[] as $n | $runs[] | .name = named($n) | .run_name = .name
			| .wall_ns /= speedup($n) | .real_time = .wall_ns]' "$TINY_RESULT"
}

setup_file() {
	export TINY_RESULT=$BATS_FILE_TMPDIR/tiny.json
	"$TVP" run scaling --kernel=busy --size=20us --model=serial,thread_pool --workers=1,2 --pin=none --rounds=7 \
		--out="$TINY_RESULT" >/dev/null 2>&1
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

@test "the law, its parameters, and what was left out" {
	made 1,2,4,8,12,16,32 >r.json
	run tvp fit r.json
	expect_exit 0
	expect_text "Amdahl" "no peak below" "Not fitted: 32 workers (more than the 16 CPUs)."
	run tvp fit --law=usl r.json
	expect_exit 0
	expect_text "USL"
	run tvp fit --law=usl --scale=linear --format=csv r.json
	expect_exit 0
	expect_text "name,law,points" ",usl,6,"
}

@test "JSON has the law, intervals around the truth and a prediction for every count" {
	made 1,2,4,8,12,16,32 >r.json
	tvp fit --format=json r.json >fit.json
	jq -e '.tvp_fit == 1 and (.curves | length) == 1 and .curves[0].law == "amdahl"' fit.json
	jq -e '.curves[0].parameters.alpha | .low < 0.04 and .high > 0.04 and .low > 0.03 and .high < 0.05' fit.json
	jq -e '.curves[0].points | length == 7 and (map(select(.not_fitted == null)) | all(.low < .law and .law < .high))' fit.json
	jq -e '.curves[0].points[6].not_fitted == "more than the 16 CPUs"' fit.json
	jq -e '.curves[0].peak.named == false and .curves[0].peak.none_below >= 16' fit.json
}

@test "from standard input, compressed or not, and in Markdown" {
	made 1,2,4,8,12,16 >r.json
	run bash -c "gzip -c r.json | '$TVP' fit -f markdown /dev/stdin"
	expect_exit 0
	expect_text "| curve | law |" "Amdahl"
	gzip r.json
	run tvp fit r.json.gz
	expect_exit 0
	expect_text "Amdahl"
}

@test "too few counts: says which to measure, or that there are too few CPUs" {
	made 1,4,16 >r.json
	run tvp fit r.json
	expect_exit 0
	expect_text "No law for thread_pool: 3 of the 5 worker counts that it takes; measure --workers=1,2,3,4,6,8,12,16."
	run tvp fit "$TINY_RESULT"
	expect_exit 0
	expect_text "of the 5 worker counts"
}

@test "a picture has the law's name and its band" {
	made 1,2,4,8,12,16,32 >r.json
	run tvp plot --format=svg --out-dir=curves r.json
	expect_exit 0
	grep -qx 'bands_n = 1' curves/*-speedup.gp
	grep -q "law\[1\] = ', Amdahl, α 0.0" curves/*-speedup.gp
	[[ $(grep -c '^# Amdahl, γ N' curves/*.dat) -eq 1 ]]
	grep -q 'Amdahl' curves/*-speedup.svg
	run tvp plot --format=svg --out-dir=plain "$TINY_RESULT"
	expect_exit 0
	grep -qx 'bands_n = 0' plain/*-speedup.gp
}

@test "what is no law, no scale, no result" {
	run tvp fit --law=moore r.json
	expect_exit 2
	expect_text "linear, amdahl, gustafson, bandwidth or usl"
	run tvp fit --scale=cubic r.json
	expect_exit 2
	run tvp fit
	expect_exit 2
	run tvp fit nowhere.json
	expect_exit 2
}
