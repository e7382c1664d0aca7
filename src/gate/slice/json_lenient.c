#include "gate/slice/json_lenient.h"

#include "gate/slice/json_memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The length of a number at `at` that JSON does not know but other programs write: NaN, inf, -Infinity; 0 for none.
static size_t no_number_length(const char *at)
{
	static const char *const words[] = {"NaN", "nan", "Infinity", "infinity", "inf"};
	size_t sign = *at == '-';
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strncmp(at + sign, words[i], strlen(words[i])) == 0)
			return sign + strlen(words[i]);
	return 0;
}

// A copy with null in place of them, outside of strings; NULL where memory is short.
static char *without_no_numbers(const char *text)
{
	char *copy = malloc(strlen(text) * 2 + 1), *out = copy;
	bool inside = false;
	while (copy && *text) {
		size_t length = inside ? 0 : no_number_length(text);
		if (length > 0) {
			out = stpcpy(out, "null");
			text += length;
			continue;
		}
		if (inside && *text == '\\' && text[1])
			*out++ = *text++;
		else if (*text == '"')
			inside = !inside;
		*out++ = *text++;
	}
	if (copy)
		*out = '\0';
	return copy;
}

json_t *json_load_lenient(const char *text, size_t text_bytes, json_error_t *error)
{
	json_error_t second;
	json_t *json = json_loadb(text, text_bytes, 0, error);
	if (!json && text_bytes == strlen(text)) {
		char *mended = without_no_numbers(text);
		json = mended ? json_loads(mended, 0, &second) : NULL;
		free(mended);
	}
	if (!json && json_memory_ended())
		snprintf(error->text, sizeof error->text, "out of memory");
	return json;
}
