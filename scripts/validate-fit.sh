#!/usr/bin/env bash
# validate-fit.sh [--simulations=N] [--wrap=COMMAND] BUILD: how often the 95 % intervals of `tvp fit` hold what is true, as
# Markdown: simulated USL curves of 5 to 10 points and 1 to 10 % noise, N (default: 1000) of each of 60 kinds, and published
# curves whose upper half is held out. BUILD has t_laws and t_laws_coverage. With 1000 it takes some five minutes of one CPU.
# COMMAND runs each part (five kinds), such as one that waits for its turn. Exits 2 for bad input, 4 where a part fails.
set -euo pipefail

usage() {
	sed -n '2,6s/^# //p' "$0"
	exit "$1"
}

simulations=1000 wrap=
for argument; do
	case $argument in
	--help) usage 0 ;;
	--simulations=[1-9]*) simulations=${argument#*=} ;;
	--wrap=*) wrap=${argument#*=} ;;
	-*) usage 2 >&2 ;;
	*) build=$argument ;;
	esac
done
[[ -n ${build:-} && $simulations =~ ^[0-9]+$ ]] || usage 2 >&2
for program in t_laws t_laws_coverage; do
	[[ -x $build/$program ]] || {
		echo "validate-fit: no $build/$program: build the tests first" >&2
		exit 2
	}
done

# part FIRST LAST: the lines of these kinds.
part() {
	# shellcheck disable=SC2086
	TVP_SIMULATIONS=$simulations TVP_CELLS=$1-$2 $wrap "$build/t_laws_coverage" 2>&1 | grep '^cell ' ||
		{ echo "validate-fit: t_laws_coverage failed in kinds $1 to $2" >&2 && exit 4; }
}

cells=$(for ((first = 0; first < 60; first += 5)); do part "$first" $((first + 4)); done)

awk -v n="$simulations" '
	BEGIN {
		split("γ,α,β,peak,prediction within,prediction 1.5 × beyond", name, ",")
		printf "%d curves of each kind: USLs with five pairs of α and β, 5 to 10 points up to 16 workers, noise of 1 to 10 %%.\n\n", n
	}
	{
		kind = $3 " points, " 100 * $4 " %"
		if (!(kind in seen)) order[++kinds_n] = kind
		seen[kind]++
		for (i = 1; i <= 6; i++) {
			sum[kind, i] += $(6 + i); all[i] += $(6 + i)
			if (!(i in least) || $(6 + i) < least[i]) least[i] = $(6 + i)
			if ($(6 + i) > most[i]) most[i] = $(6 + i)
		}
	}
	function line(head, values,    i) {
		printf "| %s |", head
		for (i = 1; i <= 6; i++) printf " %s |", values[i]
		printf "\n"
	}
	END {
		line("points, noise", name)
		print "|:--|--:|--:|--:|--:|--:|--:|"
		for (k = 1; k <= kinds_n; k++) {
			for (i = 1; i <= 6; i++) cell[i] = sprintf("%.1f %%", 100 * sum[order[k], i] / seen[order[k]])
			line(order[k], cell)
		}
		for (i = 1; i <= 6; i++) cell[i] = sprintf("%.1f %%", 100 * all[i] / NR)
		line("all", cell)
		for (i = 1; i <= 6; i++) cell[i] = sprintf("%.1f to %.1f %%", 100 * least[i], 100 * most[i])
		line("of a single kind", cell)
	}' <<<"$cells"

held_out=$(TVP_SIMULATIONS=1 $wrap "$build/t_laws" 2>&1 | grep '^held out ')
awk '
	{ name = $3; law[name] = $5; n[name]++; inside[name] += $9; if (n[name] == 1) order[++names_n] = name; all++; all_inside += $9 }
	END {
		print "\n| curve | law of its lower half | points of its upper half within the band |\n|:--|:--|--:|"
		for (i = 1; i <= names_n; i++)
			printf "| %s | %s | %d of %d |\n", order[i], law[order[i]], inside[order[i]], n[order[i]]
		printf "| all | | %d of %d (%.0f %%) |\n", all_inside, all, 100 * all_inside / all
	}' <<<"$held_out"
