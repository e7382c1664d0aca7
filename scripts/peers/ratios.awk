# From lines "KEY OURS THEIRS" (one of each KEY per repetition) to a table: medians, and the median of the ratios formed within
# a repetition, with its distribution-free 95 % interval: order statistics that enclose the median with that probability.
function sort(values, n, i, j, value) {
	for (i = 2; i <= n; i++) {
		value = values[i]
		for (j = i - 1; j >= 1 && values[j] > value; j--)
			values[j + 1] = values[j]
		values[j + 1] = value
	}
}
function median(values, n) {
	return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}
# The largest k with P(Binomial(n, 1/2) < k) <= 2.5 %; 0: there is none. In logarithms, since 0.5 ^ n is 0 from n = 1075 on.
function rank(n, k, term, sum) {
	term = -n * log(2)
	for (sum = exp(term); sum <= 0.025; sum += exp(term)) {
		k++
		term += log((n - k + 1) / k)
	}
	return k + 0
}
# Of a difference of two lengths: none where the longer run took no longer.
NF == 3 && $3 <= 0 {
	refused[$1]++
}
NF == 3 && $3 > 0 {
	if (!($1 in n))
		order[++keys] = $1
	n[$1]++
	ours[$1, n[$1]] = $2
	theirs[$1, n[$1]] = $3
}
END {
	printf "%-24s %10s %10s %8s  %-18s %s\n", "", "ours", "theirs", "ratio", "95 % interval", "repetitions"
	for (i = 1; i <= keys; i++) {
		key = order[i]
		for (j = 1; j <= n[key]; j++) {
			a[j] = ours[key, j]
			b[j] = theirs[key, j]
			r[j] = a[j] / b[j]
		}
		sort(a, n[key]); sort(b, n[key]); sort(r, n[key])
		k = rank(n[key])
		interval = k > 0 ? sprintf("%.3f to %.3f", r[k], r[n[key] + 1 - k]) : "none below 6"
		name = key
		gsub("_", " ", name)
		printf "%-24s %7.0f ns %7.0f ns %8.3f  %-18s %d\n", name, median(a, n[key]), median(b, n[key]), median(r, n[key]), interval, n[key]
	}
	for (key in refused) {
		name = key
		gsub("_", " ", name)
		printf "%s: %d more repetitions were dropped: the longer run took no longer than the shorter; increase --loops\n", name, refused[key]
	}
}
