// A hash table of chains that only grows: its texts are names and values from a plan, of which there are few thousands.
#include "base/intern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHAINS_N = 1024 };

struct entry {
	struct entry *next;
	char text[];
};

static struct entry *chains[CHAINS_N];

static struct entry **chain_of(const char *text, size_t length)
{
	uint32_t hash = 2166136261u; // FNV-1a
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	return &chains[(hash ^ hash >> 16) % CHAINS_N];
}

const char *intern_part(const char *text, size_t length)
{
	struct entry **chain = chain_of(text, length);
	for (struct entry *entry = *chain; entry; entry = entry->next)
		if (strncmp(entry->text, text, length) == 0 && entry->text[length] == '\0')
			return entry->text;
	struct entry *entry = malloc(sizeof *entry + length + 1);
	if (!entry)
		return NULL;
	memcpy(entry->text, text, length);
	entry->text[length] = '\0';
	entry->next = *chain;
	*chain = entry;
	return entry->text;
}

const char *intern(const char *text)
{
	return intern_part(text, strlen(text));
}
