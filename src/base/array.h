// A malloc'd array that doubles its room when it is full.
#ifndef TVP_BASE_ARRAY_H
#define TVP_BASE_ARRAY_H

#include <stddef.h>
#include <stdint.h>

/// Make room for one more entry behind `used_n`, where there is none; *array may move. Returns 0, or -ENOMEM with a
/// message and the array as it was.
int array_grow(void **array, uint32_t used_n, uint32_t *room_n, size_t entry_bytes);

#endif
