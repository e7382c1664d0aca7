#!/usr/bin/env bats
# Kernels from files: compiled, opened, measured in every model, and whatever they may do wrong. TVP names the program.

# shellcheck disable=SC2030,SC2031,SC2034,SC2154
load helpers

FIXTURES=$BATS_TEST_DIRNAME/fixtures/plugins

# example LANGUAGE: the example in docs/adding.md.
example() { awk -v fence="\`\`\`$1" '$0 == fence { on = 1; next } /^```/ { on = 0 } on' "$ROOT/docs/adding.md"; }

# object NAME FLAG...: one of the hostile kernels, from an object file with these flags.
object() {
	local object=hostile$2.o
	[[ -e $object ]] || cc -O1 -fPIC -c ${2:+"-D$2"} -I "$ROOT/src/kernel" "$FIXTURES/hostile.c" -o "$object"
	echo "const char hostile[] = \"$1\";" | cc -shared -fPIC -x c -o "$1.so" - -x none "$object" -pthread
}

setup() {
	session=
	needs_command cc
	cd "$BATS_TEST_TMPDIR" || return 1
	export XDG_CACHE_HOME=$BATS_FILE_TMPDIR/cache
	cp "$FIXTURES/mine.c" "$FIXTURES/weighted.c" .
}

teardown() {
	kill_session
	# What a kernel leaves runs the host, or is a child of it with the same name.
	! processes_called tvp-kernel-host
}

# Living processes of that name which began in this test's directory.
processes_called() {
	local process
	for process in /proc/[0-9]*; do
		[[ $(cat "$process/comm" 2>/dev/null) == "${1:0:15}" && $(readlink "$process/cwd") == "$BATS_TEST_TMPDIR" ]] &&
			echo "left: $process" && return 0
	done
	return 1
}

@test "a C file is compiled, and measured in every model and by every way of sending data" {
	run tvp run scaling --kernel=./mine.c --size=64KiB --workers=2 --rounds=2 --transport=inplace,copy:pipe --format=csv
	expect_exit 0
	expect_text "cc -std=gnu17" "./mine.c" "scaling/kernel:mine/size:64KiB/model:serial" "model:threads" "model:fork" \
		"model:process_pool/workers:2/pin:compact/transport:copy:pipe" "limits/kernel:read/size:64KiB"
	[[ $output != *,failed,* ]]
	run tvp run scaling --kernel=./mine.c --dry-run
	expect_exit 0
	[[ $output != *"cc -std"* ]]
}

@test "the examples of docs/adding.md build and measure, in C, C++ and Rust" {
	local files=./rooted.c
	example c >rooted.c
	[[ $(wc -l <rooted.c) -le 20 ]]
	if command -v g++ >/dev/null; then
		example cpp >rooted.cc
		g++ -std=c++20 -O3 -Wall -Wextra -Werror -Wno-missing-field-initializers -shared -fPIC -I "$ROOT/src/kernel" \
			rooted.cc -o rooted_cc.so
		files+=,./rooted_cc.so
	fi
	if command -v rustc >/dev/null && example rust >rooted.rs &&
		rustc --edition 2021 --crate-type=cdylib -C opt-level=3 -C panic=abort rooted.rs -o rooted_rs.so; then
		files+=,./rooted_rs.so
	fi
	CFLAGS='-O3 -Wall -Wextra -Werror -Wno-missing-field-initializers' \
		run tvp run scaling --kernel=$files --size=64KiB --workers=2 --rounds=2 --schedule=static,strided --format=csv
	expect_exit 0
	[[ $output != *,failed,* ]]
	[[ $(grep -c "^scaling/kernel:rooted" <<<"$output") -eq $(($(tr , '\n' <<<"$files" | wc -l) * 9)) ]]
}

@test "two parameters of one name, and a size of another form, are refused; what a kernel prints goes to stderr" {
	sed 's/"most"/"n"/' "$FIXTURES/weighted.c" >twice.c
	sed 's/size_forms = TVP_SIZE_BYTES/size_forms = TVP_SIZE_BYTES | TVP_SIZE_ITEMS/' "$FIXTURES/weighted.c" >forms.c
	run tvp run scaling --kernel=./twice.c --rounds=1
	expect_exit 4
	expect_text 'FAILED: ./twice.c: its descriptor has two parameters of the name "n"'
	rm tvp-result.json
	refuses 2 "which takes bytes of input, as 32MiB, or a count of items, as 1000" run scaling --kernel=./forms.c --size=100us
	sed '/^static void run/,/^{/s/^{/{ puts("printed by run"); fflush(stdout);/; 1i #include <stdio.h>' \
		"$FIXTURES/weighted.c" >prints.c
	tvp run scaling --kernel=./prints.c --size=64KiB --model=serial --rounds=2 --format=json --progress=never >said 2>err
	jq -e .rows said >/dev/null
	grep -q '^printed by run' err
}

@test "items of a file's kernel that differ by a factor of a million are seen as such" {
	cat >uneven.c <<'EOF'
#include <time.h>
#include <tvp/kernel.h>
static void run(const struct tvp_problem *problem, struct tvp_span span, double *partial)
{
	(void)problem;
	for (uint64_t i = span.begin; i < span.end; i += span.step) {
		if (i == 500)
			nanosleep(&(struct timespec){.tv_nsec = 100000000}, 0);
		*partial += 1;
	}
}
const struct tvp_kernel tvp_kernel = {TVP_KERNEL_HEAD, .name = "uneven", .summary = "one item takes 0.1 s",
	.size_forms = TVP_SIZE_ITEMS, .size_default = "1000", .run = run};
EOF
	tvp run items --kernel=./uneven.c --rounds=2 --format=csv >items.csv
	run awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		{ print ($at["item_max_ns"] > 1e7), ($at["item_median_ns"] > 0 && $at["item_median_ns"] < 1e5) }' items.csv
	[[ $output == "1 1" ]]
}

@test "help, lists and specs have a file's kernel with its parameters" {
	run tvp list kernels --plugin=./weighted.c
	expect_exit 0
	expect_text "weighted copy; an item is one double" "--weighted.n: the weight, 1 to 9; default 3" \
		"--weighted.most: what is beyond it counts as 0, 16 or 64; default 64"
	run tvp run --kernel=./weighted.c --help
	expect_exit 0
	expect_text "--weighted.n=LIST"
	run tvp run scaling --kernel=./weighted.c --weighted.n=2,5 --model=serial,fork --workers=1 --rounds=2 --memory=private \
		--schedule=strided,dynamic:100
	expect_exit 0
	run tvp show --format=csv tvp-result.json
	expect_text "kernel:weighted/weighted.n:2/weighted.most:64/size:1MiB/model:fork/workers:1/pin:compact/memory:private"
	expect_text "limits/kernel:copy/size:1MiB" "limits/kernel:fma"
	[[ $output != *limits/kernel:read* && $output != *,failed,* ]]
	rm tvp-result.json
	refuses 2 "weighted.n '10': kernel weighted takes 1 to 9" run scaling --kernel="$FIXTURES/weighted.c" --weighted.n=10
	run tvp slice --plugin="$FIXTURES/weighted.c" \
		scaling/kernel:weighted/weighted.n:2/weighted.most:16/size:1MiB/model:threads/workers:2/pin:compact
	expect_text '"state":"measured"'
}

@test "what is no kernel, or fails while rows are planned, is one failed row, and the others are measured" {
	! grep -q __asan_init "$TVP" || skip "a sanitizer ends what asks for too much memory by itself"
	local name files=./text.so
	echo text >text.so
	for name in old_abi:OLD_ABI new_abi:NEW_ABI new_minor:NEW_MINOR no_magic:NO_MAGIC short:SHORT no_symbol:NO_SYMBOL; do
		object "${name%:*}" "${name#*:}"
	done
	for name in much_constructor segv_constructor exit_constructor segv_need loop_need exit_need absurd_items absurd_bytes much_memory \
		segv_traffic; do
		object $name ""
	done
	for name in *.so; do
		files+=,./$name
	done
	run tvp run scaling --kernel="mine.c,$files" --kernel="./mine.c,$files" --size=64KiB --workers=1 --rounds=2 \
		--plugin-deadline=1s
	expect_exit 4
	expect_text "neither a shared object nor a C source" "built for version 0.9" "built for version 2.0" \
		"built for version 1.1" "the magic number is wrong" "has 24 bytes" "exports no symbol tvp_kernel" \
		"segv_constructor.so: opening it crashed (SIGSEGV" "exit_constructor.so: opening it ended the process" \
		"much_constructor.so: opening it crashed" "segv_need.so: need() crashed" "loop_need.so: need() did not end within 1 s" "need() ended the process, by exit(3)" \
		"need() says 0 items" "need() says 18446744073709547519 bytes" "much_memory needs 33554434 MiB" \
		"traffic() crashed (SIGSEGV"
	for name in *.so; do
		[[ $(grep -cE "^    scaling/kernel:${name%.so}(\.so)?/" <<<"$output") -eq 1 ]] || [[ $name == much_memory.so ]]
	done
	run tvp show --format=csv tvp-result.json
	[[ $(grep -c kernel:mine/ <<<"$output") -ge 5 ]]
}

@test "what fails when it is prepared or first run is named in every row, and nothing is left" {
	local name files=./throws.so
	local -A says=(
		[throws]="run() crashed (SIGABRT: a failed assertion, or a C++ exception"
		[thread_constructor]="it has started 1 threads of its own before run()"
		[segv_prepare]="prepare() crashed (SIGSEGV" [loop_prepare]="prepare() did not end within 1 s"
		[refuses_prepare]="prepare(): no data today" [segv_run]="run() crashed (SIGSEGV"
		[loop_run]="run() did not end within 1 s" [exit_run]="run() ended the process, by exit(0)"
		[writes_input]="run() crashed (SIGSEGV" [writes_behind]="run() wrote behind the end of the output's 65536 bytes"
		[writes_far_behind]="run() crashed (SIGSEGV" [writes_beyond_span]="wrote outside of these items' bytes"
		[thread_run]="run() started a thread or a process" [joins_run]="run() started a thread or a process"
		[forks_run]="run() started a thread or a process" [segv_check]="check() crashed (SIGSEGV"
		[wrong_check]="check(): it is never right" [segv_span_bytes]="span_bytes() crashed"
		[span_outside]="span_bytes() says bytes outside" [varies]="its result varies"
	)
	unset "says[throws]"
	for name in "${!says[@]}" leaves_process; do
		object "$name" "$([[ $name != varies ]] || echo NO_CHECK)"
		files+=,./$name.so
	done
	if command -v c++ >/dev/null; then
		c++ -shared -fPIC -I "$ROOT/src/kernel" "$FIXTURES/throws.cc" -o throws.so
		says[throws]="run() crashed (SIGABRT: a failed assertion, or a C++ exception"
	else
		files=${files#./throws.so,}
	fi
	run tvp run scaling --kernel="$files" --size=64KiB --workers=2 --model=serial,fork --rounds=2 --plugin-deadline=1s
	expect_exit 4
	run tvp show --format=csv tvp-result.json
	for name in "${!says[@]}"; do
		expect_line "kernel:$name/"
		grep "scaling/kernel:$name/.*model:fork" <<<"$output" | grep -qF "${says[$name]}" ||
			{ printf 'not "%s" of %s:\n%s\n' "${says[$name]}" "$name" "$output"; return 1; }
	done
	[[ $(grep -c "kernel:leaves_process/.*failed" <<<"$output") -eq 0 ]]
}

@test "static data: where threads and processes differ is told" {
	object keeps_static ""
	object scratch_threads ""
	run tvp run scaling --kernel=./keeps_static.so,./scratch_threads.so --size=64KiB --workers=2 --rounds=2
	expect_exit 4
	run tvp show --format=csv tvp-result.json
	expect_line "keeps_static/.*model:process_pool/.*wrong with processes, right with threads"
	expect_line "scratch_threads/.*model:thread_pool/.*wrong with threads, right with processes"
	[[ $(grep -c "keeps_static/.*model:thread.*wrong" <<<"$output") -eq 0 ]]
	[[ $(grep -c "scratch_threads/.*model:\(fork\|process_pool\).*wrong" <<<"$output") -eq 0 ]]
}

# explained KERNEL MODELS TEXT: the kernel's rows of these models (a|b), and no others, fail, each with this text.
explained() {
	local rows
	rows=$(grep "^scaling/kernel:$1/.*,failed," <<<"$output")
	if [[ $(wc -l <<<"$rows") -ne $(tr '|' '\n' <<<"$2" | wc -l) ]] || grep -vE "model:($2)/.*$3" <<<"$rows"; then
		printf 'of %s:\n%s\n' "$1" "$rows"
		return 1
	fi
}

@test "static data: each wrong row tells what it depends on, by processes that open the file anew" {
	local right=0 name files=
	for name in threads processes neither first_call prepared; do
		cc -O1 -shared -fPIC -I "$ROOT/src/kernel" -DRIGHT=$((++right)) -DNAME="\"$name\"" \
			"$FIXTURES/static_data.c" -o "$name.so"
		files+=${files:+,}./$name.so
	done
	run tvp run scaling --kernel="$files" --workers=2 --rounds=1 --model=serial,thread_pool,fork,process_pool
	expect_exit 4
	run tvp show --format=csv tvp-result.json
	explained threads "fork|process_pool" "wrong with processes, right with threads"
	explained processes "thread_pool" "wrong with threads, right with processes"
	explained neither "thread_pool|fork|process_pool" "wrong with threads and with processes, right with one worker"
	explained first_call "serial|thread_pool|process_pool" "right once, then wrong with one worker"
	explained prepared "serial|thread_pool|fork|process_pool" "in a process that has not called prepare()"
}

@test "a C file that does not compile, a compiler that is missing, a name that is taken: told before anything is measured" {
	echo 'int x = ;' >bad.c
	refuses 2 "./bad.c does not compile" run scaling --kernel=./bad.c
	[[ $stderr == *"expected expression"* ]]
	refuses 2 "./none.c: No such file" run scaling --kernel=./none.c
	refuses 2 "./none.so: No such file" run scaling --kernel=./none.so
	CC=no-such-compiler refuses 4 "no compiler" run scaling --kernel=./mine.c
	sed 's/"mine"/"sum"/' mine.c >sum.c
	refuses 2 "that of a kernel of tvp itself" run scaling --kernel=./sum.c
	refuses 2 "another file's kernel is called" run scaling --kernel=./mine.c,./../"$(basename "$PWD")"/mine.c
	refuses 2 "mine.c" run scaling --kernel=mine.c
	mkfifo fifo.so
	refuses 2 "not a regular file" run scaling --kernel=./fifo.so
}

@test "the cache is one's own: by flags and source, refused where others can write, whole under two at once" {
	export XDG_CACHE_HOME=$PWD/cache
	local i
	for i in 1 2 3; do
		"$TVP" run scaling --kernel=./mine.c --dry-run >"out.$i" 2>&1 3>&- &
	done
	wait
	grep -q kernel:mine out.1 && grep -q kernel:mine out.2 && grep -q kernel:mine out.3
	[[ $(stat -c %a cache/tvp) == 700 && $(find cache/tvp -type f | wc -l) -eq 1 ]]
	CFLAGS='-O1 -DUNUSED=1' run tvp run scaling --kernel=./mine.c --dry-run
	expect_text "-O1 -DUNUSED=1"
	[[ $(find cache/tvp -type f | wc -l) -eq 2 ]]
	chmod 770 cache/tvp
	refuses 4 "can be written by others" run scaling --kernel=./mine.c
	rm -r cache
	ln -s . cache
	mkdir real && ln -s real tvp
	refuses 4 "is not a directory" run scaling --kernel=./mine.c
}

@test "a full disk under the cache: the error says so, and nothing is left there" {
	mkdir cache
	unshare -rm true 2>/dev/null || skip "no mounts of one's own here"
	run unshare -rm bash -c "mount -t tmpfs -o size=8k tmpfs cache && XDG_CACHE_HOME=$PWD/cache '$TVP' run scaling \
		--kernel=./mine.c --dry-run; echo exit \$?; find cache -type f"
	expect_text "No space left on device" "exit 4"
	[[ $output != *cache/tvp/*.so.* ]] || [[ $(tail -n 1 <<<"$output") == "exit 4" ]]
}

@test "a run keeps the bytes that it began with, and a path in a result or a spec is never opened" {
	cc -O1 -shared -fPIC -I "$ROOT/src/kernel" mine.c -o mine.so
	start_session run scaling --kernel=./mine.so --size=64KiB --workers=1 --model=serial,fork --rounds=30 --progress=always
	wait_until 10 grep -q "round" stderr
	head -c 4096 /dev/zero >mine.so
	end_session 60
	expect_exit 0
	[[ $output != *FAILED* ]]
	rm tvp-result.json
	refuses 2 "expected null" run scaling --kernel=mine
	run tvp slice scaling/kernel:.%2Fmine.so/model:serial/workers:1/pin:compact
	expect_exit 4
	run tvp slice scaling/kernel:mine/size:64KiB/model:serial/workers:1/pin:compact
	expect_exit 4
	expect_text "kernel 'mine'"
}

@test "what was built against 1.0 of the header is opened, and that header's structs have not changed" {
	local old=$FIXTURES/abi-1.0
	cc -O2 -g -Wall -Wextra -Werror -shared -fPIC -I "$old" "$old/every_member.c" -o old.so
	run tvp run scaling --kernel=./old.so --size=64KiB,64x32 --every_member.n=2,9 --every_member.kind=3 --workers=2 \
		--rounds=3 --transport=inplace,copy:pipe --schedule=static --format=csv
	expect_exit 0
	[[ $output != *,failed,* && $(grep -c "^scaling/kernel:every_member/every_member.n:[29]/every_member.kind:3/" <<<"$output") -eq 36 ]]
	rm tvp-result.json
	refuses 2 "it takes an even number of items" run scaling --kernel="$PWD/old.so" --size=24
	needs_command abidiff
	cc -O2 -g -shared -fPIC -I "$ROOT/src/kernel" "$old/every_member.c" -o new.so
	abidiff old.so new.so
}

@test "a result has the file's hash, path and compiler: comparisons tell where they differ, and a run goes on with the same" {
	local rounds=--rounds=6
	run tvp run scaling --kernel=./mine.c --size=64KiB --model=serial $rounds --out=a.json
	expect_exit 0
	sed -i 's/% 16/% 8/' mine.c
	run tvp run scaling --kernel=./mine.c --size=64KiB --model=serial $rounds --out=b.json
	expect_exit 0
	run tvp compare a.json b.json
	expect_line 'plugin_mine differs: "[0-9a-f]{32} ./mine.c'
	run tvp check b.json --baseline=a.json
	expect_line 'plugin_mine differs: "[0-9a-f]{32} ./mine.c'
	cc -O2 -shared -fPIC -I "$ROOT/src/kernel" mine.c -o mine.so
	run tvp run scaling --kernel=./mine.so --size=64KiB --model=serial --rounds=1 --out=c.json
	expect_exit 0
	grep -qE '"plugin_mine": ?"[0-9a-f]{32} ./mine.so, .*[0-9]' c.json
	run tvp run --resume=b.json --rounds=8
	expect_exit 2
	expect_text "kernel mine is not tvp's own: give its file again, --plugin=FILE"
	run tvp run --resume=a.json --rounds=8 --plugin=./mine.c
	expect_exit 2
	expect_text "has other bytes than the file of the run"
	run tvp run --resume=b.json --rounds=8 --plugin=./mine.c
	expect_exit 0
	expect_text "8 rounds"
	run tvp show b.json
	expect_exit 0
	expect_text "mine"
}

@test "the gate compares two versions of a kernel, and opens one file for two builds" {
	sed 's/% 16/% 8/' mine.c >other.c
	run tvp gate --old-kernel=./mine.c --new-kernel=./other.c --size=64KiB --model=thread_pool,fork --workers=2 --blocks=2 \
		--slice-time=1ms --out=gate.json
	expect_exit 0
	expect_line "model:process_pool|model:fork/workers:2"
	[[ $output != *FAILED* ]]
	grep -q '"plugin_mine"' gate.json && grep -q '"new_mine"' gate.json
	run tvp gate "$TVP" --suite=scaling --kernel=./mine.c --size=64KiB --model=serial --blocks=2 --slice-time=1ms
	expect_exit 0
	expect_text "kernel:mine"
	refuses 2 "need each other" gate --old-kernel="$PWD/mine.c"
	sed -i 's/"mine"/"other"/' other.c
	refuses 2 "must be kernels of one name" gate --old-kernel="$PWD/mine.c" --new-kernel="$PWD/other.c"
}

@test "a gate names the file that was given, wherever one fails, and keeps to --plugin-deadline" {
	object segv_run ""
	object loop_prepare ""
	mkdir 'my "dir"'
	sed 's/"mine"/"segv_run"/' mine.c >segv.c
	sed 's/"mine"/"loop_prepare"/' mine.c >loop.c
	mv segv_run.so 'my "dir"/é.so'
	run tvp gate --old-kernel=./segv.c --new-kernel='./my "dir"/é.so' --size=64KiB --model=serial --blocks=1 \
		--out=gate.json --junit=gate.xml --markdown=gate.md
	expect_exit 4
	expect_text './my "dir"/é.so: run() crashed (SIGSEGV'
	run grep -lE '/proc/|memfd' <<<"$output" - gate.json gate.xml gate.md
	[[ -z $output ]]
	run tvp gate --old-kernel=./loop.c --new-kernel=./loop_prepare.so --size=64KiB --model=serial --blocks=1 \
		--plugin-deadline=300ms
	expect_text "./loop_prepare.so: prepare() did not end within 0.3 s"
	object NO_SYMBOL NO_SYMBOL
	refuses 2 "--new-kernel: the warning above" gate --old-kernel=./mine.c --new-kernel=./NO_SYMBOL.so
}

@test "the program that opens kernels has no GSL" {
	local host
	host=$(dirname "$TVP")/tvp-kernel-host
	[[ -x $host ]]
	[[ $(ldd "$host") == *libc.so* && $(ldd "$host") != *gsl* ]]
	[[ $(strings "$host" | grep -c gsl_) -eq 0 ]]
	"$host" && return 1
	[[ $? -eq 127 ]]
}
