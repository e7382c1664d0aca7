# Functions of the black-box tests. Every wait has a deadline; processes are ended only by their ids.
# shellcheck shell=bash disable=SC2034,SC2154

bats_require_minimum_version 1.5.0
ROOT=$(cd -- "$BATS_TEST_DIRNAME/.." && pwd -P)
TVP=${TVP:-$ROOT/build/tvp}

# tvp ARGUMENT...: the program, which must end within two minutes.
tvp() { timeout --kill-after=5 120 "$TVP" "$@"; }

# expect_exit STATUS: what the last `run` ended with.
expect_exit() {
	[[ $status -eq $1 ]] && return 0
	printf 'exit %s instead of %s:\n%s\n' "$status" "$1" "$output"
	return 1
}

# expect_text TEXT...: the output of the last `run` contains all of them.
expect_text() {
	local text
	for text in "$@"; do
		[[ $output == *"$text"* ]] && continue
		printf 'no "%s" in:\n%s\n' "$text" "$output"
		return 1
	done
}

# expect_line REGEX: some line of the output of the last `run` matches.
expect_line() {
	grep -qE -- "$1" <<<"$output" && return 0
	printf 'no line like "%s" in:\n%s\n' "$1" "$output"
	return 1
}

# fits_columns COLUMNS: no line of the output of the last `run` has more characters. Not what awk and the C locale count:
# bytes.
fits_columns() {
	local wide
	wide=$(LC_ALL=C.UTF-8 grep -nE ".{$(($1 + 1))}" <<<"$output") || return 0
	printf 'lines of more than %s columns:\n%s\n' "$1" "$wide"
	return 1
}

# refuses STATUS TEXT ARGUMENT...: tvp ends with that status and one error on stderr that says TEXT, and writes no result.
refuses() {
	local wanted=$1 text=$2
	shift 2
	cd "$BATS_TEST_TMPDIR" || return 1
	run --separate-stderr tvp "$@"
	expect_exit "$wanted" || return 1
	if [[ $stderr != "tvp "*": "* || $stderr != *"$text"* ]]; then
		printf 'tvp %s: no "tvp COMMAND: … %s" in:\n%s\n' "$*" "$text" "$stderr"
		return 1
	fi
	[[ ! -e tvp-result.json ]]
}

# own_lines TEXT: without the warning that another tvp measures, which the test beside this one may be.
own_lines() { grep -v 'warning: another tvp, process' <<<"$1" || true; }

# needs_command COMMAND: skip the test where it is not installed.
needs_command() { command -v "$1" >/dev/null || skip "$1 is not installed"; }

# wait_until SECONDS COMMAND...: poll until it succeeds.
wait_until() {
	local end=$((SECONDS + $1 + 1))
	shift
	until "$@"; do
		if [[ $SECONDS -ge $end ]]; then
			echo "deadline passed waiting for: $*"
			return 1
		fi
		sleep 0.02
	done
}

# Living processes, one a line: id, state, parent, session. All in one listing, since some live for milliseconds.
# The second field of stat is a name in parentheses, with any characters in it; zombies wait for whoever inherited them.
processes() {
	cat /proc/[0-9]*/stat 2>/dev/null | sed 's/ (.*) / /' | awk '$2 != "Z" && $2 != "X" { print $1, $2, $3, $5 }'
}
children_of() { processes | awk -v parent="$1" '$3 == parent { print $1 }'; }
session_of() { processes | awk -v session="$1" '$4 == session { print $1 }'; }
session_is_empty() { [[ -z $(session_of "$1") ]]; }
leads_session() { session_of "$1" | grep -qx "$1"; }
is_gone() { ! processes | grep -q "^$1 "; }

# start_session ARGUMENT...: tvp in the background, in a session of its own whose id is $session, with interrupts at
# their default (a shell's background jobs ignore them). Output goes to the files stdout and stderr.
start_session() {
	setsid env --default-signal=INT "$TVP" "$@" >stdout 2>stderr 3>&- </dev/null &
	session=$!
	wait_until 5 leads_session "$session"
}

# end_session SECONDS: wait for tvp itself; $status is its exit code.
end_session() {
	wait_until "$1" is_gone "$session" || return 1
	status=0
	wait "$session" || status=$?
	output=$(cat stdout stderr)
}

# End what a failed test left running.
kill_session() {
	local pid
	[[ -n ${session:-} ]] || return 0
	for pid in $(session_of "$session"); do
		kill -KILL "$pid" 2>/dev/null || true
	done
}
