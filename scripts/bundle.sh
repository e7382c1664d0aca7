#!/usr/bin/env bash
# One archive that runs on machines without our packages: tvp-VERSION-linux-ARCH.tar.gz. What cmake --install installs,
# the shared libraries that the program needs beside glibc, the licences, our sources and where those of the others are.
# Exits 1 where it could not be made or would not start elsewhere, 2 for usage, 4 where packages cannot be installed.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=scripts/packages.sh
source "$root/scripts/packages.sh"
# shellcheck source=scripts/bundle/notices.sh
source "$root/scripts/bundle/notices.sh"

usage() {
	cat <<-END
		Usage: scripts/bundle.sh [--build=DIR] [--arch=ARCH] [--out-dir=DIR]
		Make tvp-VERSION-linux-ARCH.tar.gz, which runs from any folder on Linux with glibc 2.34 or later (RHEL 9, Ubuntu 22.04,
		Debian 12), without root and without packages. Debian's packages are needed to make it.

		  --build=DIR     a Release build that is there already; default: build-bundle-ARCH/, which is brought up to date
		  --arch=ARCH     x86_64 or aarch64; default: this machine's. aarch64 is cross-compiled elsewhere
		  --out-dir=DIR   where the archive is written; default: the build directory

		Examples:
		  scripts/bundle.sh
		  scripts/bundle.sh --arch=aarch64 --out-dir=/tmp
	END
}

bad() {
	echo "bundle.sh: $1" >&2
	exit "${2:-2}"
}

build=
arch=$(uname -m)
out_dir=
for argument; do
	case $argument in
	--help | '-?')
		usage
		exit 0
		;;
	--build=?*) build=${argument#*=} ;;
	--arch=x86_64 | --arch=aarch64) arch=${argument#*=} ;;
	--arch=*) bad "$argument: expected x86_64 or aarch64" ;;
	--out-dir=?*) out_dir=${argument#*=} ;;
	*) bad "unexpected argument '$argument'; see --help" ;;
	esac
done
cross=false
[[ $arch == "$(uname -m)" ]] || cross=true

if $cross; then
	# shellcheck source=scripts/bundle/cross.sh
	source "$root/scripts/bundle/cross.sh"
fi

# compiler C|CXX: a cross compiler is not in the cache.
compiler() { sed -n "s/^set(CMAKE_$1_COMPILER \"\(.*\)\")\$/\1/p" "$build"/CMakeFiles/*/"CMake$1Compiler.cmake"; }
cached() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }

build_make() {
	local -a options=(-DCMAKE_BUILD_TYPE=Release)
	build=$root/build-bundle-$arch
	if $cross; then
		cross_prepare "$build" "$arch" || return $?
		options+=("${cross_options[@]}")
	else
		needs_install "$NEEDS_BUILD" || return $?
	fi
	quietly "configure" tree_configure "$root" "$build" "${options[@]}" || return 1
	quietly "build" cmake --build "$build" --target tvp tvp-tiny --parallel "$(nproc)" || return 1
}

build_check() {
	[[ -f $build/CMakeCache.txt ]] || bad "$build is not a build directory"
	[[ -x $build/tvp ]] || bad "$build has no program tvp; build it first"
	[[ $(cached CMAKE_BUILD_TYPE) == Release ]] || bad "$build is not a Release build"
	[[ -z $(cached TVP_SANITIZE) ]] || bad "$build was built with sanitizers"
	[[ $(cached TVP_ARCHIVES) == ON ]] || bad "$build was built with TVP_ARCHIVES=OFF"
}

# Debian's own asks for arc4random() of glibc 2.36. Of the same objects, with one of ours in its place.
libstdcxx_link() {
	local out=$1 archive cc cxx
	cc=$(compiler C) cxx=$(compiler CXX)
	archive=$("$cxx" -print-file-name=libstdc++_pic.a)
	[[ -e $archive ]] || bad "$cxx has no libstdc++_pic.a: install libstdc++-12-pic" 4
	packaged+=("$archive")
	"$cc" -O2 -fPIC -Wall -Wextra -Werror -c "$root/scripts/bundle/arc4random.c" -o "$temporary/arc4random.o"
	"$cxx" -shared -nodefaultlibs -s -Wl,-soname,libstdc++.so.6 -Wl,-z,relro -Wl,--gc-sections -o "$out" \
		-Wl,--whole-archive "$archive" -Wl,--no-whole-archive "$temporary/arc4random.o" \
		-Wl,--version-script="${archive%.a}.map" -lm -lgcc_s -lc -lgcc
}

# library_find NAME: the file that the linker took.
library_find() {
	local directory file
	for directory in "$(dirname -- "$(cached 'TVP_FILE_libudev\.so\.1')")" ${cross_libraries:+"$cross_libraries"}; do
		[[ ! -e $directory/$1 ]] || { echo "$directory/$1"; return; }
	done
	file=$("$(compiler CXX)" -print-file-name="$1")
	[[ $file == /* ]] || bad "$1, which $build/tvp needs, is not found" 1
	echo "$file"
}

needed_by() { objdump -p "$1" | awk '$1 == "NEEDED" && $2 !~ /^(libc|libm|ld-linux.*|libgcc_s)\.so/ { print $2 }'; }

# libraries_copy PROGRAM DIRECTORY: those that it needs, and those that these need.
libraries_copy() {
	local name file
	while read -r name; do
		[[ ! -e $2/$name ]] || continue
		if [[ $name == libstdc++.so.6 ]]; then
			libstdcxx_link "$2/$name"
			continue
		fi
		file=$(library_find "$name")
		install -m 755 "$file" "$2/$name"
		packaged+=("$file")
		libraries_copy "$2/$name" "$2"
	done < <(needed_by "$1")
}

tree_make() {
	local runpath
	quietly "install" cmake --install "$build" --prefix "$tree"
	runpath=$(objdump -p "$tree/bin/tvp" | awk '$1 == "RUNPATH" { print $2 }')
	[[ $runpath == "\$ORIGIN/"* ]] || bad "$build/tvp does not look for libraries beside itself" 1
	libraries=$(realpath -m "$tree/bin/${runpath#"\$ORIGIN/"}")
	mkdir -p "$libraries"
	libraries_copy "$tree/bin/tvp" "$libraries"
	mapfile -t archives < <(sed -n '/NOTFOUND/!s/^TVP_FILE_.*\.a:FILEPATH=//p' "$build/CMakeCache.txt")
	packaged+=("${archives[@]}")
	notices_write "$tree" "$name" "${packaged[@]}"
	(cd "$tree" && find . -type f -printf '%P\0' | sort -z | xargs -0 sha256sum) >"$temporary/sums"
	mv "$temporary/sums" "$tree/SHA256SUMS"
}

if [[ -z $build ]]; then
	build_make || exit $?
fi
build_check
$cross || needs_install "$NEEDS_BUNDLE" || exit $?
out_dir=${out_dir:-$build}
mkdir -p "$out_dir"
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
version=$(cached CMAKE_PROJECT_VERSION)
name=tvp-$version-linux-$arch
tree=$temporary/$name
packaged=()
tree_make
"$root/scripts/bundle/check.sh" "$tree" || bad "the bundle would not start with glibc 2.34: build it on Debian 12" 1
# The same bytes for the same contents.
epoch=$(git -C "$root" log -1 --format=%ct 2>/dev/null || stat -c %Y "$root/CMakeLists.txt")
tar -C "$temporary" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$epoch" --mode=go=rX,u+w -c "$name" |
	gzip -9n >"$temporary/archive"
mv "$temporary/archive" "$out_dir/$name.tar.gz"
echo "$out_dir/$name.tar.gz: $(stat -c %s "$out_dir/$name.tar.gz") bytes"
