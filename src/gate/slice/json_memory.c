#include "gate/slice/json_memory.h"

#include <jansson.h>
#include <stdlib.h>

static bool ended; // JSON is made by one thread, the supervisor

static void *watched_malloc(size_t bytes)
{
	void *memory = malloc(bytes);
	ended |= !memory && bytes > 0;
	return memory;
}

void json_memory_watch(void)
{
	json_set_alloc_funcs(watched_malloc, free);
}

bool json_memory_ended(void)
{
	bool was = ended;
	ended = false;
	return was;
}
