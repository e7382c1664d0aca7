#!/usr/bin/env bats
# The command line from outside: help, lists, bad input, results, curves. TVP names the program.

load helpers

setup_file() {
	load helpers
	cd "$BATS_FILE_TMPDIR" || return 1
	tvp run --rounds=2 --kernel=null,sum --size=64KiB --workers=1,2 --out=tiny.json >tiny.txt 2>tiny.err
	export TINY=$BATS_FILE_TMPDIR/tiny.json
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() {
	kill_session
}

names_of() {
	grep -oP '^[A-Z]+\(\K[a-z0-9_]+' "$ROOT/$1/list.def"
}

@test "every --help exits 0 and has examples" {
	local command
	for command in "" run gate slice list topo show plot gbench doctor; do
		# No command is no word.
		# shellcheck disable=SC2086
		run --separate-stderr tvp $command --help
		expect_exit 0
		expect_text Usage Examples
		[[ -z $stderr ]]
	done
}

# Two headings with one number of a group: all options of both stand under the second.
@test "in no help a heading has no options" {
	local command
	for command in run show plot compare check gate slice replay topo list gbench advise calibrate fit doctor; do
		run awk '/^ [A-Z].*:$/ { if (heading) print heading; heading = $0; next } /^ +-/ { heading = "" }
			END { if (heading) print heading }' <(tvp "$command" --help)
		[[ -z $output ]] || { echo "$command: $output"; return 1; }
	done
}

@test "every option in the help stands in the man page, and the man page is well-formed" {
	local command option page=$ROOT/docs/tvp.1 declared options_n=0
	# Axes that kernels and experiments declare are described in the list.
	declared=$(tvp list axes | sed '1,/^parameters of kernels/d' | grep -oP '^  --\K[a-z_]+')
	for command in run gate slice list topo show plot gbench doctor; do
		for option in $(tvp "$command" --help | grep -v -- '--usage' | grep -oP '^ +(-[a-z], )?--\K[a-z-]+(?=[=\[ ]|$)' | sort -u); do
			! grep -qx -- "$option" <<<"$declared" || [[ $command != run && $command != gate && $command != gbench ]] || continue
			options_n=$((options_n + 1))
			if ! grep -q -- "\\\\-\\\\-${option//-/\\\\-}" "$page"; then
				echo "$command: --$option is not in the man page"
				return 1
			fi
		done
	done
	[[ $options_n -ge 50 ]]
	needs_command groff
	run groff -man -Tutf8 -ww -z "$page"
	expect_exit 0
	[[ -z $output ]]
}

@test "--version says the version, and the revision where the sources are a git checkout" {
	run tvp --version
	expect_exit 0
	expect_text "Google Benchmark"
	[[ ${lines[0]} =~ ^tvp\ [0-9]+\.[0-9]+\.[0-9]+,\ revision\ ([0-9a-f]{7,}(-dirty)?|unknown:\ built\ outside\ a\ git\ checkout)$ ]]
	grep -q "^.TH TVP 1 .* \"tvp $(grep -oP '^tvp \K[0-9.]+' <<<"$output")\"" "$ROOT/docs/tvp.1"
}

@test "no command, an unknown command" {
	run tvp
	expect_exit 2
	expect_text Usage
	run tvp juggle
	expect_exit 2
	expect_text "juggle"
}

@test "list names everything in the registries" {
	local folder name names_n
	run tvp list
	expect_exit 0
	for folder in bench src/kernel src/exec src/channel; do
		names_n=0
		for name in $(names_of $folder); do
			expect_text "$name"
			names_n=$((names_n + 1))
		done
		[[ $names_n -ge 5 ]]
	done
	run tvp list models
	expect_exit 0
	expect_text process_pool
	[[ $output != *convolve* ]]
	COLUMNS=80 run tvp list
	fits_columns 80
	refuses 2 nonsense list nonsense
}

@test "topo draws this machine and described ones" {
	run tvp topo
	expect_exit 0
	expect_text "this machine" compact spread same
	run tvp topo --topology='package:8 core:64 pu:2' --workers=1,512 --pin=compact,spread
	expect_exit 0
	expect_text "1024 CPUs" "512 cores" "8 packages"
	run ! grep -q "^same " <<<"$output"
}

@test "topo writes sizes without an exponent" {
	run tvp topo --topology='package:1 l3:1(size=1059061760) core:2 pu:1'
	expect_exit 0
	expect_text "L3 1010 MiB"
}

@test "topo names every branch, and nodes whose memory is not known" {
	run tvp topo --topology='pack:1 group:2 die:2 l3:1 core:2 pu:1'
	expect_exit 0
	expect_line '^├─ group 0$'
	expect_line '^└─ group 1$'
	run tvp topo --topology='l4:2(size=134217728) l3:2 core:2 pu:1'
	expect_line '^├─ L4 128 MiB$'
	run tvp topo --topology='pack:2 [numa(memory=0)] core:2 pu:1'
	expect_exit 0
	expect_line '^├─ package 0 · NUMA node 0  \[0\] \[1\]$'
}

@test "topo names the version of a file that a later hwloc wrote" {
	local here
	needs_command pkg-config
	here=$(pkg-config --modversion hwloc)
	echo '<?xml version="1.0"?><topology version="9.0"><object type="Machine"/></topology>' >later.xml
	refuses 2 "written by hwloc 9, this is ${here%.*}: " topo --topology=later.xml
}

@test "topo lists the CPU pair of each place" {
	run tvp topo --topology='package:2 l3:2 core:2 pu:2'
	expect_exit 0
	expect_text "same_cpu       CPUs 0 and 0" "smt            CPUs 0 and 1" "same_cache     CPUs 0 and 2" \
		"same_package   CPUs 0 and 4" "other_package  CPUs 0 and 8"
}

@test "topo reads the topology of a result" {
	needs_command jq
	jq -r .tvp.topology_xml "$TINY" >machine.xml
	run tvp topo --topology=machine.xml
	expect_exit 0
	expect_text "described machine"
}

@test "topo refuses what is no topology" {
	echo '<?xml version="1.0"?><topology' >cut.xml
	echo '<svg></svg>' >foreign.xml
	: >empty.xml
	refuses 2 cut.xml topo --topology=cut.xml
	refuses 2 foreign.xml topo --topology=foreign.xml
	refuses 2 empty.xml topo --topology=empty.xml
	refuses 2 absent.xml topo --topology=absent.xml
	refuses 2 pakcage topo --topology='pakcage:2 core:4'
	refuses 2 workers topo --workers=0
	refuses 2 pin topo --pin=sideways
}

@test "run refuses unknown names, naming the option" {
	local axis
	for axis in kernel model pin wait caller memory pages transport schedule k; do
		refuses 2 "$axis" run --$axis=nonsense
		[[ $stderr == *nonsense* ]]
		refuses 2 "$axis" run --$axis=
	done
	refuses 2 nonsense run nonsense
	refuses 2 nonsense run scaling,nonsense
	refuses 2 nonsense run --nonsense
	refuses 2 transport run --transport=copy:nonsense
	refuses 2 schedule run --schedule=dynamic:0
	refuses 2 "k '4'" run --kernel=convolve --k=4
	refuses 2 weak run quick weak
}

@test "run refuses worker counts that are none" {
	local count
	for count in 0 -1 1025 1000000000 99999999999999999999 x 2x 1.5 ""; do
		refuses 2 workers run --workers="$count"
		refuses 2 workers run --workers="1,$count"
	done
}

@test "run refuses sizes that do not fit or do not suit" {
	refuses 2 size run --kernel=sum --size=90000GiB
	refuses 2 900TiB run --kernel=sum --size=900TiB
	refuses 2 99999999999GiB run --kernel=sum --size=99999999999GiB
	refuses 2 size run --kernel=convolve --size=2000000x2000000
	refuses 2 1920x1080 run --kernel=sum --size=1920x1080
	refuses 2 32MiB run --kernel=sleep --size=32MiB
	refuses 2 size run --kernel=sum --size=nonsense
	refuses 2 size run --kernel=sum --size=0
	refuses 2 size run --kernel=convolve --size=0x100
}

# A list of so many values, each of so many digits.
list_of() {
	seq -s, -f "%0$2g" "$1"
}

@test "what does not fit into a spec or a list is refused with the reason, not cut" {
	local axes
	refuses 2 "--bytes: more than 128 values" run latency --bytes="$(list_of 129 3)"
	refuses 2 "is longer than 255 characters" run latency --bytes="$(list_of 1 256)"
	refuses 2 "at most 199 characters" run "$(yes scaling | head -30 | paste -sd,)"
	refuses 2 "at most 399 characters" gate old --suite="$(yes scaling | head -60 | paste -sd,)"
	axes=$(seq -s/ -f "a%g:1" 33)
	refuses 2 "one too many: a spec has at most 32 axes" slice "scaling/$axes"
	refuses 2 "is longer than 47 characters" slice "scaling/$(list_of 1 48):1"
	refuses 2 "is longer than 255 characters" slice "scaling/size:$(list_of 1 256)"
	refuses 2 "too long: at most 1023 characters" slice "scaling/$(seq -s/ -f "a%g:$(list_of 1 60)" 20)"
	refuses 2 "experiment" slice "$(list_of 1 32)/size:1"
}

@test "run refuses other bad values, naming the option" {
	refuses 2 --rounds run --rounds=0
	refuses 2 --rounds run --rounds=many
	refuses 2 --time-budget run --time-budget=soon
	refuses 2 --time-budget run --time-budget=0s
	refuses 2 --target-ci run --target-ci=good
	refuses 2 --seed run --seed=apple
	refuses 2 --progress run --progress=sometimes
	refuses 2 --out run --out=
}

# So many of each model: another one may add its own.
@test "--dry-run lists the specs and measures nothing; quick has at most 24 of each model, and no others" {
	run --separate-stderr tvp run quick --dry-run
	expect_exit 0
	[[ ${lines[-1]} =~ ^([0-9]+)\ specs ]]
	local specs_n=${BASH_REMATCH[1]}
	[[ $(grep -c / <<<"$output") -eq $specs_n ]]
	local model all_n=0 model_n
	for model in $(tvp list models | sed -nE 's/^  ([a-z_]+) .*/\1/p'); do
		model_n=$(grep -cE "/model:$model(/|$)" <<<"$output")
		[[ $model_n -le 24 ]]
		all_n=$((all_n + model_n))
	done
	[[ $all_n -eq $specs_n ]]
	expect_text scaling/kernel:convolve model:process_pool transport:copy:pipe pin:none
	[[ ! -e tvp-result.json ]]
	run tvp run full --dry-run
	expect_exit 0
}

@test "what was asked for and is in no row is named; where nothing is left the exit status is 2" {
	run --separate-stderr tvp run overhead --workers=4,8 --dry-run
	expect_exit 0
	[[ -z $stderr ]]
	expect_text model:fork/workers:4 model:fork/workers:8 call:pthread/workers:8 "call:futex/between:threads/workers:4"
	run --separate-stderr tvp run overhead --pin=compact,spread --dry-run
	expect_exit 0
	[[ $stderr == "tvp run: --pin=spread: not measured: "* ]]
	refuses 2 "leave nothing of overhead to run" run overhead --pin=spread
	run --separate-stderr tvp run python --start=spawn,forkserver --dry-run
	expect_exit 0
	expect_text shape:pool_map_sum/start:spawn shape:queue/start:forkserver
	refuses 4 "the time budget ended before anything was measured" run --kernel=null --time-budget=1ns --out=none.json
}

@test "suites and experiments in one list, sizes of several forms, worker counts in words" {
	local both
	both=$(tvp run quick,limits --dry-run | grep -c /)
	[[ $both -eq $(tvp run limits,quick,limits,scaling --dry-run | grep -c /) ]]
	run tvp run twin,full --dry-run
	expect_exit 0
	expect_text weak/kernel overhead/kernel call:openmp k:7
	run tvp run --kernel=sum,convolve --size=2MiB,320x240 --workers=auto,3 --dry-run
	expect_exit 0
	expect_text kernel:sum/size:2MiB size:320x240 workers:1/ workers:3/
	refuses 2 sum run --kernel=sum,convolve --size=320x240
}

@test "a libgomp that is not at its defaults is no twin" {
	run env OMP_WAIT_POLICY=passive "$TVP" run twin --dry-run
	expect_exit 0
	if [[ $output != *"built without OpenMP"* ]]; then
		expect_text "OMP_WAIT_POLICY is set: this twin is for libgomp with its default settings"
	fi
}

@test "a tiny run succeeds, and its result is whole" {
	run grep -v "warning: another tvp, process .* measures at the same time" "$BATS_FILE_TMPDIR/tiny.err"
	[[ -z $output ]]
	run tvp show "$TINY"
	expect_exit 0
	expect_text null sum process_pool "2 rounds"
	run tvp show --all "$TINY"
	expect_exit 0
	needs_command jq
	run jq -e '(.benchmarks | length > 0 and all(.real_time > 0 and .time_unit == "ns")) and .context.num_cpus > 0 and
		.tvp.version == 1' "$TINY"
	expect_exit 0
}

@test "a report that fits a screen, and all of it" {
	run tvp show --lines=12 "$TINY"
	expect_exit 0
	expect_text "The fastest runs of each problem" "Shown: " "--lines=all shows every row"
	run tvp show --lines=all "$TINY"
	expect_exit 0
	[[ $output == "$(tvp show "$TINY")" && $output != *--lines* ]]
	[[ $(tvp show --lines=12 --format=markdown "$TINY") == "$(tvp show --format=markdown "$TINY")" ]]
	refuses 2 "--lines='9': expected a whole number from 10 to 100000, or all" show --lines=9 "$TINY"
	refuses 2 "--lines='few'" run --lines=few
	needs_command script
	run script -qec "stty rows 30 cols 90; '$TVP' show --colour=never $TINY" /dev/null
	expect_exit 0
	[[ ${#lines[@]} -gt 5 && ${#lines[@]} -le 40 ]]
}

@test "reports fit 80 and 120 columns, and --all has the figures that these leave out" {
	cd "$BATS_TEST_TMPDIR" || return 1
	local columns
	for columns in 80 120 40 1000; do
		run env COLUMNS=$columns "$TVP" show --all "$TINY"
		expect_exit 0
		fits_columns $((columns < 80 ? 80 : columns > 120 ? 120 : columns))
		[[ $output != *"Left out, as lines"* ]]
		expect_text faults CPU/op effic. "page tables"
	done
	run env COLUMNS=80 "$TVP" show "$TINY"
	fits_columns 80
	expect_text "Left out, as lines have 80 columns (--all shows"
	run env COLUMNS=many "$TVP" show "$TINY"
	[[ $output == "$(env -u COLUMNS "$TVP" show "$TINY")" ]]
	needs_command script
	run script -qec "stty rows 60 cols 80; env -u COLUMNS '$TVP' show --colour=never --lines=all $TINY" /dev/null
	fits_columns 81 # and a carriage return
}

# Those that the refusal of another names, which come from the registry.
run_formats() {
	tvp show "$TINY" --format=crayon 2>&1 | grep -oP 'expected \K.*' | tr -d ,
}

@test "show in every format that its help names" {
	local format formats
	formats=$(run_formats)
	refuses 2 "--format='crayon': expected table, markdown, csv, json" show "$TINY" --format=crayon
	for format in $formats; do
		tvp show --help | tr -s '\n ' ' ' | grep -q "[ (]$format ("
		run --separate-stderr tvp show --format="$format" "$TINY"
		expect_exit 0
		[[ -z $stderr ]]
		expect_text null threads
	done
	run tvp show --format=csv "$TINY"
	[[ ${lines[0]} == name,experiment,kernel,model,workers,pin,*state,reason,rounds,wall_ns,wall_ns_low,wall_ns_high,speedup,* ]]
	[[ ${#lines[@]} -eq $(($(grep -c '^{"name":' "$TINY") - $(grep -c '"run_type"' "$TINY") + 1)) ]]
}

# A new format needs no entry there: the page sends its reader to --help for all of them.
@test "the man page says which formats there are, and has every key of what show writes" {
	local page=$BATS_TEST_TMPDIR/formats command name words_n=0 known
	sed -n '/^.SH OUTPUT FORMATS/,/^.SH EXIT STATUS/p' "$ROOT/docs/tvp.1" | tr -d '\\"' >"$page"
	# Its first paragraph names formats in bold, behind the commands that write them.
	known=" $(grep -oP '^FORMAT\(\K[a-z0-9_]+' "$ROOT/src/report/format/list.def" | tr '_\n' '- ')"
	sed '/^\.PP/q' "$page" | sed -n 's/^\.BR\? //p' | grep -v '^tvp\|^--' | cut -d' ' -f1 >names
	while read -r name; do
		[[ $known == *" $name "* ]] || { echo "no format $name"; return 1; }
		words_n=$((words_n + 1))
	done <names
	[[ $words_n -ge 12 ]]
	for command in "show $TINY" "run --kernel=null" "compare $TINY $TINY" "check $TINY --baseline=$TINY" "replay $TINY"; do
		# One word each.
		# shellcheck disable=SC2086
		run --separate-stderr tvp $command --format=crayon
		expect_exit 2
		name=$(grep -oP 'expected \K[a-z]+, [a-z]+' <<<"$stderr")
		grep -qw -- "${name%,*}" "$page"
		grep -qw -- "${name#*, }" "$page"
	done
	command -v jq >/dev/null || skip "no jq to read the keys with"
	tvp show --format=json "$TINY" | jq -r '[keys[], (.rows[], .cost[], .cost[].models[], .break_even[], .rows[0].wall_ns | keys[])] | unique[]' >keys
	[[ $(wc -l <keys) -gt 30 ]]
	while read -r name; do
		grep -qw -- "$name" "$page" || { echo "no key $name"; return 1; }
	done <keys
}

@test "run in every format: nothing but the report stands on standard output" {
	local format
	for format in $(run_formats); do
		[[ $format != table ]] || continue # notes for people stand below it
		run --separate-stderr tvp run --rounds=1 --kernel=null --model=serial --workers=1 --out="$format.json" --format="$format"
		expect_exit 0
		[[ $stderr == *"result: $format.json"* && $output == "$(tvp show --format="$format" "$format.json")" ]]
	done
	refuses 2 "--format='crayon': expected table, markdown, csv" run --kernel=null --format=crayon
	refuses 2 "--format is for results" run --kernel=null --format=csv --dry-run
}

@test "progress is drawn when asked for, and only then" {
	run --separate-stderr tvp run --rounds=1 --kernel=null --model=threads --workers=1 --progress=always
	expect_exit 0
	[[ $stderr == *left* ]]
	run --separate-stderr tvp run --rounds=1 --kernel=null --model=threads --workers=1
	expect_exit 0
	[[ -z $(own_lines "$stderr") ]]
}

@test "the result goes to results/ where there is one, else here" {
	run tvp run --rounds=1 --kernel=null --model=threads --workers=1
	expect_exit 0
	test -s tvp-result.json
	mkdir results
	run tvp run --rounds=1 --kernel=null --model=threads --workers=1
	expect_exit 0
	test -s results/latest.json
}

@test "the same seed gives the same order" {
	needs_command jq
	local file
	for file in a b; do
		tvp run --rounds=2 --kernel=null --workers=1,2 --seed=7 --out=$file.json >/dev/null
		jq -c '[.benchmarks[] | {run_name, repetition_index, order}] | sort' $file.json >$file.order
	done
	cmp a.order b.order
}

@test "show, plot and run --resume refuse files that are no results" {
	local command name
	head -c $(($(stat -c %s "$TINY") / 2)) "$TINY" >truncated.json
	echo '{"context": [}' >malformed.json
	: >empty.json
	echo '{"context": 2, "benchmarks": [{"name": "x", "real_time": 1, "time_unit": "ns"}], "results": {}}' >foreign.json
	sed 's/"version": *1/"version": 99/' "$TINY" >newer.json
	mkdir folder.json
	for command in show plot run; do
		for name in truncated malformed empty foreign newer folder absent; do
			local -a words=("$command" "$name.json")
			[[ $command != run ]] || words=(run "--resume=$name.json")
			refuses 2 $name.json "${words[@]}"
		done
	done
	refuses 2 "missing operand: RESULT" show
	refuses 2 "missing operand: RESULT" plot
	refuses 2 "unexpected argument 'b.json'" show a.json b.json
	refuses 2 "unexpected argument 'b.json'" plot a.json b.json
}

@test "plot draws curves and leaves their data beside them" {
	needs_command gnuplot
	run tvp plot "$TINY" --out-dir=curves --format=svg,png
	expect_exit 0
	ls curves/*.svg curves/*.png
	[[ $(find curves -type f ! -name '*.svg' ! -name '*.png' | wc -l) -gt 0 ]]
	refuses 2 format plot "$TINY" --format=crayon
}

@test "plot without gnuplot, or without a place to draw in" {
	mkdir nothing
	touch file
	run env PATH="$PWD/nothing" "$TVP" plot "$TINY" --out-dir=curves
	expect_exit 4
	expect_text gnuplot
	refuses 4 file plot "$TINY" --out-dir=file/curves
}

@test "run refuses an output it cannot write, before measuring" {
	touch file
	refuses 4 absent/x.json run --kernel=null --out=absent/x.json
	refuses 4 file/x.json run --kernel=null --out=file/x.json
	refuses 4 --out run --kernel=null --out=.
	[[ ! -e absent && ! -s file ]]
}

@test "gbench takes Google Benchmark's own flags" {
	run tvp gbench -- --benchmark_list_tests
	expect_exit 0
	expect_text scaling/kernel:null/model:process_pool
	run --separate-stderr tvp gbench -- --benchmark_filter='kernel:null/model:serial' --benchmark_format=json \
		--benchmark_min_time=0.01
	expect_exit 0
	expect_text '"benchmarks"' 'kernel:null/model:serial'
	refuses 2 --nonsense gbench -- --nonsense
}

@test "gbench takes axes and kernels from files" {
	sed -n '/^#include <math.h>/,/^```/p' "$ROOT/docs/adding.md" | sed '/^```/d' >"$BATS_TEST_TMPDIR/rooted.c"
	run --separate-stderr tvp gbench scaling --kernel="$BATS_TEST_TMPDIR/rooted.c" --model=serial,fork --workers=1 -- --benchmark_min_time=0.001
	expect_exit 0
	expect_text scaling/kernel:rooted/size:8MiB/model:serial scaling/kernel:rooted/size:8MiB/model:fork
	refuses 2 "missing.so" gbench --kernel=./missing.so
	refuses 2 "workers '0'" gbench --workers=0 -- --benchmark_list_tests
	run tvp gbench --benchmark_list_tests # without --, as before
	expect_exit 0
	expect_text scaling/kernel:
}

@test "gbench without a match, and the user's own least time" {
	run --separate-stderr tvp gbench -- --benchmark_filter=nonsense
	expect_exit 2
	[[ $stderr == *"tvp gbench: no benchmark matches"* ]]
	needs_command jq
	local -A count
	local seconds
	for seconds in 0.001 0.1; do
		run --separate-stderr tvp gbench -- --benchmark_filter='kernel:null/model:serial' --benchmark_format=json \
			--benchmark_min_time=$seconds
		expect_exit 0
		count[$seconds]=$(jq '.benchmarks[0].iterations' <<<"$output")
	done
	# A hundred times as long, give or take: no speed is asserted, only that the flag arrives.
	[[ ${count[0.1]} -gt $((3 * ${count[0.001]})) ]]
}

# A run of these is thousands of operations: as many runs as operations asked for would take minutes.
@test "gbench asks for no more runs than its operations need" {
	run timeout 60 "$TVP" gbench locks,queue -- --benchmark_filter='lock:mutex.*workers:1.*threads|queue:ring.*producers:1.*threads' \
		--benchmark_min_time=0.002
	expect_exit 0
	expect_text "lock:mutex/sharing:shared/workers:1" "queue:ring"
}

@test "SIGINT ends gbench" {
	start_session gbench full -- --benchmark_filter=scaling
	wait_until 20 grep -q scaling/ stdout
	# start_session() sets it.
	# shellcheck disable=SC2154
	kill -INT "$session"
	end_session 20
	expect_exit 130
}

@test "a time budget for too few rounds is said before measuring; suites leave the most expensive values out" {
	run --separate-stderr tvp run scaling --kernel=sum --size=64KiB,256MiB --time-budget=300ms --dry-run
	expect_exit 0
	[[ $stderr == *"the time budget of 300 ms allows "*"fewer than 6 give no interval. 6 rounds take about "*", 30 rounds "* ]]
	[[ $stderr == *"could be left out: size:256MiB"* ]]
	[[ $output != *"left out"* ]]
	run --separate-stderr tvp run quick --time-budget=5s --dry-run
	expect_exit 0
	[[ $stderr == *"left out of the suite, the most expensive first:"* ]]
	expect_text "skipped: left out with " "the time budget of 5.00 s would allow fewer than 6 rounds"
	# Most rows may go. What was named stays: values of an axis, and all of an experiment.
	run --separate-stderr tvp run quick,limits --time-budget=2s --size=64KiB,16MiB --kernel=sum,square,copy --dry-run
	expect_exit 0
	[[ $stderr != *"  size:"* && $stderr != *"  kernel:"* ]]
	[[ $(grep -c "^limits/" <<<"$output") -ge 1 && $(grep "^limits/" <<<"$output") != *"left out"* ]]
	run --separate-stderr tvp run quick --time-budget=3s --dry-run
	[[ $(grep -c "skipped: left out with" <<<"$output") -eq \
		$(sed -nE 's/.*  [a-z]+:.* \(([0-9]+) rows?\)$/\1/p' <<<"$stderr" | awk '{ n += $1 } END { print n }') ]]
	[[ $stderr == *"  kernel:sleep ("* && $stderr == *"that leaves about "*" rounds of the other "* ]]
	run --separate-stderr tvp run quick --time-budget=5s --rounds=2 --dry-run
	[[ -z $stderr ]]
	run --separate-stderr tvp run quick --dry-run
	[[ -z $stderr ]]
}

@test "the code path of a kernel is measured once, stored, kept by a run that goes on, and can be given" {
	[[ $(uname -m) == x86_64 ]] || skip "one code path only"
	run tvp run scaling --kernel=square --size=4MiB --model=serial --rounds=2 --out=w.json
	expect_exit 0
	jq -e '.tvp.ways[] | select(.kernel == "square") | .size_log2 == 23 and .ns.ordinary > 0 and .ns.streaming > 0' w.json
	jq '.tvp.ways' w.json >before.json
	run tvp run --resume=w.json --rounds=3
	expect_exit 0
	jq '.tvp.ways' w.json | diff before.json -
	for way in ordinary streaming; do
		run env TVP_WAYS="square/23=$way" "$TVP" run scaling --kernel=square --size=4MiB --model=serial --rounds=1 --out=$way.json
		expect_exit 0
		jq -e --arg way $way '.tvp.rows[] | select(.name | startswith("scaling/")) | (.label | endswith("stream")) == ($way == "streaming")' $way.json
	done
}
