#!/usr/bin/env bats
# Odd machines, limits and failing calls: each is named, and what can be measured is. TVP names the program. What is
# ended is always a process that this file started, or its descendant.

# shellcheck disable=SC2030,SC2031,SC2154
load helpers

setup() {
	session=
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() {
	kill_session
}

# fails_call ORDER ARGUMENT...: tvp with a call of the C library made to fail (tests/faults/preload.c says how).
fails_call() {
	local order=$1
	shift
	[[ -e preload.so ]] || cc -shared -fPIC -O1 -o preload.so "$ROOT/tests/faults/preload.c"
	run timeout --kill-after=5 60 env "TVP_FAULT=$order" LD_PRELOAD="$PWD/preload.so" "$TVP" "$@"
}

# A sanitizer's library insists on being the first.
needs_preload() {
	needs_command cc
	! ldd "$TVP" | grep -qE 'lib(asan|tsan|ubsan)' || skip "a library cannot be preloaded before a sanitizer's"
}

# The CPUs that this process may use, one a line.
allowed_cpus() {
	local range
	for range in $(sed -n 's/^Cpus_allowed_list:\t//p' /proc/self/status | tr , ' '); do
		seq "${range%-*}" "${range#*-}"
	done
}

# cpu_mask CPU...: as sysfs writes it, of CPUs below 64.
cpu_mask() {
	local cpu mask=0
	for cpu; do mask=$((mask | 1 << cpu)); done
	printf '%08x,%08x\n' $((mask >> 32 & 0xffffffff)) $((mask & 0xffffffff))
}

node_put() { # NUMBER MASK
	mkdir -p "machine/sys/devices/system/node/node$1"
	echo "$2" >"machine/sys/devices/system/node/node$1/cpumap"
	echo "Node $1 MemTotal: 4096000 kB" >"machine/sys/devices/system/node/node$1/meminfo"
}

# A machine's files with the CPUs that are allowed here on node 0, and node 1 without any, in the directory `machine`.
machine_with_cpuless_node() {
	local -a cpus
	local cpu of
	mapfile -t cpus < <(allowed_cpus)
	[[ ${cpus[-1]} -lt 62 ]] || skip "the CPUs allowed here have large numbers"
	for cpu in "${cpus[@]}"; do
		of=machine/sys/devices/system/cpu/cpu$cpu/topology
		mkdir -p "$of"
		echo "$cpu" >"$of/core_id"
		echo 0 >"$of/physical_package_id"
		cpu_mask "$cpu" >"$of/thread_siblings"
		cpu_mask "${cpus[@]}" >"$of/core_siblings"
	done
	node_put 0 "$(cpu_mask "${cpus[@]}")"
	node_put 1 "$(cpu_mask)"
	export HWLOC_THISSYSTEM=1 HWLOC_FSROOT=$PWD/machine HWLOC_COMPONENTS=linux,stop
}

@test "a NUMA node without CPUs is drawn as such, and the machine is measured" {
	machine_with_cpuless_node
	run tvp topo
	expect_exit 0
	expect_line 'NUMA node 1, 3\.91 GiB +no allowed CPUs$'
	run tvp run scaling --kernel=null --model=serial --workers=1 --dry-run
	expect_exit 0
	expect_text scaling/kernel:null/model:serial
	run tvp slice scaling/kernel:null/model:serial/workers:1/pin:compact --iterations=5
	expect_exit 0
	expect_text '"state":"measured"'
	# With fewer CPUs than the machine has, nodes lose theirs, too.
	run taskset -c "$(allowed_cpus | head -n 1)" "$TVP" topo
	expect_exit 0
	expect_text "1 allowed CPU ("
}

@test "a machine that launchers describe to hwloc is ignored, with a warning" {
	local variable
	tvp topo >/dev/null
	for variable in HWLOC_SYNTHETIC='package:7 core:11 pu:1' HWLOC_XMLFILE=/no/such.xml; do
		run --separate-stderr env "$variable" "$TVP" topo
		expect_exit 0
		[[ $stderr == *"${variable%%=*}"*"ignored"* && $output == "this machine: "* && $output != *"7 packages"* ]]
		run tvp topo --topology='package:2 pu:1'
		[[ $output != *ignored* ]]
		run env "$variable" timeout --kill-after=5 60 "$TVP" slice scaling/kernel:null/model:thread_pool/workers:1/pin:compact --iterations=5
		expect_exit 0
		expect_text '"state":"measured"'
	done
	run env HWLOC_SYNTHETIC='package:7 core:11 pu:1' timeout --kill-after=5 60 "$TVP" run scaling --kernel=null \
		--model=thread_pool --workers=1 --pin=compact --rounds=1 --progress=never --out=r.json
	expect_exit 0
	expect_text "HWLOC_SYNTHETIC describes a machine"
	[[ $output != *skipped* ]]
	# Earlier versions take the variables at their word: neither side gets them. Who asks for one for a side, has it.
	# shellcheck disable=SC2016
	printf '#!/bin/sh\necho "${HWLOC_SYNTHETIC-none} ${HWLOC_XMLFILE-none}" >>"%s"\nexec "%s" "$@"\n' "$PWD/seen" "$TVP" >earlier
	chmod +x earlier
	run env HWLOC_SYNTHETIC='package:7 core:11 pu:1' HWLOC_XMLFILE=/no/such.xml timeout --kill-after=5 60 "$TVP" gate ./earlier \
		"$TVP" --suite=scaling --kernel=null --model=thread_pool --workers=1 --pin=compact --time-budget=2s --progress=never --out=g.json
	[[ $status -eq 0 || $status -eq 3 ]]
	[[ $(sort -u seen) == "none none" ]]
	expect_line '^Warnings$'
	expect_line '^  The environment variable HWLOC_[A-Z]+ describes a machine'
	needs_command jq
	run jq -r '.warnings[]' g.json
	expect_text "HWLOC_XMLFILE describes a machine"
}

# In the runner the caller and its thread write in turns, so every second call is the thread's.
@test "a channel that fails ends the visit at once, at the caller as at a worker, thread or process" {
	needs_preload
	local model who="worker 0"
	for model in thread_pool:write:2:28:1 process_pool:write:1:28:2 thread_pool:write:1:28:1 process_pool:write:1:28:1; do
		SECONDS=0
		[[ $model != *:write:1:28:1 ]] || who="dispatching to resident workers"
		fails_call "${model#*:}" run transport --kernel=convolve --size=64x64 --transport=copy:pipe --model="${model%%:*}" \
			--workers=1 --rounds=1 --progress=never --out=r.json
		expect_exit 4
		expect_text "$who" "No space left on device"
		# Two visits that end at once, and not at their deadline of a minute.
		[[ $SECONDS -lt 30 ]]
	done
}

# What could be read in the child that tries a description may crash hwloc in tvp itself, where memory ends meanwhile.
@test "a crash of hwloc over a described machine names the description" {
	needs_preload
	local n crashes_n=0
	for n in 10 20 30 40 60 80 100; do
		fails_call "malloc:$n:12:0" topo --topology='pack:2 pu:1'
		[[ $status -eq 4 || ($status -eq 0 && $output != *crashed*) ]]
		[[ $output != *"of this machine"* ]]
		! grep -qE '^tvp topo: hwloc crashed \(SIG(SEGV|ABRT)\) while reading the topology of pack:2 pu:1$' <<<"$output" ||
			crashes_n=$((crashes_n + 1))
	done
	[[ $crashes_n -gt 0 ]] || skip "this hwloc survives a failing malloc"
}

# What jansson cannot allocate it leaves out: a slice without a key, a result that nobody can read.
@test "where memory ends while JSON is made, nothing is written that lacks a part" {
	needs_preload
	needs_command jq
	local -a slice=(slice scaling/kernel:null/model:serial/workers:1/pin:none --iterations=3)
	local -a names
	local index calls_n n refused_n=0 whole
	whole=$(tvp "${slice[@]}" | jq -c keys)
	# How often a slice, which counts as a runner, calls malloc: of depth 1, after all calls of depth 0.
	head -c 40000 /dev/zero >counts
	TVP_FAULT_COUNTS=$PWD/counts fails_call malloc:1000000:12:1 "${slice[@]}"
	mapfile -t names < <(grep -oP '^CALL\(\K\w+' "$ROOT/tests/faults/calls.def"; printf '%s\n' open syscall_setaffinity mq_open)
	for index in "${!names[@]}"; do [[ ${names[index]} != malloc ]] || break; done
	calls_n=$(od -A n -t u4 -v -w4 counts | sed -n "$((${#names[@]} + index + 1))p")
	for ((n = calls_n; n > calls_n - 60; n--)); do
		fails_call "malloc:$n:12:1" "${slice[@]}"
		if [[ $status -eq 0 ]]; then
			[[ $(jq -c keys <<<"${lines[-1]}") == "$whole" ]]
		else
			expect_exit 4
			refused_n=$((refused_n + 1))
		fi
	done
	[[ $refused_n -gt 20 ]]
}

@test "where deaths of workers could not be noticed, the visit ends at once with the reason" {
	needs_preload
	local rows
	for rows in "scaling --kernel=null --model=process_pool --workers=2" \
		"latency --channel=pipe --between=processes --bytes=1 --place=same_cpu" "locks --between=processes --workers=2 --hold=0" \
		"isolation --death=kill --workers=2"; do
		SECONDS=0
		# shellcheck disable=SC2086
		fails_call sigaction:1+:22:1 run $rows --rounds=1 --progress=never --out=r.json
		expect_exit 4
		expect_text "a handler for the deaths of workers: Invalid argument"
		# Not at their deadlines of a minute.
		[[ $SECONDS -lt 40 ]]
	done
}

@test "where fork meets the limit on memory, runners make their own resident memory" {
	needs_preload
	fails_call fork:1:12:0 run spawn --call=posix_spawn,vfork --resident=64MiB --pages=4k --burst=1 --place=same_cpu --rounds=1 \
		--progress=never --out=r.json
	expect_exit 0
	expect_line '^ *posix_spawn +[0-9]'
	expect_line '^ *vfork +[0-9]'
	[[ $output != *FAILED* && $output != *lost* ]]
}

@test "a binding that is refused names the CPU and the way out, and gives no figure" {
	needs_preload
	local error
	for error in 1 38; do # EPERM, ENOSYS
		fails_call "syscall_setaffinity:1+:$error:1" run scaling --kernel=null --model=serial,threads --workers=1 \
			--pin=compact --rounds=1 --progress=never --out=r.json
		expect_exit 4
		expect_text "binding to CPU" "--pin=none"
		needs_command jq
		run jq '.benchmarks | length' r.json
		expect_text 0
	done
	fails_call "syscall_setaffinity:1+:1:1" run scaling --kernel=null --model=serial,threads --workers=1 --pin=none \
		--rounds=1 --progress=never --out=r.json
	expect_exit 0
}

@test "a spinning visit under real-time scheduling ends by itself and says by what" {
	needs_command chrt
	local cpu
	cpu=$(allowed_cpus | tail -n 1)
	chrt -f 1 true 2>/dev/null || skip "real-time scheduling is not permitted here"
	run timeout --kill-after=5 30 chrt -f 1 taskset -c "$cpu" "$TVP" slice --deadline=1s \
		dispatch/kernel:null/model:thread_pool/workers:1/pin:compact/wait:spin
	expect_exit 4
	expect_text RLIMIT_RTTIME
	run timeout --kill-after=5 60 chrt -f 1 "$TVP" run scaling --kernel=null --model=serial --workers=1 --rounds=1 \
		--progress=never --out=r.json
	expect_exit 0
	expect_text "real-time scheduling (SCHED_FIFO"
}

# The file is there from the first calibrating visit on, and holds the first sample as soon as there is one.
has_sample() { jq -e '.benchmarks | length > 0' r.json >/dev/null 2>&1; }

# Every visit lasts for a second or so: it is killed inside its first round.
@test "SIGKILL of tvp inside its first round loses no finished visit, and the run is resumed" {
	needs_command jq
	start_session run scaling --kernel=sleep --size=2000 --model=serial,threads --workers=2 --rounds=1 --out=r.json
	wait_until 100 has_sample
	kill -KILL "$session"
	wait_until 5 session_is_empty "$session"
	wait "$session" || true
	run tvp show r.json
	expect_exit 0
	run jq '.benchmarks | length' r.json
	[[ $output -ge 1 ]]
	cp r.json killed.json
	run timeout --kill-after=5 60 "$TVP" run --resume=r.json --rounds=2 --progress=never
	expect_exit 0
	# What was there is there, and nothing twice.
	local file
	for file in killed r; do
		jq -c '.benchmarks[] | [.run_name, .repetition_index, .real_time]' $file.json | sort >$file.rows
	done
	[[ -z $(comm -23 killed.rows r.rows) ]]
	run jq -c '[(.benchmarks | length), (.benchmarks | unique_by([.run_name, .repetition_index]) | length)]' r.json
	expect_text '[4,4]'
}

# namespaces COMMAND...: as PID 1, with every file system read-only but the directory `rw`.
namespaces() {
	mkdir -p rw
	# shellcheck disable=SC2016
	timeout --kill-after=5 60 unshare --pid --fork --kill-child --mount --mount-proc bash -c '
		mount --make-rprivate / && mount -t tmpfs tmpfs rw &&
		while read -r _ where _; do
			case $where in / | /tmp | /var/tmp | /dev/shm) mount -o remount,bind,ro "$where" || exit 99 ;; esac
		done </proc/mounts && cd rw && exec "$@"' namespaces "$@"
}

@test "PID 1 on a read-only root measures, or says what it cannot write" {
	needs_command unshare
	namespaces true 2>/dev/null || skip "namespaces or mounts are not permitted here"
	run namespaces "$TVP" run scaling,dispatch --kernel=null --model=serial,fork,process_pool,thread_pool --workers=2 --rounds=1 \
		--progress=never --out=r.json
	expect_exit 0
	expect_text "result: r.json"
	run namespaces "$TVP" run latency --channel=pipe,fifo --between=processes --bytes=1 --place=same_cpu --rounds=1 \
		--progress=never --out=r.json
	expect_exit 0
	expect_line '^ *pipe +.*[0-9]'
	[[ $output == *"Read-only file system"* || $output != *fifo*skipped* ]]
	run namespaces "$TVP" gate "$TVP" "$TVP" --suite=scaling --kernel=null --model=process_pool --workers=1 --time-budget=1s \
		--progress=never --out=g.json
	[[ $status -eq 0 || $status -eq 3 ]]
	run namespaces "$TVP" run scaling --kernel=null --model=serial --workers=1 --rounds=1 --progress=never --out="$PWD/r.json"
	expect_exit 4
	expect_text "Read-only file system"
}

# User 64998 has as many processes and threads as it starts.
@test "the limit on processes and threads is named" {
	[[ $(id -u) -eq 0 ]] || skip "only root can be another user without any other process"
	setpriv --reuid=64998 --regid=64998 --clear-groups true 2>/dev/null || skip "setpriv may not change the user here"
	local place
	place=$(mktemp -d)
	chmod 777 "$place"
	install -m 755 "$TVP" "$place/tvp"
	cd "$place"
	run timeout --kill-after=5 60 setpriv --reuid=64998 --regid=64998 --clear-groups prlimit --nproc=2 \
		env ASAN_OPTIONS=detect_leaks=0 ./tvp run scaling --kernel=null --model=threads,fork --workers=1 --rounds=1 \
		--progress=never --out=r.json
	cd "$BATS_TEST_TMPDIR"
	rm -rf "$place"
	expect_exit 4
	expect_text "RLIMIT_NPROC (ulimit -u)"
}

# refused ERRNO CALLS ARGUMENT...: tvp on a machine that refuses these system calls, as sandboxes do.
refused() {
	local error=$1 calls=$2
	shift 2
	[[ -e refuse ]] || cc -O1 -o refuse "$ROOT/tests/fixtures/refuse.c"
	./refuse "$error" "$calls" true || skip "system calls cannot be filtered here"
	run timeout --kill-after=5 60 ./refuse "$error" "$calls" "$TVP" "$@" --rounds=1 --progress=never --out=r.json
}

readonly EPERM=1 ENOSYS=38

@test "where binding is refused, pinned rows fail with the reason, and unpinned ones are measured" {
	needs_command cc
	needs_command jq
	local error
	for error in $EPERM $ENOSYS; do
		refused "$error" sched_setaffinity run scaling --kernel=null --model=serial,threads,thread_pool,process_pool --workers=2 \
			--pin=compact
		expect_exit 4
		expect_text "binding to CPU" "--pin=none measures without"
		[[ $(jq '.benchmarks | length' r.json) -eq 0 ]]
		# Where a place was asked for, no pin is a way out; and one worker is named, not two.
		refused "$error" sched_setaffinity run latency,switch --channel=pipe --bytes=1 --place=same_cpu
		expect_exit 4
		expect_text "binding to CPU"
		[[ $output != *--pin=none* ]]
		! grep -E 'worker [0-9]+: worker [0-9]+:' <<<"$output"
		[[ $(jq '.benchmarks | length' r.json) -eq 0 ]]
		# A spinning caller is moved away from its workers, where it can be.
		refused "$error" sched_setaffinity run dispatch --kernel=null --pin=none --wait=spin,park \
			--model=thread_pool,process_pool --workers=1
		expect_exit 0
		[[ $output != *FAILED* ]]
		refused "$error" sched_setaffinity run scaling --kernel=null --pin=none --model=serial,threads,fork --workers=2
		expect_exit 0
		[[ $output != *FAILED* && $output != *skipped* ]]
	done
}

@test "refused system calls are named in their rows, and all other rows are measured" {
	needs_command cc
	local error
	for error in $EPERM $ENOSYS; do
		refused "$error" perf_event_open run scaling --kernel=null --model=serial --workers=1
		expect_exit 0
		expect_text "Hardware counters: not available here"
		refused "$error" process_vm_readv,io_uring_setup,mbind run bandwidth --bytes=4KiB --channel=null,pipe,process_vm_readv \
			--place=same_cpu
		expect_exit 0
		expect_line '^ *process_vm_readv +processes +skipped: .*sandbox'
		[[ $output != *FAILED* ]]
		expect_line '^ *pipe +processes +[0-9]'
		refused "$error" process_vm_readv,io_uring_setup,mbind run memory,latency --bytes=1 --place=same_cpu
		[[ $output != *FAILED* ]]
	done
}
