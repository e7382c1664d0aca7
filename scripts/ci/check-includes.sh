#!/usr/bin/env bash
# The order of the house: check-includes.sh [TREE]. A file includes only its own folder and folders before it; hwloc, GSL
# and Google Benchmark have one folder each; only src/cli prints or exits. Prints every violation; exits 1 where there
# are any, 2 where there is nothing to check. It reads text: comments and string literals are taken out first.
set -euo pipefail

tree=${1:-$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)}
cd -- "$tree" || exit 2
mapfile -d '' files < <(find src bench -name '*.[ch]' -print0 -o -name '*.cc' -print0 2>/dev/null | sort -z)
if [[ ${#files[@]} -eq 0 ]]; then
	echo "check-includes: no sources under $tree" >&2
	exit 2
fi

awk '
BEGIN {
	n = split("base host sync kernel channel exec gbench stats measure bench gate report cli", order)
	for (i = 1; i <= n; i++)
		rank[order[i]] = i
	owner["hwloc"] = "host"
	owner["gsl"] = "stats"
	owner["benchmark"] = "gbench"
}

function violation(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	violations_n++
}

# The line without comments and literals, which may speak of anything.
function strip(line,    out, at, token) {
	out = ""
	while (line != "") {
		if (in_comment) {
			at = index(line, "*/")
			if (!at)
				return out
			line = substr(line, at + 2)
			in_comment = 0
		} else if (match(line, /"([^"\\]|\\.)*"|\x27([^\x27\\]|\\.)*\x27|\/\/|\/\*/)) {
			token = substr(line, RSTART, 2)
			out = out substr(line, 1, RSTART - 1) " "
			if (token == "//")
				return out
			in_comment = token == "/*"
			line = substr(line, RSTART + RLENGTH)
		} else
			return out line
	}
	return out
}

FNR == 1 {
	in_comment = 0
	split(FILENAME, part, "/")
	folder = part[1] == "bench" ? "bench" : part[2]
	if (!(folder in rank))
		violation("folder \"" folder "\" has no place in the order")
}

!in_comment && /^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	slash = index(quoted[2], "/")
	target = slash ? substr(quoted[2], 1, slash - 1) : folder
	if (!(target in rank) && !(target in owner))
		violation("includes \"" quoted[2] "\", which is in no folder of the house")
	else if (target in rank && rank[target] > rank[folder])
		violation(folder " includes " target ", which comes after it")
}

!in_comment && /^[ \t]*#[ \t]*include[ \t]*[<"]/ {
	library = $0
	sub(/^[^<"]*[<"]/, "", library)
	sub(/[\/.>"].*/, "", library)
	if (library in owner && folder != owner[library])
		violation(folder " includes " library ", which is for " owner[library] " alone")
}

{
	code = strip($0)
	if (folder == "cli")
		next
	if (code ~ /(^|[^A-Za-z0-9_])(v?printf|puts|putchar|perror|psignal|error)[ \t]*\(/ ||
	    code ~ /(^|[^A-Za-z0-9_])(stdout|stderr|std::cout|std::cerr|std::clog)([^A-Za-z0-9_]|$)/)
		violation(folder " prints; only cli may")
	if (code ~ /(^|[^A-Za-z0-9_])(exit|quick_exit)[ \t]*\(/)
		violation(folder " exits; only cli may")
}

END { exit violations_n > 0 }
' "${files[@]}" >&2
echo "check-includes: ${#files[@]} files in order"
