#!/usr/bin/env bash
# Link a built tvp again in N layouts: relink.sh BUILD PREFIX N writes PREFIX.1 to PREFIX.N. All have the same object
# files, in an order that follows from the variant's number, with padding between them; where lld can do it, the sections
# of functions are in random order, too (they need -ffunction-sections). It works on builds of any revision: nothing is
# compiled but the padding.
set -euo pipefail

bad() {
	echo "relink.sh: $1" >&2
	exit 2
}

[[ $# -eq 3 && ${1:-} != -* ]] || bad "usage: scripts/ci/relink.sh BUILD PREFIX N"
[[ $3 =~ ^[1-9][0-9]?$ && $3 -le 64 ]] || bad "N='$3': expected a number from 1 to 64"
[[ -f $1/CMakeCache.txt ]] || bad "$1 is not a build directory"
build=$(cd -- "$1" && pwd -P)
prefix=$(realpath -- "$2")
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
cd "$build"

# As the generator has it: of ninja ": && COMMAND && :".
link_command() {
	if [[ -f build.ninja ]]; then
		ninja -t commands tvp | tail -n 1 | sed 's/^: && //; s/ && :$//'
	else
		cat CMakeFiles/tvp.dir/link.txt
	fi
}

# members ARCHIVE: extract them; several may have the same name.
members() {
	local archive name directory
	local -A seen=()
	archive=$(realpath -- "$1")
	while read -r name; do
		seen[$name]=$((${seen[$name]:-0} + 1))
		directory=$temporary/$(basename "$archive").${seen[$name]}
		mkdir -p "$directory"
		(cd "$directory" && ar xN "${seen[$name]}" "$archive" "$name")
		objects+=("$directory/$name")
	done < <(ar t "$archive")
}

# The command without the objects, the folders' archives and the output: these are put in for every variant.
before=()
after=()
objects=()
read_command() {
	local word
	local -a words
	eval "words=($(link_command))" # quoted for a shell
	[[ ${#words[@]} -gt 1 ]] || bad "no command that links tvp in $build"
	before=("${words[0]}")
	words=("${words[@]:1}")
	while [[ ${#words[@]} -gt 0 ]]; do
		word=${words[0]}
		words=("${words[@]:1}")
		case $word in
		-o) words=("${words[@]:1}") ;;
		*.o) objects+=("$word") ;;
		libtvp_*.a) [[ " ${archives[*]:-} " == *" $word "* ]] || archives+=("$word") ;;
		*) after+=("$word") ;;
		esac
	done
}
archives=()
read_command
for archive in "${archives[@]}"; do
	members "$archive"
done

# Functions begin at multiples of 16 bytes at least: so these shift what follows within its cache line.
for bytes in 16 32 48; do
	printf '.text\n.skip %s\n.section .note.GNU-stack,"",%%progbits\n' "$bytes" >"$temporary/pad$bytes.s"
	"${before[@]}" -c -o "$temporary/pad$bytes.o" "$temporary/pad$bytes.s"
done
pads=("" "$temporary/pad16.o" "$temporary/pad32.o" "$temporary/pad48.o")

echo 'int main(void) { return 0; }' >"$temporary/main.c"
can_shuffle() {
	"${before[@]}" -x c "$temporary/main.c" -o "$temporary/main" -fuse-ld=lld '-Wl,--shuffle-sections=.text*=1' >/dev/null 2>&1
}
shuffles=false
! can_shuffle || shuffles=true

# order SEED: `ordered` gets the objects shuffled (Fisher and Yates), with a random padding in front of each.
order() {
	local i j swap pad
	local -a shuffled=("${objects[@]}")
	RANDOM=$1
	for ((i = 0; i < 16; i++)); do
		j=$RANDOM # close seeds begin alike
	done
	for ((i = ${#shuffled[@]}; i > 1; i--)); do
		j=$((RANDOM % i))
		swap=${shuffled[i - 1]}
		shuffled[i - 1]=${shuffled[j]}
		shuffled[j]=$swap
	done
	ordered=()
	for ((i = 0; i < ${#shuffled[@]}; i++)); do
		pad=${pads[RANDOM % 4]}
		ordered+=(${pad:+"$pad"} "${shuffled[i]}")
	done
}

for ((variant = 1; variant <= $3; variant++)); do
	order "$variant"
	extra=()
	! $shuffles || extra=(-fuse-ld=lld "-Wl,--shuffle-sections=.text*=$variant")
	"${before[@]}" "${extra[@]}" "${ordered[@]}" "${after[@]}" -o "$prefix.$variant"
done
