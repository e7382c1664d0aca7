// One failure message per thread: the layer that knows the context writes it, only src/cli prints it.
#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char message[1000];

static void message_set(const char *format, va_list arguments)
{
	char text[sizeof message];
	vsnprintf(text, sizeof text, format, arguments);
	memcpy(message, text, sizeof message);
}

int status_fail(int error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	message_set(format, arguments);
	va_end(arguments);
	size_t used = strlen(message);
	snprintf(message + used, sizeof message - used, ": %s", strerror(error));
	return -error;
}

int status_say(int error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	message_set(format, arguments);
	va_end(arguments);
	return -error;
}

int status_wrap(int status, const char *format, ...)
{
	char inner[sizeof message];
	memcpy(inner, message, sizeof inner);
	va_list arguments;
	va_start(arguments, format);
	message_set(format, arguments);
	va_end(arguments);
	size_t used = strlen(message);
	if (used < sizeof message - 3)
		snprintf(message + used, sizeof message - used, ": %.*s", (int)(sizeof message - used - 3), inner);
	return status;
}

const char *status_message(void)
{
	return message;
}
