# Sourced by faults.sh and kills.sh: namespaces of their own, and what a session of processes has left. Everything here
# is done by the shell itself, since it is done thousands of times.
# shellcheck shell=bash

# alone ARGUMENT...: run the script anew in IPC, mount and process namespaces of its own, where that is allowed.
alone() {
	if [[ -n ${TVP_ALONE:-} || $(id -u) -ne 0 ]] || ! unshare --ipc --mount --pid --fork true 2>/dev/null; then
		return 0
	fi
	# shellcheck disable=SC2016
	TVP_ALONE=1 exec unshare --ipc --mount --pid --fork --kill-child --propagation private bash -c '
		set -e
		mount -t proc proc /proc
		mount -t tmpfs tmpfs /dev/shm
		[[ ! -d /dev/mqueue ]] || mount -t mqueue mqueue /dev/mqueue
		exec "$@"' alone "$0" "$@"
}

# objects_look: what outlives processes, into `objects`.
objects_look() {
	local file line
	local -a lines=()
	objects=$(compgen -G '/dev/shm/*' || true)$(compgen -G '/dev/mqueue/*' || true)
	for file in /proc/sysvipc/msg /proc/sysvipc/sem; do
		[[ -r $file ]] || continue
		mapfile -s 1 -t lines <"$file"
		for line in "${lines[@]}"; do
			read -r _ line _ <<<"$line"
			objects+=" ${file##*/}:$line"
		done
	done
}

# living_look SESSION: the living processes of it, tvp itself first: their ids into `living`, their parents into `parents`.
living_look() {
	local file line
	local -a field
	living=() parents=()
	for file in /proc/[0-9]*/stat; do
		{ read -r line <"$file"; } 2>/dev/null || continue
		read -ra field <<<"${line##*) }" # state, parent, group, session
		[[ ${field[3]:-} == "$1" && ${field[0]} != [ZX] ]] || continue
		if [[ ${line%% *} == "$1" ]]; then
			living=("$1" "${living[@]}")
			parents=("${field[1]}" "${parents[@]}")
		else
			living+=("${line%% *}")
			parents+=("${field[1]}")
		fi
	done
}
