#!/usr/bin/env bats
# scripts/bundle.sh makes an archive of this very build, which is complete in another folder and would start with glibc 2.34.
# TVP names the program, in its build directory.

load helpers

CHECK=$BATS_TEST_DIRNAME/../scripts/bundle/check.sh

cached() { sed -n "s/^$1:[A-Z]*=//p" "$BUILD/CMakeCache.txt"; }

# Why this build cannot be bundled; nothing where it can.
why_not() {
	[[ $(cached CMAKE_BUILD_TYPE) == Release && -z $(cached TVP_SANITIZE) ]] || echo "not an ordinary Release build"
	[[ $(cached TVP_ARCHIVES) == ON ]] || echo "built with TVP_ARCHIVES=OFF"
	[[ $(c++ -print-file-name=libstdc++_pic.a) == /* ]] || echo "libstdc++-12-pic is not installed"
}

setup_file() {
	load helpers
	export BUILD REASON TREE ARCHIVE
	BUILD=$(dirname -- "$TVP")
	REASON=$(why_not | paste -sd, -)
	[[ -z $REASON ]] || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	"$ROOT/scripts/bundle.sh" --build="$BUILD" --out-dir=made >made.txt 2>&1 || { cat made.txt; return 1; }
	mkdir "another folder"
	ARCHIVE=$(echo made/*.tar.gz)
	tar -xzf "$ARCHIVE" -C "another folder"
	ARCHIVE=$BATS_FILE_TMPDIR/$ARCHIVE
	TREE=$(echo "$BATS_FILE_TMPDIR/another folder/"*)
}

setup() {
	[[ -z $REASON ]] || skip "$REASON"
	cd "$BATS_TEST_TMPDIR" || return 1
}

# elsewhere COMMAND...: with no environment but where to find commands.
elsewhere() { timeout --kill-after=5 120 env -i PATH=/usr/bin:/bin "$@"; }

@test "one folder named like the archive, at most 10 MB, with sums, licences and sources" {
	[[ $(basename "$ARCHIVE" .tar.gz) == "$(basename "$TREE")" && $(basename "$TREE") == tvp-*-linux-$(uname -m) ]]
	[[ $(stat -c %s "$ARCHIVE") -le 10000000 ]]
	cd "$TREE" || return 1
	sha256sum --quiet -c SHA256SUMS
	[[ $(wc -l <SHA256SUMS) -eq $(find . -type f ! -name SHA256SUMS | wc -l) ]]
	cmp share/doc/tvp/LICENSE "$ROOT/LICENSE"
	local doc=share/doc/tvp package
	grep -q 'GNU GENERAL PUBLIC LICENSE' $doc/licences/GPL-3
	grep -q 'Apache License' $doc/licences/Apache-2.0
	for package in benchmark gsl hwloc jansson systemd zlib gcc; do
		grep -q "apt-get source $package" $doc/THIRD-PARTY.md
	done
	while read -r _ package _; do
		[[ $package == package || $package == "---"* || -s $doc/licences/$package ]]
	done < <(grep '^| ' $doc/THIRD-PARTY.md)
	tar -tJf $doc/source/tvp-*.tar.xz >"$BATS_TEST_TMPDIR/sources"
	grep -q '/CMakeLists.txt$' "$BATS_TEST_TMPDIR/sources"
	grep -q '/src/cli/main.c$' "$BATS_TEST_TMPDIR/sources"
}

@test "its programs and libraries start with glibc 2.34, and find each other" {
	"$CHECK" "$TREE"
	run ldd "$TREE/bin/tvp"
	expect_exit 0
	local name
	for name in libbenchmark 'libstdc\+\+' libudev; do
		expect_line "$name\.so.* => $TREE/"
	done
	run ! grep -E 'libhwloc|libgsl|libjansson|liburing|libz\.so' <<<"$output"
}

@test "what would not start with glibc 2.34 is found" {
	local cc
	cc=$(sed -n 's/^set(CMAKE_C_COMPILER "\(.*\)")$/\1/p' "$BUILD"/CMakeFiles/*/CMakeCCompiler.cmake)
	mkdir -p bare new/lib
	run "$CHECK" bare
	expect_exit 2
	echo 'double hypot(double, double); int main(int argc, char **argv) { (void)argv; return (int)hypot(argc, 2); }' >new.c
	"$cc" -fno-builtin -o new/new new.c -lm
	if objdump -T new/new | grep -q 'GLIBC_2\.35'; then
		run "$CHECK" new
		expect_exit 1
		expect_text "new/new: needs GLIBC_2.35 of libm.so.6: hypot@GLIBC_2.35"
	fi
	cp -r "$TREE" copy
	rm copy/lib/tvp/libudev.so.1
	run "$CHECK" copy
	expect_exit 1
	expect_text "copy/bin/tvp: needs libudev.so.1, which is neither here nor part of glibc"
}

@test "complete in another folder, with an empty environment, by a link and by PATH" {
	mkdir bin
	ln -s "$TREE/bin/tvp" bin/tvp
	elsewhere "$ROOT/scripts/bundle/try.sh" "$BATS_TEST_TMPDIR/bin/tvp"
	run env -i PATH="$BATS_TEST_TMPDIR/bin" tvp --version
	expect_exit 0
}

@test "its own scripts come before those of the source tree" {
	needs_command gnuplot
	needs_command python3
	cp -r "$TREE" copy
	echo 'exit error "not these"' >copy/share/tvp/plot/style.gp
	elsewhere "$TREE/bin/tvp" run scaling --kernel=null --model=serial,threads --workers=1 --rounds=1 --progress=never --out=a.json
	run elsewhere copy/bin/tvp plot --out-dir=curves a.json
	[[ $status -ne 0 ]]
	expect_text "not these"
	echo 'raise SystemExit("not these")' >copy/share/tvp/python/python_peer.py
	run elsewhere copy/bin/tvp slice python/shape:serial_sum/workers:1 --iterations=1
	expect_text "not these"
}

@test "the gate takes a bundle and a build as its sides" {
	run tvp gate "$TREE/bin/tvp" "$TVP" --spec=scaling/kernel:null/model:fork/workers:1/pin:compact \
		--spec=spawn/call:exec/resident:0/pages:4k/burst:1/place:same_cpu --blocks=6 --steal=100% --slice-time=1ms --progress=never
	[[ $status -le 1 ]] || expect_exit 0 # no test asserts a speed
	expect_text "in 12 blocks"
}

# finds_header PREFIX: what lies there compiles a kernel, whatever prefix it was configured for, and after a move.
finds_header() {
	local flags
	mv "$1" "$1-moved"
	flags=$(PKG_CONFIG_PATH=$(dirname "$(find "$1-moved" -name tvp.pc)") pkg-config --cflags tvp)
	[[ $flags == "-I$1-moved/"* ]]
	printf '#include <tvp/kernel.h>\nint main(void) { return (int)sizeof(struct tvp_kernel) == 0; }\n' >use.c
	# shellcheck disable=SC2086
	cc -Werror $flags -c use.c -o /dev/null
}

@test "cmake --install puts the same files into a prefix, and tvp is complete there" {
	cmake --install "$BUILD" --prefix "$BATS_TEST_TMPDIR/prefix" >/dev/null
	diff <(cd prefix && find . -type f ! -path './lib/*' | sort) <(cd "$TREE" && find . -type f ! -path './lib/*' ! -path './README' \
		! -name SHA256SUMS ! -path '*/licences/*' ! -path '*/source/*' ! -name THIRD-PARTY.md | sort)
	elsewhere "$ROOT/scripts/bundle/try.sh" "$BATS_TEST_TMPDIR/prefix/bin/tvp"
	finds_header "$BATS_TEST_TMPDIR/prefix"
}

@test "what cannot be bundled is refused" {
	local bundle=$ROOT/scripts/bundle.sh
	run "$bundle" --arch=vax
	expect_exit 2
	expect_text "--arch=vax: expected x86_64 or aarch64"
	run "$bundle" --build=.
	expect_exit 2
	expect_text ". is not a build directory"
	cp "$BUILD/CMakeCache.txt" .
	sed -i 's/^CMAKE_BUILD_TYPE:.*/CMAKE_BUILD_TYPE:STRING=Debug/' CMakeCache.txt
	cp "$TVP" tvp
	run "$bundle" --build=.
	expect_exit 2
	expect_text ". is not a Release build"
}
