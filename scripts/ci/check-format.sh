#!/usr/bin/env bash
# check-format.sh [--fix]: every C and C++ file of the repository is as clang-format 14 with .clang-format leaves it.
# Prints the difference; exits 1 where there is any, 77 where clang-format 14 is not installed.
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
for formatter in clang-format-14 clang-format; do
	command -v "$formatter" >/dev/null 2>&1 && "$formatter" --version | grep -q 'version 14\.' && break
	formatter=
done
if [[ -z $formatter ]]; then
	echo "check-format: skipped: clang-format 14 is not installed (other versions format differently)"
	exit 77
fi
mapfile -d '' files < <(find src bench tests scripts -name '*.[ch]' -print0 -o -name '*.cc' -print0 | sort -z)
if [[ ${#files[@]} -eq 0 ]]; then
	echo "check-format: no sources here" >&2
	exit 2
fi
if [[ ${1:-} == --fix ]]; then
	"$formatter" -i "${files[@]}"
	exit 0
fi
status=0
for file in "${files[@]}"; do
	"$formatter" "$file" | diff -u --label "$file" --label "$file, formatted" "$file" - || status=1
done
[[ $status -ne 0 ]] || echo "check-format: ${#files[@]} files formatted by $("$formatter" --version)"
exit $status
