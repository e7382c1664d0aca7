// Shuffling at three levels by sorting on random keys: one per family, one per group, one per row.
#include "measure/order.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

struct keyed_row {
	uint64_t family, group, row;
	uint32_t index;
};

static size_t family_length(const struct row *row)
{
	return strcspn(row->group, "|");
}

bool order_same_family(const struct row *a, const struct row *b)
{
	size_t length = family_length(a);
	return length == family_length(b) && memcmp(a->group, b->group, length) == 0;
}

// Equal texts have the same key within a round, and another one in the next: hashed from a random start, mixed.
static uint64_t key(const char *text, size_t length, uint64_t salt)
{
	return rng_next(&(struct rng){hash_add(HASH_BEGIN ^ salt, text, length)});
}

static int compare_keys(const void *a, const void *b)
{
	const struct keyed_row *x = a, *y = b;
	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

uint32_t order_shuffled(const struct record *record, struct rng *rng, uint32_t *order)
{
	struct keyed_row *keyed = calloc(record->rows_n + 1, sizeof *keyed);
	if (!keyed)
		return 0;
	uint64_t salt = rng_next(rng);
	uint32_t open_n = 0;
	for (uint32_t i = 0; i < record->rows_n; i++) {
		const struct row *row = &record->rows[i];
		if (row->state == ROW_OPEN)
			keyed[open_n++] = (struct keyed_row){
				.family = key(row->group, family_length(row), salt),
				.group = key(row->group, strlen(row->group), salt),
				.row = rng_next(rng),
				.index = i,
			};
	}
	qsort(keyed, open_n, sizeof *keyed, compare_keys);
	for (uint32_t i = 0; i < open_n; i++)
		order[i] = keyed[i].index;
	free(keyed);
	return open_n;
}
