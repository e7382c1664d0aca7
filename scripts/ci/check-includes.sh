#!/usr/bin/env bash
# The order of the folders: check-includes.sh [TREE]. A file includes only its own folder and folders before it, and the
# sub-folders of a folder have an order too; a function is declared in the folder that defines it; hwloc, GSL and Google
# Benchmark have one folder each; only src/cli prints or exits. Prints every violation; exits 1 where there are any, 2
# where there is nothing to check. It reads text: comments and string literals are taken out first.
set -euo pipefail

tree=${1:-$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)}
cd -- "$tree" || exit 2
mapfile -d '' files < <(find src bench -name '*.[ch]' -print0 -o -name '*.cc' -print0 2>/dev/null | sort -z)
if [[ ${#files[@]} -eq 0 ]]; then
	echo "check-includes: no sources under $tree" >&2
	exit 2
fi

status=0
awk '
BEGIN {
	n = split("base host sync kernel channel exec gbench stats measure bench gate doctor advise report cli", order)
	for (i = 1; i <= n; i++)
		rank[order[i]] = i
	# Sub-folders: "." are the files of the folder itself, "*" all sub-folders not named. Those between commas do not
	# include each other.
	inside("bench", "plan team twin queue .,*")
	inside("gate", "slice . stored")
	inside("advise", ". terms,service")
	inside("report", "text result table fit plot,gate,compare,advise,html,doctor format")
	inside("cli", "options topo .")
	owner["hwloc"] = "host"
	owner["gsl"] = "stats"
	owner["benchmark"] = "gbench"
}

function violation(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	violations_n++
}

function inside(folder, list,    words, equals, words_n, equals_n, i, j) {
	words_n = split(list, words)
	ordered[folder] = 1
	for (i = 1; i <= words_n; i++) {
		equals_n = split(words[i], equals, ",")
		for (j = 1; j <= equals_n; j++)
			rank_inside[folder, equals[j]] = i
	}
}

function place_inside(folder, sub_folder) {
	if ((folder, sub_folder) in rank_inside)
		return rank_inside[folder, sub_folder]
	return sub_folder == "." ? 0 : rank_inside[folder, "*"] + 0
}

# "slice" of "src/gate/slice/side.h" or, without src/, of "gate/slice/side.h"; "." where there is none.
function sub_folder_of(path,    parts, parts_n) {
	sub(/^src\//, "", path)
	parts_n = split(path, parts, "/")
	return parts_n > 2 ? parts[2] : "."
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
	own = sub_folder_of(FILENAME)
	if (folder in ordered && !place_inside(folder, own))
		violation("sub-folder \"" folder "/" own "\" has no place in the order")
}

!in_comment && /^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	slash = index(quoted[2], "/")
	target = slash ? substr(quoted[2], 1, slash - 1) : folder
	if (!(target in rank) && !(target in owner))
		violation("includes \"" quoted[2] "\", which is in no folder of the house")
	else if (target in rank && rank[target] > rank[folder])
		violation(folder " includes " target ", which comes after it")
	else if (target == folder && slash && folder in ordered && quoted[2] !~ /\.def$/) {
		other = sub_folder_of(quoted[2])
		if (other != own && place_inside(folder, other) >= place_inside(folder, own))
			violation(folder "/" own " includes " folder "/" other ", which does not come before it")
	}
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
' "${files[@]}" >&2 || status=1

if ctags --version 2>/dev/null | grep -q 'Universal Ctags'; then
	mapfile -t c < <(printf '%s\n' "${files[@]}" | grep '\.[ch]$')
	mapfile -t cc < <(printf '%s\n' "${files[@]}" | grep '\.cc$')
	{
		ctags --language-force=C --kinds-C=fpxv --fields=+nK --sort=no -f - "${c[@]}"
		[[ ${#cc[@]} -eq 0 ]] || ctags --language-force=C++ --kinds-C++=f --fields=+nK --sort=no -f - "${cc[@]}"
	} | awk -F'\t' '
	{
		local = 0
		for (i = 5; i <= NF; i++) {
			local = local || $i ~ /^(file:|namespace:|class:|struct:|function:)/
			if ($i ~ /^line:/)
				line = substr($i, 6)
		}
		folder = $2
		sub(/\/[^\/]*$/, "", folder)
		if (($4 == "prototype" || $4 == "externvar") && $2 ~ /\.h$/) {
			name[++n] = $1
			at[n] = $2 ":" line
			declared_in[n] = folder
		} else if (($4 == "function" || $4 == "variable") && !local)
			defined[$1] = defined[$1] " " folder " "
	}
	END {
		for (i = 1; i <= n; i++)
			if (name[i] in defined && !index(defined[name[i]], " " declared_in[i] " ")) {
				print at[i] ": declares " name[i] ", which is defined in" defined[name[i]]
				violations_n++
			}
		exit violations_n > 0
	}' >&2 || status=1
else
	echo "check-includes: where functions are declared is not checked: universal-ctags is not installed" >&2
fi
[[ $status -ne 0 ]] || echo "check-includes: ${#files[@]} files in order"
exit $status
