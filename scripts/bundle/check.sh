#!/usr/bin/env bash
# check.sh DIR: whether every program and shared library below DIR starts with glibc 2.34 and what DIR has: each version
# and each library that it asks for. Prints what it does not, and exits 1.
set -euo pipefail

readonly GLIBC=2.34 GCC=11.0.0
# Of the C library and of libgcc, which is beside it everywhere; all else must be in DIR.
readonly SYSTEM='^(libc|libm|ld-linux[a-z0-9-]*|libgcc_s)\.so\.[0-9]+$'

bad() {
	echo "check.sh: $1" >&2
	exit 2
}
[[ $# -eq 1 && -d ${1:-} ]] || bad "usage: scripts/bundle/check.sh DIR"

faults=0
fault() {
	echo "$1: $2"
	faults=$((faults + 1))
}

not_newer() { [[ $(printf '%s\n' "$1" "$2" | sort -V | tail -n 1) == "$2" ]]; }

# check_version FILE LIBRARY VERSION: one line of its version needs.
check_version() {
	local file=$1 library=$2 version=$3
	if ! [[ $library =~ $SYSTEM ]]; then
		[[ -z ${provided[$library]:-} || ${provided[$library]} == *" $version "* ]] ||
			fault "$file" "needs $version of $library, which the one here lacks"
		return
	fi
	case $version in
	GLIBC_[0-9]*) not_newer "${version#GLIBC_}" $GLIBC && return ;;
	GCC_[0-9]*) not_newer "${version#GCC_}" $GCC && return ;;
	esac
	fault "$file" "needs $version of $library: $(nm -D "$file" | awk -v v="@$version" 'index($2, v) { printf "%s ", $2 }')"
}

check_library() {
	[[ $2 =~ $SYSTEM || -n ${provided[$2]:-} ]] || fault "$1" "needs $2, which is neither here nor part of glibc"
}

check_file() {
	local file=$1 library version
	while read -r library version; do
		check_version "$file" "$library" "$version"
	done < <(objdump -p "$file" | awk '/^ *required from / { library = $3; sub(":$", "", library); next }
		/^$/ { library = "" }
		library != "" { print library, $NF }')
	while read -r library; do
		check_library "$file" "$library"
	done < <(objdump -p "$file" | awk '$1 == "NEEDED" { print $2 }')
}

is_elf() { [[ $(head -c 4 -- "$1" | od -An -tx1 | tr -d ' ') == 7f454c46 ]]; }

declare -A provided=()
files=()
while IFS= read -r -d '' file; do
	is_elf "$file" || continue
	objdump -p "$file" >/dev/null || bad "objdump cannot read $file"
	files+=("$file")
	provided[$(basename -- "$file")]=" $(objdump -p "$file" | awk '/^[0-9]+ 0x/ { printf "%s ", $NF }')"
done < <(find "$1" -type f -print0)
[[ ${#files[@]} -gt 0 ]] || bad "no program in $1"
for file in "${files[@]}"; do
	check_file "$file"
done
[[ $faults -eq 0 ]] || exit 1
echo "${#files[@]} programs and libraries start with glibc $GLIBC"
