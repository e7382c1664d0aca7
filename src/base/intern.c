// A hash table of chains that only grows.
#include "base/intern.h"

#include "base/hash.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHAINS_FIRST_N = 1024 };

struct entry {
	struct entry *next;
	uint32_t hash;
	char text[];
};

static struct entry *chains_first[CHAINS_FIRST_N], **chains = chains_first;
static uint32_t chains_n = CHAINS_FIRST_N, entries_n;

// Where there is no memory the chains become longer instead.
static void chains_grow(void)
{
	struct entry **more = calloc(chains_n * 2ul, sizeof *more), *entry;
	if (!more)
		return;
	for (uint32_t i = 0; i < chains_n; i++)
		while ((entry = chains[i])) {
			chains[i] = entry->next;
			entry->next = more[entry->hash % (chains_n * 2)];
			more[entry->hash % (chains_n * 2)] = entry;
		}
	if (chains != chains_first)
		free(chains);
	chains = more;
	chains_n *= 2;
}

const char *intern_part(const char *text, size_t length)
{
	uint32_t hash = hash_place(hash_add(HASH_BEGIN, text, length));
	for (struct entry *entry = chains[hash % chains_n]; entry; entry = entry->next)
		if (entry->hash == hash && strncmp(entry->text, text, length) == 0 && entry->text[length] == '\0')
			return entry->text;
	struct entry *entry = malloc(sizeof *entry + length + 1);
	if (!entry)
		return NULL;
	memcpy(entry->text, text, length);
	entry->text[length] = '\0';
	entry->hash = hash;
	if (entries_n++ >= chains_n)
		chains_grow();
	entry->next = chains[hash % chains_n];
	chains[hash % chains_n] = entry;
	return entry->text;
}

const char *intern(const char *text)
{
	return intern_part(text, strlen(text));
}
