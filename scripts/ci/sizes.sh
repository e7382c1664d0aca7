#!/usr/bin/env bash
# sizes.sh [TREE]: how long functions and files are, how many parameters functions take; prints the figures and what is
# beyond the limits. Exits 1 where anything is, 77 where universal-ctags is not installed, 2 where there is nothing to
# check. A callback, whose parameters its caller decides, is excused by `// callback` on the line before it.
set -euo pipefail

tree=${1:-$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)}
cd -- "$tree" || exit 2
if ! ctags --version 2>/dev/null | grep -q 'Universal Ctags'; then
	echo "sizes: skipped: universal-ctags is not installed"
	exit 77
fi
mapfile -t files < <(find src bench -name '*.[ch]' -o -name '*.cc' | sort)
if [[ ${#files[@]} -eq 0 ]]; then
	echo "sizes: no sources under $tree" >&2
	exit 2
fi

# One function a line: its length, its parameters, where it is and its name.
functions() {
	ctags --languages=C,C++ --langmap=C:.c.h,C++:.cc --kinds-C=f --kinds-C++=f --fields=+neS --sort=no -f - "${files[@]}" |
		awk -F'\t' '{
			line = last = parameters = ""
			for (i = 4; i <= NF; i++) {
				if ($i ~ /^line:/) line = substr($i, 6)
				if ($i ~ /^end:/) last = substr($i, 5)
				if ($i ~ /^signature:/) parameters = substr($i, 12, length($i) - 12)
			}
			gsub(/\([^()]*\)/, "", parameters)
			n = parameters == "" || parameters == "void" ? 0 : gsub(/,/, ",", parameters) + 1
			if (last != "")
				print last - line + 1, n, $2 ":" line, $1
		}' | sort -n
}

status=0
functions | awk -v files_n="${#files[@]}" '
	function excused(where,    at, line, n) {
		split(where, at, ":")
		while (n < at[2] - 1 && (getline line < at[1]) > 0) n++
		close(at[1])
		return line ~ /^\/\/ callback/
	}
	{ length_of[NR] = $1; at[NR] = $3; name[NR] = $4; parameters[NR] = $2 }
	END {
		if (NR == 0) { print "sizes: ctags found no functions"; exit 1 }
		median = length_of[int((NR + 1) / 2)]; p90 = length_of[int(NR * 0.9 + 0.5)]; most = length_of[NR]
		printf "sizes: %d functions in %d files: length median %d (at most 10), p90 %d (20), longest %d (45)\n", NR, files_n, median, p90, most
		bad = median > 10 || p90 > 20
		for (i = 1; i <= NR; i++) {
			if (length_of[i] > 45) { printf "%s: %s has %d lines\n", at[i], name[i], length_of[i]; bad = 1 }
			if (parameters[i] > 5 && !excused(at[i])) { printf "%s: %s has %d parameters\n", at[i], name[i], parameters[i]; bad = 1 }
		}
		exit bad
	}' || status=1
for file in "${files[@]}"; do
	lines=$(wc -l <"$file")
	if [[ $lines -gt 320 ]]; then
		echo "$file: $lines lines"
		status=1
	fi
done
exit $status
