#include "measure/spec_text.h"

#include "base/hash.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ESCAPE_BYTES = 3, MARK_BYTES = 17 };

bool spec_text_is_key(const char *key)
{
	return strcmp(key, SPEC_TEXT_KEY) == 0 || strcmp(key, "command") == 0 || strcmp(key, "inputs") == 0;
}

static bool stands_for_itself(char byte)
{
	return byte > ' ' && byte <= '~' && byte != '/' && byte != '%';
}

char *spec_text_encode(char *out, const char *text)
{
	size_t used = 0, cut = 0;
	const char *at = text;
	for (; *at; at++) {
		size_t bytes = stands_for_itself(*at) ? 1 : ESCAPE_BYTES;
		if (used + bytes >= SPEC_VALUE_BYTES)
			break;
		if (bytes == 1)
			out[used] = *at;
		else
			snprintf(out + used, ESCAPE_BYTES + 1, "%%%02X", (unsigned char)*at);
		used += bytes;
		if (used + MARK_BYTES < SPEC_VALUE_BYTES)
			cut = used;
	}
	out[used] = '\0';
	if (*at)
		snprintf(out + cut, MARK_BYTES + 1, "~%016" PRIx64, hash_add(HASH_BEGIN, text, strlen(text)));
	else if (used == 0)
		strcpy(out, "%00"); // a value is not empty
	return out;
}

char *spec_text_decode(char *out, size_t out_bytes, const char *value)
{
	size_t used = 0;
	while (*value && used + 1 < out_bytes) {
		const unsigned char *digit = (const unsigned char *)value + 1;
		if (*value == '%' && isxdigit(digit[0]) && isxdigit(digit[1])) {
			out[used++] = (char)strtoul((const char[]){value[1], value[2], '\0'}, NULL, 16);
			value += ESCAPE_BYTES;
		} else {
			out[used++] = *value++;
		}
	}
	out[used] = '\0';
	return out;
}
