#!/usr/bin/env bats
# Interrupts, kills and limits on processes: the run continues or ends in order, and nothing is left behind. TVP names the
# program. Only processes that this file started, or their descendants, are killed.

# shellcheck disable=SC2030,SC2031,SC2154
load helpers

setup() {
	session=
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() {
	kill_session
}

# The progress line is drawn about ten times a second and may leave out rounds.
measures_beyond_round() {
	grep -oP 'measuring round \K[0-9]+' stderr | awk -v least="$1" '$1 > least { found = 1 } END { exit !found }'
}

# first_child PID VARIABLE: without a process of our own, since a runner lives for milliseconds: one that is found by
# listing all processes has mostly ended when it is to be killed.
first_child() {
	local file=/proc/$1/task/$1/children
	printf -v "$2" ''
	if [[ -r $file ]]; then
		read -r "${2?}" _ <"$file" || true
	else
		printf -v "$2" '%s' "$(children_of "$1" | head -n 1)"
	fi 2>/dev/null
	[[ -n ${!2} ]]
}

has_worker() { first_child "$session" runner && first_child "$runner" worker; }

kill_worker() { has_worker && kill -KILL "$worker" 2>/dev/null; }
kill_runner() { has_runner && kill -KILL "$runner" 2>/dev/null; }

has_runner() {
	first_child "$session" runner
}

@test "an interrupt of the process group saves the result and leaves no process; --resume continues" {
	start_session run --kernel=null --model=fork,process_pool --workers=2,4 --rounds=100000 --progress=always --out=r.json
	wait_until 60 measures_beyond_round 3
	kill -INT -- "-$session"
	end_session 10
	expect_exit 130
	expect_text "tvp run --resume=r.json"
	wait_until 2 session_is_empty "$session"
	[[ $(find . -type f -name '*json*') == ./r.json ]]
	run tvp show r.json
	expect_exit 0
	expect_text interrupted
	cp r.json interrupted.json
	run tvp run --resume=r.json --rounds=1
	expect_exit 2
	expect_text "rounds already"
	needs_command jq
	local rounds_n
	rounds_n=$(jq '.tvp.rounds | length' interrupted.json)
	run tvp run --resume=r.json --rounds=$((rounds_n + 2))
	expect_exit 0
	[[ $(jq '.tvp.rounds | length' r.json) -eq $((rounds_n + 2)) ]]
	# Everything measured before is still there.
	local file
	for file in interrupted r; do
		jq -c '.benchmarks[] | [.run_name, .repetition_index, .iterations, .real_time]' $file.json | sort >$file.rows
	done
	[[ -z $(comm -23 interrupted.rows r.rows) ]]
}

@test "a termination signal ends a run as an interrupt does" {
	start_session run --kernel=sleep --model=process_pool --workers=2 --rounds=100000 --progress=always --out=r.json
	wait_until 60 measures_beyond_round 1
	kill -TERM "$session"
	end_session 10
	expect_exit 130
	wait_until 2 session_is_empty "$session"
	run tvp show r.json
	expect_exit 0
}

@test "SIGKILL of tvp also ends its workers" {
	start_session run --kernel=sleep --size=4000 --model=process_pool --workers=8 --rounds=100000 --out=r.json
	wait_until 60 has_worker
	kill -KILL "$session"
	wait_until 2 session_is_empty "$session"
	status=0
	wait "$session" || status=$?
	expect_exit $((128 + 9))
}

# What was lost once stands in the table and in the file, by name; everything was measured all the same.
expect_lost_once() {
	end_session 60
	expect_exit 0
	expect_text "1 visit lost; last reason: " SIGKILL
	wait_until 2 session_is_empty "$session"
	run tvp show r.json
	expect_exit 0
	expect_text "1 visit lost; last reason: " SIGKILL
	needs_command jq
	run jq -c '[.tvp.rows[] | select(.lost > 0)] | [length, .[0].lost, (.[0].reason | test("SIGKILL"))]' r.json
	expect_text '[1,1,true]'
	run jq '[.benchmarks[].run_name] | unique | length' r.json
	[[ $output -eq $(jq '.tvp.rows | map(select(.state != "skipped")) | length' r.json) ]]
}

@test "SIGKILL of a worker process loses that visit, with the signal named, and the row continues" {
	start_session run --kernel=sleep --size=1000 --model=threads,process_pool --workers=2 --rounds=2 --out=r.json
	wait_until 60 has_worker
	kill -KILL "$worker"
	expect_lost_once
}

@test "SIGKILL of a runner loses that visit, with the signal named, and the row continues" {
	start_session run --kernel=sleep --size=1000 --model=threads,fork --workers=2 --rounds=2 --out=r.json
	wait_until 60 has_runner
	kill -KILL "$runner"
	expect_lost_once
}

@test "a row whose workers are killed in every visit fails, with the signal named, and the others are measured" {
	start_session run scaling --kernel=sleep --size=1000 --model=threads,process_pool --workers=2 --rounds=5 --out=r.json
	until is_gone "$session"; do
		kill_worker || sleep 0.02
	done
	end_session 60
	expect_exit 4
	expect_text FAILED SIGKILL
	wait_until 2 session_is_empty "$session"
	needs_command jq
	run jq -c '[.tvp.rows[] | select(.state == "failed")] | [length, .[0].lost, (.[0].reason | test("SIGKILL"))]' r.json
	expect_text '[1,3,true]'
	run jq '[.benchmarks[] | select(.run_name | test("model:threads/"))] | length' r.json
	expect_text 5
}

@test "rows that may not create threads or processes fail with that reason" {
	needs_command prlimit
	local -a limited=(prlimit --nproc=1)
	local place=$BATS_TEST_TMPDIR program=$TVP
	if [[ $(id -u) -eq 0 ]]; then
		# Root has no limit, so another user runs it, in a directory which that user can enter. One process is tvp, one the
		# runner.
		local nobody=64999
		setpriv "--reuid=$nobody" "--regid=$nobody" --clear-groups true 2>/dev/null || skip "setpriv may not change the user here"
		limited=(setpriv "--reuid=$nobody" "--regid=$nobody" --clear-groups prlimit --nproc=2)
		place=$(mktemp -d)
		chmod 777 "$place"
		program=$place/tvp
		install -m 755 "$TVP" "$program"
	fi
	cd "$place"
	# A leak sanitizer creates a thread at exit, which the limit forbids as well.
	run timeout 60 "${limited[@]}" env ASAN_OPTIONS=detect_leaks=0 "$program" run --rounds=1 --kernel=null --workers=2 --out=r.json
	local shown ring
	shown=$(tvp show r.json)
	# The tasks of a ring that could be created must not wait for those that could not.
	limited[-1]=--nproc=4
	ring=$(timeout 60 "${limited[@]}" env ASAN_OPTIONS=detect_leaks=0 "$program" run switch --tasks=8 --bytes=0 --rounds=1 \
		--between=threads,processes --out=ring.json 2>&1) || true
	cd "$BATS_TEST_TMPDIR"
	[[ $place == "$BATS_TEST_TMPDIR" ]] || rm -rf "$place"
	expect_exit 4
	expect_text "FAILED" "Resource temporarily unavailable"
	if [[ ${limited[0]} == setpriv ]]; then
		expect_text "pthread_create of worker" "fork of worker"
	fi
	[[ $shown == *"Resource temporarily unavailable"* ]]
	if [[ ${limited[0]} == setpriv ]]; then
		[[ $ring == *"the limit on tasks is reached: "*"temporarily unavailable"* && $ring != *"did not end"* ]]
	fi
}

# Channels of which the kernel or a file system could keep something.
KEPT=fifo,mq,sysv_msg,sysv_semaphore,unix_stream,unix_dgram,tcp

# What is in the places where they would keep it: queues, semaphore sets, files.
kept_things() {
	tail -qn +2 /proc/sysvipc/msg /proc/sysvipc/sem 2>/dev/null | awk '{ print "sysv", $1, $2 }'
	find /dev/mqueue /dev/shm "$TMPDIR" -maxdepth 1 -name '*tvp*' -newer "$BATS_TEST_TMPDIR/began" 2>/dev/null || true
}

# Temporary files go to a directory of this test alone, since other tests create some at the same time.
note_what_is_kept() {
	export TMPDIR=$BATS_TEST_TMPDIR/temporary
	mkdir "$TMPDIR"
	touch began
	kept_things >before
}

expect_nothing_kept() {
	kept_things >after
	if ! diff -u before after; then
		echo "this was left behind"
		return 1
	fi
}

# Some of those channels work on every Linux: if they were refused, no bug could leave anything behind.
expect_messages() {
	run tvp run latency --channel=fifo,unix_stream,unix_dgram,tcp --between=processes --bytes=1 --rounds=1 --out=talk.json
	expect_exit 0 || return 1
	[[ $output != *skipped* ]]
}

message_until_measuring() {
	expect_messages || return 1
	start_session run latency --channel=$KEPT --between=processes --bytes=1 --rounds=100000 --progress=always --out=r.json
	wait_until 60 measures_beyond_round 1
}

@test "an interrupt between two messages leaves no queue, no file and no process" {
	note_what_is_kept
	message_until_measuring
	kill -INT -- "-$session"
	end_session 10
	expect_exit 130
	wait_until 2 session_is_empty "$session"
	expect_nothing_kept
}

@test "killed workers and runners leave nothing, and the run continues" {
	note_what_is_kept
	message_until_measuring
	for _ in 1 2 3; do
		wait_until 30 kill_worker
		wait_until 30 kill_runner
	done
	kill -INT -- "-$session" 2>/dev/null || true
	end_session 10
	[[ $status -eq 130 || $status -eq 4 ]]
	expect_text SIGKILL
	wait_until 2 session_is_empty "$session"
	expect_nothing_kept
}

@test "the start after SIGKILL of tvp removes what the kernel kept" {
	note_what_is_kept
	message_until_measuring
	kill -KILL "$session"
	wait_until 5 session_is_empty "$session"
	tvp run latency --channel=pipe --bytes=1 --rounds=1 --out=next.json >/dev/null
	expect_nothing_kept
}

@test "a limit that is too small skips the rows it concerns, with the reason" {
	run bash -c "ulimit -q 0; exec '$TVP' run latency --channel=pipe,mq --bytes=1 --rounds=2 --out=r.json"
	expect_exit 0
	expect_text "skipped:" RLIMIT_MSGQUEUE
	expect_line '^ *pipe +same_cpu +threads +[0-9]' # and no other
}
