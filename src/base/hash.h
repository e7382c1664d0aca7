// FNV-1a, 64 bits (Fowler, Noll, Vo): tells texts apart, in tables and in names. Not for secrets.
#ifndef TVP_BASE_HASH_H
#define TVP_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/// The hash of what was added before, HASH_BEGIN for nothing, and of these bytes.
static inline uint64_t hash_add(uint64_t hash, const void *data, size_t bytes)
{
	const unsigned char *at = data;
	for (size_t i = 0; i < bytes; i++)
		hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/// Folded for a table: all bits decide on the low ones.
static inline uint32_t hash_place(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32);
}

#endif
