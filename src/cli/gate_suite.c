#include "cli/gate_suite.h"

#include <stddef.h>

const char *const gate_suite[] = {
	// computing, in the cache and beyond it
	"scaling/kernel:sum/size:256KiB/model:serial/workers:1/pin:compact",
	"scaling/kernel:square/size:128KiB/model:serial/workers:1/pin:compact",
	"scaling/kernel:convolve/k:3/size:640x480/model:serial/workers:1/pin:compact",
	"scaling/kernel:convolve/k:5/size:640x480/model:serial/workers:1/pin:compact",
	"scaling/kernel:convolve/k:7/size:640x480/model:serial/workers:1/pin:compact",
	"scaling/kernel:sum/size:32MiB/model:serial/workers:1/pin:compact",
	// handing out work
	"scaling/kernel:null/model:threads/workers:1/pin:compact",
	"scaling/kernel:null/model:fork/workers:1/pin:compact",
	"scaling/kernel:null/model:thread_pool/workers:1/pin:same/wait:park",
	"scaling/kernel:null/model:process_pool/workers:1/pin:same/wait:park",
	"scaling/kernel:null/model:thread_pool/workers:1/pin:compact/wait:spin/caller:works",
	"scaling/kernel:convolve/k:5/size:640x480/model:thread_pool/workers:2/pin:compact",
	"scaling/kernel:convolve/k:5/size:640x480/model:process_pool/workers:2/pin:compact",
	// what creating costs
	"spawn/call:pthread/resident:0/pages:4k/burst:1/place:same_cpu",
	"spawn/call:fork/resident:0/pages:4k/burst:1/place:same_cpu",
	// talking
	"latency/channel:pipe/bytes:1/place:same_cpu/between:threads",
	"latency/channel:pipe/bytes:1/place:same_cpu/between:processes",
	"latency/channel:socketpair/bytes:1/place:same_cpu/between:threads",
	"latency/channel:socketpair/bytes:1/place:same_cpu/between:processes",
	"latency/channel:futex/bytes:1/place:same_cpu/between:threads",
	"latency/channel:futex/bytes:1/place:same_cpu/between:processes",
	"latency/channel:eventfd/bytes:1/place:same_cpu/between:threads",
	"latency/channel:mq/bytes:1/place:same_cpu/between:processes",
	"latency/channel:futex/bytes:1/place:same_cache/between:processes",
	"latency/channel:ring_spin/bytes:1/place:same_cache/between:threads",
	// locking and switching
	"locks/lock:mutex/sharing:private/workers:1/hold:0/pin:compact/between:threads",
	"locks/lock:mutex/sharing:shared/workers:1/hold:0/pin:compact/between:processes",
	"switch/tasks:2/bytes:0/pin:same/between:threads",
	"switch/tasks:2/bytes:0/pin:same/between:processes",
	NULL,
};
