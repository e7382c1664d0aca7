// Copying messages, most of them short. Four calls of memcpy() with a length unknown to the compiler are a percent of a
// parked round trip and a tenth of a spinning one.
#ifndef TVP_SYNC_SHORT_COPY_H
#define TVP_SYNC_SHORT_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// memcpy() of at least one byte, inline up to 16: two moves of a constant length, which may overlap.
static inline void short_copy(void *to, const void *from, size_t bytes)
{
	unsigned char *out = to;
	const unsigned char *in = from;
	if (__builtin_expect(bytes > 16, 0)) {
		memcpy(to, from, bytes);
	} else if (bytes >= 8) {
		uint64_t first, last;
		memcpy(&first, in, sizeof first);
		memcpy(&last, in + bytes - sizeof last, sizeof last);
		memcpy(out, &first, sizeof first);
		memcpy(out + bytes - sizeof last, &last, sizeof last);
	} else if (bytes >= 4) {
		uint32_t first, last;
		memcpy(&first, in, sizeof first);
		memcpy(&last, in + bytes - sizeof last, sizeof last);
		memcpy(out, &first, sizeof first);
		memcpy(out + bytes - sizeof last, &last, sizeof last);
	} else {
		unsigned char first = in[0], middle = in[bytes / 2], last = in[bytes - 1];
		out[0] = first;
		out[bytes / 2] = middle;
		out[bytes - 1] = last;
	}
}

#endif
