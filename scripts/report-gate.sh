#!/usr/bin/env bash
# What validate-gate.sh measured, as text and a picture: report-gate.sh DIR TVP. Reads DIR/raw/PART/*.json, writes
# judgements.tsv.gz (one line per spec of every gate, from which the others are made), flips.tsv, sigma.tsv, power.dat,
# summary.md and power.svg, power.png. Without DIR/raw the others are made from the judgements.tsv.gz that exists.
set -euo pipefail
export LC_ALL=C

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
bad() {
	echo "report-gate.sh: $1" >&2
	exit "${2:-2}"
}
[[ $# -eq 2 ]] || bad "Usage: scripts/report-gate.sh DIR TVP"
out=$1
tvp=$2
if [[ -d $out/raw ]]; then
	[[ -n $(find "$out/raw" -name '*.json' -print -quit) ]] || bad "$out/raw contains no gate's JSON"
	# Without it no rule would ever raise an alarm.
	[[ -f $tvp && -x $tvp ]] || bad "$tvp is not an executable file; it must be tvp, which judges the blocks"
elif [[ ! -s $out/judgements.tsv.gz ]]; then
	bad "$out contains neither raw/ nor judgements.tsv.gz"
fi
for tool in jq gnuplot; do
	command -v "$tool" >/dev/null || bad "$tool is not installed" 4
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A line per judgement: the gate's facts, the verdict, then what each rule says of the same blocks.
judgements() {
	local part directory
	local -a files
	printf 'part\tgate\tseed\tdate\trevision\tinject\telapsed_s\tstop\tspec\tverdict\tdecided\tkept\tdropped\tlow\thigh\tsigma\thidden\tlog_e_most\testimate\tu_test\tthreshold_10\tthreshold_200\tz_2.6\tgate_rule\tgate_sign\tz_paired\n'
	for directory in "$out"/raw/*/; do
		part=$(basename "$directory")
		[[ $part != sigma ]] || continue
		mapfile -t files < <(find "$directory" -name '*.json' | sort)
		[[ ${#files[@]} -gt 0 ]] || continue
		jq -r --arg part "$part" '. as $g | input_filename as $file | .judgements[] | [$part, ($file | split("/")[-1] | rtrimstr(".json")),
				$g.options.seed, $g.date, $g.sides.new.revision, (($g.sides.new.env | join(" ") | ltrimstr("TVP_INJECT=")) as $e | if $e == "" then "-" else $e end), ($g.elapsed_ns / 1e7 | round / 100),
				$g.stop, .name, .verdict, .decided_n, .blocks_n, .dropped_n, .low, .high, .sigma, .hidden, .regression.log_e_most] | map(. // "-") | @tsv' "${files[@]}" >"$work/told"
		"$tvp" replay --rules --format=tsv "${files[@]}" | tail -n +2 >"$work/rules"
		cmp -s <(cut -f9 "$work/told") <(cut -f3 "$work/rules") || bad "$directory: jq and tvp replay list different judgements" 4
		paste "$work/told" <(cut -f6- "$work/rules")
	done
}

# Spread of the blocks' log ratios for every statistic: standard deviation, and 1.4826 times the median absolute deviation.
sigma_table() {
	local file
	printf 'slices\tspec\tblocks\tchosen'
	printf '\tsd_%s\tmad_%s' mean mean median median p25 p25 p10 p10 min min launch launch work work collect collect
	printf '\n'
	for file in "$out"/raw/sigma/*.json; do
		jq -r --arg slices "$(basename "$file" .json)" 'def sd: (add / length) as $m | (map((. - $m) * (. - $m)) | add / (length - 1)) | sqrt;
			def median: sort | .[length / 2 | floor];
			def mad: median as $m | 1.4826 * (map(. - $m | fabs) | median);
			.rows[] | select(.state == "measured") | .name as $name | .statistic as $chosen | [.blocks[] | select(.dropped | not)] as $b | [$slices, $name, ($b | length), $chosen] +
			(["mean", "median", "p25", "p10", "min"] | map(. as $s | [$b[] | (.new.wall_ns[$s] / .old.wall_ns[$s] | log)] | sd, mad | . * 10000 | round / 100)) +
			(["launch", "work", "collect"] | map(. as $s | [$b[] | select((.new.time_ns[$s] // 0) > 0 and (.old.time_ns[$s] // 0) > 0) | (.new.time_ns[$s] / .old.time_ns[$s] | log)] |
			if length > 30 then (sd, mad | . * 10000 | round / 100) else ("-", "-") end)) | @tsv' "$file"
	done
}

# awk's own: bounds of a rate (Clopper & Pearson 1934) by bisection of the binomial distribution, at 95 % each side.
rate_awk='
function below(k, n, p,    i, term, sum) { # P(X <= k)
	if (p <= 0) return 1
	if (p >= 1) return k >= n
	term = n * log(1 - p); sum = exp(term)
	for (i = 1; i <= k; i++) { term += log((n - i + 1) / i) + log(p / (1 - p)); sum += exp(term) }
	return sum
}
function upper(k, n,    low, high, i, p) {
	low = k / n; high = 1
	if (k == n) return 1
	for (i = 0; i < 60; i++) { p = (low + high) / 2; if (below(k, n, p) > 0.05) low = p; else high = p }
	return high
}
function lower(k, n) { return k == 0 ? 0 : 1 - upper(n - k, n) }
# Parts whose gates have ten specs, of which the sum is slowed.
function has_slowed_sum(part) { return part ~ /^(caught|bakeoff|beside)$/ }
function percent(x) { return sprintf(x < 0.1 ? "%.2f %%" : "%.1f %%", 100 * x) }
function middle(list, n,    value, i, j, swap) {
	split(list, value, " ")
	for (i = 2; i <= n; i++) for (j = i; j > 1 && value[j] + 0 < value[j - 1] + 0; j--) { swap = value[j]; value[j] = value[j - 1]; value[j - 1] = swap }
	return value[int((n + 1) / 2)]
}
'

# False alarms: gates with any, per rule. What is slowed on purpose does not count.
false_alarms() {
	zcat "$out/judgements.tsv.gz" | awk -F'\t' "$rate_awk"'
	$1 == "aa" || $1 == "relink" || (has_slowed_sum($1) && $9 !~ /kernel:sum/) {
		gate = $1 SUBSEP $2
		if (!(gate in seen)) { seen[gate] = 1; gates[$1]++ }
		for (i = 20; i <= NF; i++) if ($i == "true") { if (!((gate, i) in alarmed)) { alarmed[gate, i] = 1; alarms[$1, i]++ } }
	}
	END {
		print "| gates | what | this gate | by signs | compare.py (U, 0.05) | 10 % | 200 % | z 2.6 and 1 % | z 2.6 paired, 0.5 % |"
		print "|---|---|---|---|---|---|---|---|---|"
		text["aa"] = "a build with itself, ten specs"; text["relink"] = "relinked, ten specs"; text["caught"] = "the nine specs beside a slowed one"
		text["bakeoff"] = "the same, 20 blocks of each"; text["beside"] = "the same, beside a process that works in bursts"
		parts_n = split("aa relink caught bakeoff beside", order, " ")
		split("24 25 20 21 22 23 26", column, " ")
		for (p = 1; p <= parts_n; p++) if (gates[order[p]]) {
			line = "| " gates[order[p]] " | " text[order[p]]
			for (c = 1; c <= 7; c++) { n = gates[order[p]]; k = alarms[order[p], column[c]] + 0; line = line sprintf(" | %d (≤ %s)", k, percent(upper(k, n))) }
			print line " |"
		}
	}'
}

# How often each rule raised an alarm for the slowed spec of ten, or for the one spec of "power" and "loaded".
catches() {
	zcat "$out/judgements.tsv.gz" | awk -F'\t' -v part="$1" "$rate_awk"'
	$1 == part && (!has_slowed_sum(part) || $9 ~ /kernel:sum/) {
		kind = $2; sub(/-[0-9]+-[0-9]+$/, "", kind); effect = $2; sub(/-[0-9]+$/, "", effect); sub(/.*-/, "", effect)
		if (has_slowed_sum(part)) { kind = "sum among ten"; effect = 5 }
		key = kind SUBSEP effect
		if (!(key in n)) { keys[++keys_n] = key }
		n[key]++; seconds[key] = seconds[key] " " $7; blocks[key] = blocks[key] " " $12; sigma[key] = sigma[key] " " $16; estimate[key] = estimate[key] " " ($19 - 1) * 100
		caught[key] += $10 == "REGRESSED"; clear[key] += $10 == "NOT REGRESSED"; open[key] += $10 == "CANNOT TELL"
		for (i = 20; i <= 26; i++) rule[key, i] += $i == "true"
	}
	END { for (i = 1; i <= keys_n; i++) { key = keys[i]; split(key, of, SUBSEP); m = n[key]
		printf "%s\t%s\t%d\t%d\t%d\t%d\t%.3f\t%.3f\t%.3f\t%s\t%s\t%s\t%.2f", of[1], of[2], m, caught[key], clear[key], open[key], caught[key] / m, lower(caught[key], m), upper(caught[key], m), middle(blocks[key], m), middle(seconds[key], m), middle(sigma[key], m), middle(estimate[key], m)
		for (j = 20; j <= 26; j++) printf "\t%d", rule[key, j]
		printf "\n" } }' | sort -t$'\t' -k1,1 -k2,2n
}

table_of_catches() {
	echo "| slowed | by | gates | REGRESSED | all-clear | cannot tell | share caught, 95 % bounds | blocks | seconds | σ(d) | seen | compare.py | 10 % | 200 % | z | z paired |"
	echo "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
	awk -F'\t' '{ printf "| %s | +%s %% | %d | %d | %d | %d | %.2f [%.2f, %.2f] | %s | %s | %.1f %% | %+.1f %% | %d | %d | %d | %d | %d |\n", $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 100 * $12, $13, $14, $15, $16, $17, $20 }'
}

# section PART TITLE: its table, where there is any.
section() {
	local lines
	lines=$(catches "$1")
	[[ -n $lines ]] || return 0
	printf '\n%s\n\n' "$2"
	table_of_catches <<<"$lines"
}

# Smallest effect from which on at least nine gates of ten caught it, of the points measured.
smallest() {
	awk -F'\t' '$2 > 0 { if (!($1 in seen)) { seen[$1] = 1; kinds[++kinds_n] = $1 } share[$1, $2] = $7 }
	END {
		split("20 10 7 5 3 2 1", effects, " ")
		for (i = 1; i <= kinds_n; i++) { least = "more than 20 %"
			for (e = 1; e <= 7; e++) { if (!((kinds[i], effects[e]) in share)) continue; if (share[kinds[i], effects[e]] < 0.9) break; least = "+" effects[e] " %" }
			printf "| %s | %s |\n", kinds[i], least }
	}'
}

draw() {
	local format
	for format in svg png; do
		LC_ALL=C.UTF-8 gnuplot -e "scripts='$root/scripts/plot'; format='$format'; stem='$out/power'; data='$out/power.dat'" "$root/scripts/plot/power.gp"
	done
}

# One block of power.dat per kind, as gnuplot's index wants them.
power_data() {
	catches power | awk -F'\t' '$1 != kind { if (kind != "") print "\n"; kind = $1; print "\"" kind "\"" } { print $2, $7, $8, $9 }'
}

summary() {
	echo "# What the gate's verdicts are worth"
	echo
	zcat "$out/judgements.tsv.gz" | awk -F'\t' 'NR > 1 { if (!(($1, $2) in seen)) { seen[$1, $2] = 1; gates++ } judgements++; revision[$5] = 1; blocks += $12; dropped += $13 }
		END { for (r in revision) list = list " " r; printf "%d gates with %d judgements over %d blocks (%d more were dropped for steal), of revision%s.\n", gates, judgements, blocks, dropped, list }'
	if [[ -s $out/conditions.txt ]]; then
		echo
		cat "$out/conditions.txt"
	fi
	printf '\n## False alarms\n\nGates with at least one, and the 95 %% upper bound of that rate (one-sided). All rules judge the same blocks.\n\n'
	false_alarms
	if [[ -s $out/flips.tsv ]]; then
		printf '\nSign-flip replay of the same blocks: in every block the two sides are exchanged at random. It tests the rules and the code, not the machine.\n\n'
		echo "| rule | null gates | with an alarm | rate |"
		echo "|---|---|---|---|"
		awk -F'\t' '$1 == "all" || $1 == "all files" { printf "| %s | %d | %d | %.2f %% |\n", $3, $4, $5, 100 * $5 / $4 }' "$out/flips.tsv"
	fi
	awk -F'\t' 'NR > 1 && $1 !~ /^(aa|relink)$/ { found = 1 } END { exit !found }' < <(zcat "$out/judgements.tsv.gz") &&
		printf '\n## Slowdowns caught\n'
	section caught 'Ten specs in a gate, the sum in the cache slowed, at most 120 s:'
	section bakeoff 'The same, but exactly 20 blocks of each spec, so that no rule has its blocks chosen by another:'
	section power 'Each kind alone, at the threshold it would have among ten specs (alpha 0.1 %), for at most 60 s, its tenth of ten minutes:'
	if [[ -s $out/power.dat ]]; then
		printf '\nThe smallest slowdown, of those tried, from which on at least 90 %% were caught:\n\n| kind | smallest |\n|---|---|\n'
		catches power | smallest
	fi
	section beside 'Ten specs, as above, beside a process that works on both CPUs in bursts of 0.03 to 3 s, half of the time:'
	section loaded 'Each kind alone, beside that process:'
	if [[ -s $out/sigma.tsv ]]; then
		printf '\n## Spread of blocks, before and after\n\nStandard deviation of ln(new/old) of a build with itself, in %%. Before: the mean of 10 ms, left free on all CPUs.\n\n'
		echo "| spec | before: mean, free | median, free | mean | median | chosen | chosen, 3 ms | chosen, 30 ms | launch, work, collect alone |"
		echo "|---|---|---|---|---|---|---|---|---|"
		awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
			{ if (!($2 in seen)) { seen[$2] = 1; spec[++n] = $2 } chosen[$2] = $1 == "unbound" ? chosen[$2] : $4; mean[$1, $2] = $column["sd_mean"]; median[$1, $2] = $column["sd_median"]; for (s in column) if (s ~ /^sd_/) sd[$1, $2, substr(s, 4)] = $column[s] }
			END { for (i = 1; i <= n; i++) { s = spec[i]; printf "| `%s` | %s | %s | %s | %s | **%s** (%s) | %s | %s | %s |\n", s, mean["unbound", s], median["unbound", s], mean["10ms", s], median["10ms", s], sd["10ms", s, chosen[s]], chosen[s], sd["3ms", s, chosen[s]], sd["30ms", s, chosen[s]], sd["10ms", s, "launch"] ", " sd["10ms", s, "work"] ", " sd["10ms", s, "collect"] } }' "$out/sigma.tsv"
	fi
}

if [[ -d $out/raw ]]; then
	judgements >"$work/judgements"
	gzip -9n <"$work/judgements" >"$out/judgements.tsv.gz"
	[[ ! -d $out/raw/sigma ]] || sigma_table >"$out/sigma.tsv"
	# Twenty of each gate make thousands.
	find "$out/raw/aa" "$out/raw/relink" -name '*.json' 2>/dev/null | sort | xargs -r "$tvp" replay --flips=20 --seed=6000 --format=tsv | grep -E '^(file|all)' >"$out/flips.tsv" || true
fi
power_data >"$out/power.dat"
summary >"$out/summary.md"
[[ ! -s $out/power.dat ]] || draw
echo "report: $out/summary.md"
