#!/usr/bin/env bash
# How often `tvp doctor` is right on this machine: disturbances of known size that it must name, quiet runs that it must
# not doubt, its forecasts beside real gates, its longest gaps beside those of other programs. Every trial is a line of a
# file, and a script that was killed continues when it is started again.
set -euo pipefail
export LC_ALL=C

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
out=$root/results/doctor
build=${TVP_BUILD_DIR:-$root/build}
inject=${TVP_INJECT_BUILD_DIR:-}
time=1s
trials=0
until_s=0

usage() {
	cat <<-END
		Usage: scripts/validate-doctor.sh [--out=DIR] [--trials=N] [--time=TIME] [--for=SECONDS] PART...
		How often tvp doctor is right on this machine. Each trial is a line of DIR/PART.tsv; default DIR: results/doctor.

		  quiet      nothing is disturbed on purpose; 299 trials that were quiet: steal 0, others below 1 % of the CPUs' time
		  neighbour_1, neighbour_5, neighbour_20   a process computes for that many per cent of a CPU; 60 trials each
		  quota      a cgroup's quota of 80 % of the CPUs (needs a cgroup that can be written); 60 trials
		  storm      a timer every 30 µs; 60 trials
		  hog        a process writes 512 MiB again and again; 60 trials
		  forecast   blocks until a gate's verdict, beside the forecast of 10 s before; 10 trials of 5 gates
		  longest    5 ms of real time in every 50 ms on the last CPU: the longest gap beside oslat's and cyclictest's; 10 trials
		  report     figures of all parts, from the files; measures nothing

		  --trials=N     instead of the above: 3 are a short look
		  --time=TIME    of each doctor; default: 1s, as run and gate have it
		  --for=SECONDS  begin no new trial after SECONDS; the same command later continues

		TVP_BUILD_DIR names the build; default: build/. With TVP_INJECT_BUILD_DIR, a build with -DTVP_INJECT=ON, forecast also
		has gates of a kernel that became 5 % slower. Run nothing else at the same time.

		Examples:
		  scripts/validate-doctor.sh --trials=3 quiet neighbour_5 storm report
		  scripts/validate-doctor.sh --for=600 quiet neighbour_1 neighbour_5 neighbour_20 quota storm hog report
	END
}

bad() {
	echo "validate-doctor.sh: $1" >&2
	exit 2
}

parts=()
for argument; do
	case $argument in
	--help | '-?')
		usage
		exit 0
		;;
	--out=?*) out=${argument#*=} ;;
	--time=?*) time=${argument#*=} ;;
	--trials=[1-9]*) trials=${argument#*=} ;;
	--for=[1-9]*) until_s=$((SECONDS + ${argument#*=})) ;;
	quiet | neighbour_1 | neighbour_5 | neighbour_20 | quota | storm | hog | forecast | longest | report) parts+=("$argument") ;;
	*) bad "unexpected argument '$argument'; see --help" ;;
	esac
done
[[ $trials =~ ^[0-9]+$ && $until_s =~ ^[0-9]+$ ]] || bad "--trials and --for take whole numbers"
[[ ${#parts[@]} -gt 0 ]] || bad "which part? see --help"
tvp=$build/tvp
[[ -x $tvp ]] || bad "no $tvp: build first, or name the build in TVP_BUILD_DIR"
command -v jq >/dev/null || bad "jq is not installed"
mkdir -p -- "$out"
work=$(mktemp -d)
running=
cgroup=
finish() {
	[[ -z $running ]] || kill "$running" 2>/dev/null || true
	[[ -z $cgroup ]] || rmdir "$cgroup" 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT
cc -O2 -D_GNU_SOURCE "$root/scripts/validate-doctor/disturb.c" -o "$work/disturb"

done_n() { if [[ -f $out/$1.tsv ]]; then wc -l <"$out/$1.tsv"; else echo 0; fi; }
time_is_up() { [[ $until_s -gt 0 && $SECONDS -ge $until_s ]]; }
wanted() { echo $((trials > 0 ? trials : $1)); }

# begin KIND [ARGUMENT...]: a disturbance in the background, which has begun.
begin() {
	"$work/disturb" "$@" &
	running=$!
	sleep 0.3
}

end() {
	kill "$running"
	wait "$running" 2>/dev/null || true
	running=
}

# doctor FILE: whatever it says.
doctor() {
	local status=0
	"$tvp" doctor --for="$time" --format=json >"$1" || status=$?
	[[ $status -le 1 ]] || bad "tvp doctor ended with $status"
}

doubts() { jq -r '[.findings[] | select(.kind == "doubt") | .cause] | unique | join(",")' "$1"; }

# Ticks of 10 ms of all CPUs: busy, steal.
ticks() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8, $9; exit }' /proc/stat; }

# A line: whether it was quiet, what was doubted, others' share of all CPUs' time, steal in ticks.
quiet_trial() {
	local busy_0 steal_0 busy_1 steal_1 own_ms=0
	read -r busy_0 steal_0 < <(ticks)
	TIMEFORMAT='%U %S'
	{ time doctor "$work/doctor.json"; } 2>"$work/time"
	read -r busy_1 steal_1 < <(ticks)
	own_ms=$(awk 'END { print 1000 * ($1 + $2) }' "$work/time")
	awk -v OFS='\t' -v busy=$((busy_1 - busy_0)) -v steal=$((steal_1 - steal_0)) -v own_ms="$own_ms" -v cpus="$(nproc)" \
		-v s="$(jq .seconds "$work/doctor.json")" -v doubts="$(doubts "$work/doctor.json")" 'BEGIN {
			others = (busy * 10 - own_ms) / 1000 / s / cpus
			print (steal == 0 && others < 0.01 ? "quiet" : "disturbed"), (doubts == "" ? "-" : doubts), others, steal
		}' >>"$out/quiet.tsv"
}

quiet_n() { grep -c '^quiet' "$out/quiet.tsv" 2>/dev/null || true; }

quiet() {
	local most
	most=$(wanted 299)
	# A machine that is never quiet ends it, too.
	until [[ $(quiet_n) -ge $most || $(done_n quiet) -ge $((3 * most)) ]] || time_is_up; do
		quiet_trial
	done
}

# named PART JQ-FILTER: whether the doctor's findings hold what the filter selects; a line of the part.
named() {
	local found
	found=$(jq -r --arg pid "$running" "[.findings[] | select($2)] | if length > 0 then \"named\" else \"missed\" end" "$work/doctor.json")
	printf '%s\t%s\n' "$found" "$(doubts "$work/doctor.json")" >>"$out/$1.tsv"
}

# disturbed PART FILTER DISTURBANCE...: trials of one kind.
disturbed() {
	local part=$1 filter=$2
	shift 2
	until [[ $(done_n "$part") -ge $(wanted 60) ]] || time_is_up; do
		begin "$@"
		doctor "$work/doctor.json"
		named "$part" "$filter"
		end
	done
}

# The quota is that of a cgroup which the doctor enters; v1 or v2.
quota() {
	local base period=100000 us
	us=$((period * $(nproc) * 8 / 10))
	for base in /sys/fs/cgroup/cpu /sys/fs/cgroup; do
		mkdir "$base/tvp-doctor-$$" 2>/dev/null || continue
		cgroup=$base/tvp-doctor-$$
		if [[ -f $cgroup/cpu.cfs_quota_us ]]; then
			echo $us >"$cgroup/cpu.cfs_quota_us" && break
		elif [[ -f $cgroup/cpu.max ]]; then
			echo "$us $period" >"$cgroup/cpu.max" && break
		fi
		rmdir "$cgroup"
		cgroup=
	done
	if [[ -z $cgroup ]]; then
		echo "validate-doctor.sh: quota is left out: no cgroup here can be given one"
		return 0
	fi
	until [[ $(done_n quota) -ge $(wanted 60) ]] || time_is_up; do
		(echo "$BASHPID" >"$cgroup/cgroup.procs" && doctor "$work/doctor.json")
		running='' named quota '.kind == "doubt" and .cause == "throttling"'
	done
	rmdir "$cgroup"
	cgroup=
}

# gates SPEC SLOWED: blocks until the verdicts of five gates, one a line.
gates() {
	for _ in 1 2 3 4 5; do
		if [[ -n $2 ]]; then
			"$inject/tvp" gate "$inject/tvp" --old-env=TVP_INJECT=sum:0000 --new-env=TVP_INJECT=sum:0020 --spec="$1" \
				--doctor=never --time-budget=60s --out="$work/gate.json" >/dev/null || true
		else
			"$tvp" gate "$tvp" --spec="$1" --doctor=never --time-budget=60s --out="$work/gate.json" >/dev/null || true
		fi
		jq -r '.judgements[0] | select(.verdict != "CANNOT TELL") | .decided_n' "$work/gate.json"
	done
}

median() { sort -g | awk '{ value[NR] = $1 } END { if (NR) print value[int((NR + 1) / 2)] }'; }

# A line for each gate that is forecast: its spec, what it shows, forecast, median of the gates. Every other trial has a
# neighbour of 20 %.
forecast_trial() {
	local spec real n=$1
	[[ $((n % 2)) -eq 0 ]] || begin neighbour 20
	time=10s doctor "$work/doctor.json"
	while read -r spec; do
		real=$(gates "$spec" '' | median)
		jq -r --arg spec "$spec" --arg real "$real" --arg n "$n" '.gate[] | select(.spec == $spec) | [$n, .spec, "clear", .not_regressed_blocks, $real, .sigma] | @tsv' \
			"$work/doctor.json" >>"$out/forecast.tsv"
	done < <(jq -r '.gate[].spec' "$work/doctor.json")
	if [[ -n $inject ]]; then
		spec=$(jq -r '.gate[0].spec' "$work/doctor.json")
		real=$(gates "$spec" slower | median)
		jq -r --arg real "$real" --arg n "$n" '.gate[0] | [$n, .spec, "slower", .regressed_blocks, $real, .sigma] | @tsv' "$work/doctor.json" >>"$out/forecast.tsv"
	fi
	[[ -z $running ]] || end
}

forecast() {
	local n
	for ((n = 0; n < $(wanted 10); n++)); do
		! time_is_up || return 0
		grep -q "^$n	" "$out/forecast.tsv" 2>/dev/null || forecast_trial $n
	done
}

# A line: the longest gap in µs of the doctor, of oslat and of cyclictest on the CPU with the bursts.
longest() {
	local cpu=$(($(nproc) - 1)) ours oslat cyclic
	if ! command -v oslat >/dev/null || ! command -v cyclictest >/dev/null; then
		echo "validate-doctor.sh: longest is left out: oslat and cyclictest (rt-tests) are not installed"
		return 0
	fi
	until [[ $(done_n longest) -ge $(wanted 10) ]] || time_is_up; do
		begin bursts $cpu
		doctor "$work/doctor.json"
		ours=$(jq --argjson cpu $cpu '.cpus[] | select(.cpu == $cpu) | [.alone.longest_ns, .together.longest_ns] | max / 1000' "$work/doctor.json")
		oslat=$(oslat --cpu-list=$cpu --duration=1s 2>/dev/null | awk '/Maximum:/ { print $2 }')
		cyclic=$(cyclictest --quiet --policy=other --affinity=$cpu --threads=1 --interval=1000 --duration=1 2>/dev/null | sed -n 's/.*Max: *//p')
		end
		printf '%s\t%s\t%s\n' "$ours" "${oslat:--}" "${cyclic:--}" >>"$out/longest.tsv"
	done
}

report() {
	local part
	for part in neighbour_1 neighbour_5 neighbour_20 quota storm hog; do
		[[ ! -f $out/$part.tsv ]] || awk -v part="$part" '{ n++; named += $1 == "named" } END { printf "%s: named in %d of %d trials\n", part, named, n }' "$out/$part.tsv"
	done
	[[ ! -f $out/quiet.tsv ]] || awk -F'\t' '$1 == "quiet" { n++; alarms += $2 != "-" } $1 != "quiet" { others++; seen += $2 != "-" }
		END { printf "quiet: doubted in %d of %d quiet runs, and in %d of %d that were not\n", alarms, n, seen, others }' "$out/quiet.tsv"
	[[ ! -f $out/forecast.tsv ]] || awk -F'\t' '$4 != "" && $5 != "" { r = $4 / $5; r = r < 1 ? 1 / r : r; n++; good += r <= 1.5; most = r > most ? r : most }
		END { printf "forecast: within a factor of 1.5 in %d of %d, at most %.2f\n", good, n, most }' "$out/forecast.tsv"
	[[ ! -f $out/longest.tsv ]] || awk -F'\t' 'function far(a, b) { return a / b < 1 ? b / a : a / b }
		$2 > 0 { n++; o += far($1, $2) <= 1.1; if (far($1, $2) > mo) mo = far($1, $2) } $3 > 0 { m++; c += far($1, $3) <= 1.1; if (far($1, $3) > mc) mc = far($1, $3) }
		END { printf "longest: within 10 %% of oslat in %d of %d (at most %.3f), of cyclictest in %d of %d (at most %.3f)\n", o, n, mo, c, m, mc }' "$out/longest.tsv"
}

for part in "${parts[@]}"; do
	# shellcheck disable=SC2016 # $pid is jq's
	case $part in
	neighbour_*) disturbed "$part" '.cause == "processes" and (.text | contains($pid + " (disturb)"))' neighbour "${part#*_}" ;;
	storm) disturbed storm '.kind == "doubt" and .cause == "interrupts" and (.text | contains("timer"))' storm ;;
	hog) disturbed hog '.kind == "doubt" and .cause == "memory" and (.text | contains($pid + " (disturb)"))' hog ;;
	*) "$part" ;;
	esac
done
