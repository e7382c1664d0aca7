#include "base/array.h"

#include <errno.h>
#include <stdlib.h>

#include "base/status.h"

int array_grow(void **array, uint32_t used_n, uint32_t *room_n, size_t entry_bytes)
{
	if (used_n < *room_n)
		return 0;
	uint32_t more_n = *room_n ? *room_n * 2 : 64;
	void *grown = realloc(*array, more_n * entry_bytes);
	if (!grown)
		return status_fail(ENOMEM, "making room for %u entries of %zu bytes", more_n, entry_bytes);
	*array = grown;
	*room_n = more_n;
	return 0;
}
