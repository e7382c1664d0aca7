# Sourced by bundle.sh: a build for another architecture, with Debian's cross compiler. The libraries of that architecture
# are unpacked below the build directory; dpkg and apt of this machine never hear of it.
# shellcheck shell=bash disable=SC2034

# libgsl27 for its copyright file alone, of which libgsl-dev has a link.
readonly CROSS_PACKAGES=(libhwloc-dev libudev1 libjansson-dev libgsl-dev libgsl27 zlib1g-dev libbenchmark-dev
	libbenchmark1debian liburing-dev)

# cross_names ARCH: as Debian has them.
cross_names() {
	case $1 in
	aarch64) cross_debian=arm64 cross_prefix=aarch64-linux-gnu cross_compiler=g++-aarch64-linux-gnu ;;
	x86_64) cross_debian=amd64 cross_prefix=x86_64-linux-gnu cross_compiler=g++-x86-64-linux-gnu ;;
	esac
}

has_cross_pic() { [[ -e $("$1-g++" -print-file-name=libstdc++_pic.a 2>/dev/null) ]]; }

# apt_there COMMAND...: apt-get with lists of its own, of the other architecture alone.
apt_there() {
	mkdir -p "$cross_root/apt/lists/partial" "$cross_root/apt/archives/partial"
	: >"$cross_root/apt/status"
	apt-get -q -o "APT::Architecture=$cross_debian" -o "APT::Architectures=$cross_debian" \
		-o "Dir::State::lists=$cross_root/apt/lists" -o "Dir::State::status=$cross_root/apt/status" \
		-o "Dir::Cache=$cross_root/apt" -o Acquire::Languages=none -o APT::Sandbox::User=root "$@"
}

# package_record FILE: of a package, one line for each of its files, as notices.sh reads them.
package_record() {
	local package version source source_version
	package=$(dpkg-deb -f "$1" Package) version=$(dpkg-deb -f "$1" Version) source=$(dpkg-deb -f "$1" Source)
	source_version=$version
	[[ $source != *' ('* ]] || source_version=${source#* (} source_version=${source_version%)}
	source=${source%% (*}
	dpkg-deb --fsys-tarfile "$1" | tar -t | sed -e "s,^\.,$cross_root/tree," \
		-e "s,\$,	$package $version ${source:-$package} $source_version $cross_root/tree/usr/share/doc/$package/copyright,"
}

libraries_unpack() {
	local file
	apt_there update || true # other sources than Debian's may fail
	mkdir -p "$cross_root/tree" "$cross_root/packages"
	(cd "$cross_root/packages" && rm -f ./*.deb && apt_there download "${CROSS_PACKAGES[@]}") || return 1
	for file in "$cross_root"/packages/*.deb; do
		dpkg-deb -x "$file" "$cross_root/tree"
		package_record "$file"
	done >"$cross_packages.new"
	mv "$cross_packages.new" "$cross_packages"
}

toolchain_write() {
	cat <<-END
		set(CMAKE_SYSTEM_NAME Linux)
		set(CMAKE_SYSTEM_PROCESSOR $1)
		set(CMAKE_C_COMPILER $cross_prefix-gcc)
		set(CMAKE_CXX_COMPILER $cross_prefix-g++)
		set(CMAKE_C_STANDARD_INCLUDE_DIRECTORIES $cross_root/tree/usr/include/$cross_prefix)
		set(CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES $cross_root/tree/usr/include/$cross_prefix)
		set(CMAKE_LIBRARY_ARCHITECTURE $cross_prefix)
		set(CMAKE_FIND_ROOT_PATH $cross_root/tree)
		set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
		set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
		set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
		set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
		set(ENV{PKG_CONFIG_LIBDIR} $cross_root/tree/usr/lib/$cross_prefix/pkgconfig)
		set(ENV{PKG_CONFIG_SYSROOT_DIR} $cross_root/tree)
	END
}

# cross_prepare BUILD ARCH: the compiler and the libraries; CMake's options into cross_options, and for the bundle the
# directory of the libraries into cross_libraries and the list of packages into cross_packages.
cross_prepare() {
	cross_names "$2"
	cross_root=$1/other
	cross_packages=$cross_root/packages.list
	needs_install "a build tool	has_ninja_or_make	ninja-build make
CMake	has_command cmake	cmake
pkg-config	has_command pkg-config	pkgconf pkg-config
a compiler for $2	has_command $cross_prefix-g++	$cross_compiler
its libstdc++ that can be linked anew	has_cross_pic $cross_prefix	libstdc++-12-pic-$cross_debian-cross" || return $?
	[[ -s $cross_packages ]] || quietly "unpack the libraries for $2" libraries_unpack ||
		bad "apt has no packages of Debian for $2 here" "$EXIT_ENVIRONMENT"
	mkdir -p "$1"
	toolchain_write "$2" >"$1/toolchain.cmake"
	cross_options=("-DCMAKE_TOOLCHAIN_FILE=$1/toolchain.cmake")
	cross_libraries=$cross_root/tree/usr/lib/$cross_prefix
}
