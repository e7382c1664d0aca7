# Sourced by bundle.sh: the licences of everything in a bundle, and where the sources are. All of it is read from Debian's
# packages, so that it is about the very files that were linked.
# shellcheck shell=bash disable=SC2154

# package_of FILE: "PACKAGE VERSION SOURCE SOURCE-VERSION COPYRIGHT-FILE" of the package that it came in. The packages of
# another architecture are unpacked, not installed: a list stands for dpkg's.
package_of() {
	local file package built_from source
	file=$(realpath -- "$1")
	if [[ -n ${cross_packages:-} ]] && grep -F "$file	" "$cross_packages" | cut -f 2 | grep .; then
		return
	fi
	package=$(dpkg -S "$file" 2>/dev/null || dpkg -S "${file#/usr}" 2>/dev/null) ||
		bad "$1 is in no installed package of Debian's, so that its licence and sources are not known" 1
	package=${package%%: *}
	source=$(dpkg-query -W -f "\${source:Package} \${source:Version}" "$package")
	built_from=$(dpkg-query -W -f "\${Built-Using}" "$package") # a cross compiler's libraries: from another's sources
	[[ ! $built_from =~ ^([^ ]+)\ \(=\ ([^\)]+)\) ]] || source="${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
	dpkg-query -W -f "\${Package} \${Version} $source /usr/share/doc/\${Package}/copyright\n" "$package"
}

# sources_archive FILE: our own sources, as they are here.
sources_archive() {
	local -a list=(find . -path './build*' -prune -o -path ./.git -prune -o -type f -printf '%P\0')
	! git -C "$root" rev-parse --is-inside-work-tree >/dev/null 2>&1 || list=(git ls-files -z)
	(cd "$root" && "${list[@]}" | { grep -zvE '^(results|plots)/(reference|latest|.*\.json)' || true; } |
		tar --null --no-recursion --ignore-failed-read -T - --sort=name --owner=0 --group=0 --numeric-owner \
			--transform "s,^,${1##*/}/,;s,\.tar\.xz/,/," -cJf "$1")
}

# notices_write TREE NAME FILE...: the files, shared libraries and archives, came in Debian's packages.
notices_write() {
	local tree=$1 name=$2 doc=$1/share/doc/tvp package version source source_version copyright licence
	shift 2
	mkdir -p "$doc/licences" "$doc/source"
	sources_archive "$doc/source/${name%-linux-*}.tar.xz"
	cat >"$doc/THIRD-PARTY.md" <<-END
		# What this archive is made of, its licences and sources

		tvp itself is under the MIT licence (LICENSE); its sources are in source/. It is linked with the GNU Scientific Library,
		so that this program as a whole is under the GNU General Public License, version 3 (licences/GPL-3). There is no
		warranty.

		The libraries below come from Debian, unchanged; libstdc++ was linked anew from Debian's objects. Each has the licence in
		licences/PACKAGE. Its sources are those of Debian's source package: \`apt-get source SOURCE=VERSION\`; Debian's snapshot
		archive keeps every version.

		| package | version | sources |
		|---|---|---|
	END
	while read -r package version source source_version copyright; do
		echo "| $package | $version | \`apt-get source $source=$source_version\` |"
		cp -L "$copyright" "$doc/licences/$package"
	done < <(for file; do package_of "$file"; done | sort -u) >>"$doc/THIRD-PARTY.md"
	for licence in GPL-3 $(grep -ohE '/usr/share/common-licenses/[A-Za-z0-9.+-]*[A-Za-z0-9]' -r "$doc/licences" | sort -u); do
		cp -L "/usr/share/common-licenses/${licence##*/}" "$doc/licences/" || true
	done
	cat >"$tree/README" <<-END
		tvp: threads versus processes, for Linux with glibc 2.34 or later. Nothing has to be installed:

		    bin/tvp run quick --out=quick.json   # measures for at most 90 s
		    bin/tvp show --all quick.json        # every figure of every row
		    bin/tvp plot quick.json              # the curves, where gnuplot is installed

		share/doc/tvp/README.md is the introduction, \`man -l share/man/man1/tvp.1\` the manual. Keep bin, lib, libexec and share
		together. SHA256SUMS has the sums of all files (\`sha256sum -c SHA256SUMS\`). Licences: share/doc/tvp/THIRD-PARTY.md.
	END
}
