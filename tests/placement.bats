#!/usr/bin/env bats
# Which CPUs are used: --cpus, --cpukind, machines with several kinds of CPUs, cpu quotas. TVP names the program.

load helpers

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# A cgroup of ours with a quota of a fifth of a CPU; its files are in $cgroup. Skips the test where none can be made.
cgroup_make() {
	local mount name=tvp-bats-$$ period_us=20000
	if mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts) && [[ -n $mount ]] &&
		grep -qw cpu "$mount/cgroup.subtree_control" 2>/dev/null && mkdir "$mount/$name" 2>/dev/null; then
		cgroup=$mount/$name
		echo "$((period_us / 5)) $period_us" >"$cgroup/cpu.max" || skip "the quota cannot be set"
		return
	fi
	mount=$(awk '$3 == "cgroup" && $4 ~ /(^|,)cpu(,|$)/ { print $2; exit }' /proc/self/mounts)
	if [[ -z $mount ]] || ! mkdir "$mount/$name" 2>/dev/null; then skip "no cgroup with a CPU quota can be made here"; fi
	cgroup=$mount/$name
	echo $period_us >"$cgroup/cpu.cfs_period_us" || skip "the quota cannot be set"
	echo $((period_us / 5)) >"$cgroup/cpu.cfs_quota_us" || skip "the quota cannot be set"
}

# in_cgroup ARGUMENT...: tvp with that quota.
in_cgroup() { sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' sh "$cgroup" timeout --kill-after=5 120 "$TVP" "$@"; }

teardown() {
	[[ -z ${cgroup:-} ]] || rmdir "$cgroup"
}

first_cpu() { sed -nE 's/^Cpus_allowed_list:\t([0-9]+).*/\1/p' /proc/self/status; }

# A directory of this machine's files where CPU $1 is of a weaker kind than the others, in the directory `machine`.
machine_with_weak_cpu() {
	local cpu range of
	for range in $(sed -n 's/^Cpus_allowed_list:\t//p' /proc/self/status | tr , ' '); do
		for cpu in $(seq "${range%-*}" "${range#*-}"); do
			[[ $cpu -lt 32 ]] || continue
			of=machine/sys/devices/system/cpu/cpu$cpu
			mkdir -p "$of/topology"
			echo "$cpu" >"$of/topology/core_id"
			echo 0 >"$of/topology/physical_package_id"
			printf '%x\n' $((1 << cpu)) | tee "$of/topology/thread_siblings" >"$of/topology/core_siblings"
			if [[ $cpu -eq $1 ]]; then echo 400; else echo 1024; fi >"$of/cpu_capacity"
		done
	done
	export HWLOC_THISSYSTEM=1 HWLOC_FSROOT=$PWD/machine HWLOC_COMPONENTS=linux,stop
}

@test "--cpus restricts topo, run, gbench, slices and both sides of a gate, and is stored" {
	local cpu
	needs_command jq
	cpu=$(first_cpu)
	run tvp topo --cpus="$cpu"
	expect_exit 0
	expect_text "1 allowed CPU ($cpu)" "compact         2  w0→$cpu  w1→$cpu"
	run tvp run scaling --kernel=null --model=thread_pool --workers=auto --pin=compact --cpus="$cpu" --dry-run
	expect_exit 0
	expect_text workers:1/ workers:2/
	[[ $output != *workers:4/* ]]
	run tvp run scaling --kernel=null --model=thread_pool --workers=1 --pin=none --cpus="$cpu" --rounds=1 --progress=never --out=r.json
	expect_exit 0
	expect_text "Only one CPU is allowed"
	[[ $(jq -r '.tvp.machine | .cpus_chosen, .allowed_cpus, .cpus_n' r.json | xargs) == "$cpu $cpu 1" ]]
	run tvp slice scaling/kernel:null/model:serial/workers:1/pin:compact --iterations=1 --cpus="$cpu"
	expect_exit 0
	expect_text '"state":"measured"' '"pin_rule":2'
	run tvp gbench scaling --cpus="$cpu" -- --benchmark_list_tests
	expect_exit 0
	[[ $output == *workers:2/* && $output != *workers:4/* ]]
	# What a side may use is what its processes inherit, whatever they know of options.
	printf '#!/bin/sh\nsed -n "s/^Cpus_allowed_list:.//p" /proc/self/status >>"%s/masks"\nexec "%s" "$@"\n' "$PWD" "$TVP" >side
	chmod +x side
	run tvp gate ./side ./side --cpus="$cpu" --suite=scaling --kernel=null --model=serial --workers=1 --blocks=4 \
		--progress=never --out=g.json
	expect_exit 0
	[[ $(sort -u masks) == "$cpu" && $(wc -l <masks) -ge 8 ]]
	[[ $(jq -r '.machine | .cpus_chosen, .allowed_cpus' g.json | xargs) == "$cpu $cpu" ]]
}

@test "a continued run keeps to the CPUs that were chosen" {
	local cpu
	cpu=$(first_cpu)
	run tvp run scaling --kernel=null --model=serial --workers=1 --cpus="$cpu" --rounds=1 --progress=never --out=r.json
	expect_exit 0
	run tvp run --resume=r.json --rounds=2 --progress=never
	expect_exit 0
	refuses 2 "--resume" run --resume=r.json --cpus="$cpu"
}

@test "CPUs that are not there are named" {
	refuses 2 "CPU 8000 is not allowed here" run --cpus=8000
	refuses 2 "CPU 8000 is not allowed here" gate "$TVP" "$TVP" --cpus="$(first_cpu),8000"
	refuses 2 "CPU 8000 is not allowed here" slice scaling/kernel:null/model:serial/workers:1/pin:compact --cpus=8000
	refuses 2 "CPU 8000 is not allowed here" gbench --cpus=8000
	refuses 2 "no node 800" topo --cpus=node:800
	refuses 2 "no package 9" topo --topology='pack:2 pu:2' --cpus=package:9
	refuses 2 "of one kind" topo --topology='pack:2 pu:2' --cpukind=9
}

@test "pins take the strongest kind of CPUs first, and say where they cross" {
	local cpu
	needs_command jq
	[[ $(nproc) -ge 2 && $(first_cpu) -lt 31 ]] || skip "needs two CPUs of small numbers"
	cpu=$(first_cpu)
	machine_with_weak_cpu "$cpu"
	run tvp topo
	expect_exit 0
	expect_line "^ +1 +1  $cpu: capacity 400$"
	[[ $output != *"w0→$cpu"* ]]
	expect_line "^warning: .* workers exceed the [0-9]+ CPUs? of kind 0 \(capacity 1024\)"
	run tvp run scaling --kernel=null --model=thread_pool --workers=1,"$(nproc)" --pin=compact --rounds=1 --progress=never --out=two.json
	expect_exit 0
	expect_text "The CPUs are of 2 kinds" "Up to $(nproc) pinned workers exceed the"
	[[ $(jq -r '.tvp.machine | .cpu_kinds_n, .pin_rule' two.json | xargs) == "2 2" ]]
	[[ $(jq -r '.benchmarks[] | select(.name | contains("workers:1/")) | .cpu' two.json) != "$cpu" ]]
	run tvp run scaling --kernel=null --model=thread_pool --workers=1,2 --pin=compact --cpukind=1 --rounds=1 --progress=never --out=one.json
	expect_exit 0
	[[ $output != *"of 2 kinds"* && $output != *"pinned workers exceed"* ]]
	[[ $(jq -r '.tvp.machine | .cpu_kinds_n, .cpukind_chosen, .allowed_cpus' one.json | xargs) == "1 1 $cpu" ]]
	# A file of before there was a rule is not compared here; where all CPUs are of one kind it is.
	jq 'del(.tvp.machine.pin_rule, .tvp.machine.cpu_kinds_n)' two.json >before.json
	jq '.tvp.machine.cpu_kinds_n = "1"' two.json >alike.json
	refuses 2 "different rules of pins" compare before.json two.json
	run tvp compare before.json alike.json
	expect_exit 0
	run tvp check two.json --baseline=before.json
	[[ $output == *pin_rule* ]]
}

@test "a CPU quota limits automatic numbers of workers, and the periods it throttles are stored and told" {
	needs_command jq
	cgroup_make
	run in_cgroup topo
	expect_exit 0
	expect_text "cgroup quota 0.20 CPUs"
	[[ $output != *"compact         2"* ]]
	run in_cgroup run scaling --kernel=sum --size=1MiB --model=thread_pool --workers=auto --pin=none --dry-run
	expect_exit 0
	expect_text workers:1/
	[[ $output != *workers:2/* ]]
	run in_cgroup run scaling --kernel=sum --size=1MiB --model=thread_pool --workers=2 --pin=none --wait=spin --rounds=3 \
		--progress=never --out=r.json
	expect_exit 0
	expect_text "Up to 2 workers share a cgroup quota of 0.20 CPUs" "CPU quota was used up in"
	[[ $(jq '[.tvp.rounds[].throttled_n] | add' r.json) -ge 1 && $(jq '[.tvp.rounds[].throttled_ns] | add' r.json) -ge 0 ]]
	[[ $(jq -r .tvp.machine.quota_cpus r.json) == 0.20 ]]
}

# The gate itself has no quota: only a slice of the new side can know.
@test "what a CPU quota throttles is stored per block of a gate, as each slice's own cgroup counts it" {
	needs_command jq
	cgroup_make
	printf '#!/bin/sh\necho $$ >%s/cgroup.procs && exec "$@"\n' "$cgroup" >confined
	chmod +x confined
	run tvp gate "$TVP" "$TVP" --new-prefix="$PWD/confined" \
		--spec=scaling/kernel:sum/size:1MiB/model:serial/workers:1/pin:none --blocks=6 --slice-time=10ms --progress=never \
		--steal=100% --out=gate.json --junit=gate.xml --markdown=gate.md --new-out=new.json
	[[ $(jq '[.rows[].blocks[].new.throttled_n] | add' gate.json) -ge 1 ]]
	[[ $(jq '[.rows[].blocks[] | select(.old.throttled_n // 0 > 0)] | length' gate.json) -eq 0 ]]
	expect_text "throttled)" "quota was used up in 0 periods of the old side and"
	grep -q "of them throttled by the CPU quota" gate.xml || grep -q '"throttled"' gate.xml
	grep -q "warning: The cgroup" gate.md
	[[ $(jq '[.tvp.rounds[].throttled_n // 0] | add' new.json) -ge 1 ]]
}
