// The inside of a party, for its own files.
#ifndef TVP_BENCH_PARTY_PARTS_H
#define TVP_BENCH_PARTY_PARTS_H

#include <pthread.h>
#include <signal.h>

#include "bench/party.h"

enum { MESSAGE_BYTES = 200 };

// In shared memory.
struct hall {
	struct eventcount ready; ///< members not yet on their CPU
	struct eventcount go;    ///< counts the turns
	struct eventcount left;  ///< members still at their turn
	_Alignas(128) _Atomic uint32_t lined_up; ///< members come to a turn, over all turns
	_Atomic uint32_t booked; ///< answers to SIGUSR1, of all members
	_Atomic bool over;
	char message[][MESSAGE_BYTES]; ///< per member: why it failed
};

struct party {
	struct party_config config;
	struct trial *trial;
	struct hall *hall;
	size_t hall_bytes;
	struct member *members;
	pthread_t *threads; ///< between threads
	int *pids;          ///< between processes: negated once reaped
	unsigned born_n;
	bool lines_up; ///< every member has a CPU of its own: turns begin together
	struct sigaction handler_before;
	struct usage asking; ///< what party_usage() itself has cost the caller so far
};

/// In a member process that spins: book its time whenever party_usage() wants to know it.
void party_answer_asks(const struct party *party);

#endif
