// What to slow down, and by how much: the request in the environment variable, and the arithmetic of "one in so many".
#include "base/inject.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

static pthread_once_t asked_once = PTHREAD_ONCE_INIT;
static struct inject asked;

int inject_parse(const char *text, struct inject *inject)
{
	*inject = (struct inject){0};
	if (!text)
		return 0;
	const char *colon = strchr(text, ':');
	size_t name_bytes = colon ? (size_t)(colon - text) : 0;
	if (name_bytes == 0 || name_bytes >= sizeof inject->name || strlen(colon + 1) != 4 ||
	    strspn(colon + 1, "0123456789") != 4)
		return status_say(
			EINVAL, "the environment variable " INJECT_VARIABLE " is '%s', which is not NAME:KKKK (sum:0020)", text);
	memcpy(inject->name, text, name_bytes);
	inject->every = (unsigned)strtoul(colon + 1, NULL, 10);
	return 0;
}

static void ask(void)
{
	inject_parse(getenv(INJECT_VARIABLE), &asked);
}

const struct inject *inject_asked(void)
{
	pthread_once(&asked_once, ask);
	return &asked;
}

int inject_check(void)
{
	struct inject unused;
	return inject_parse(getenv(INJECT_VARIABLE), &unused);
}

const struct inject *inject_for(const char *name)
{
	const struct inject *inject = inject_asked();
	return strcmp(inject->name, name) == 0 ? inject : NULL;
}

// Grains done twice before this item, to the nearest.
static uint64_t grains_before(uint64_t item, uint64_t grain_every)
{
	return item / grain_every + (item % grain_every >= grain_every - grain_every / 2);
}

uint64_t inject_items(uint64_t first, uint64_t items_n, unsigned every, uint64_t grain_items)
{
	if (every == 0)
		return 0;
	uint64_t grain_every = every * grain_items;
	uint64_t grains_n = grains_before(first + items_n, grain_every) - grains_before(first, grain_every);
	return grains_n * grain_items < items_n ? grains_n * grain_items : items_n;
}
