// Short texts of any length that many structs hold: each distinct text is stored once.
#ifndef TVP_BASE_INTERN_H
#define TVP_BASE_INTERN_H

#include <stddef.h>

/// The stored copy of a text: equal texts have equal addresses, which stay valid until the program ends. NULL where
/// memory ran out. Not for use by several threads at once.
const char *intern(const char *text);
/// The same of the first `length` bytes.
const char *intern_part(const char *text, size_t length);

#endif
