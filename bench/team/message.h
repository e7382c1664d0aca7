// Numbered messages: what the experiments over channels send, and check on arrival.
#ifndef TVP_BENCH_MESSAGE_H
#define TVP_BENCH_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/// TIMED. Write the number to both ends; to a message of less than eight bytes only the number's last byte. The lengths
/// are constants: calls of memcpy() with a variable length cost one percent of the shortest round trips.
static inline void message_stamp(unsigned char *message, size_t bytes, uint64_t number)
{
	if (bytes >= sizeof number) {
		memcpy(message, &number, sizeof number);
		memcpy(message + bytes - sizeof number, &number, sizeof number);
	} else {
		message[0] = message[bytes - 1] = (unsigned char)number;
	}
}

/// TIMED. Whether both ends hold this number.
static inline bool message_stamped(const unsigned char *message, size_t bytes, uint64_t number)
{
	uint64_t first, last;
	if (bytes < sizeof number)
		return message[0] == (unsigned char)number && message[bytes - 1] == (unsigned char)number;
	memcpy(&first, message, sizeof first);
	memcpy(&last, message + bytes - sizeof last, sizeof last);
	return first == number && last == number;
}

/// Untimed. Every byte follows from the number and the byte's position.
static inline void message_fill(unsigned char *message, size_t bytes, uint64_t number)
{
	for (size_t i = 0; i < bytes; i++)
		message[i] = (unsigned char)(number * 31 + i * 7 + (i >> 8));
	message_stamp(message, bytes, number);
}

#endif
