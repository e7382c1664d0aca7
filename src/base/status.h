// One failure message with its context, kept per thread, beside the 0 / -errno every function returns.
#ifndef TVP_BASE_STATUS_H
#define TVP_BASE_STATUS_H

/// Record why an operation failed and return -error, so that `return status_fail(ENOMEM, ...)` reads as one step.
/// error: a positive errno value; "<message>: <strerror(error)>" is kept.
int status_fail(int error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// The same where the message says everything and strerror() would only repeat it.
int status_say(int error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// Put "<context>: " in front of the message kept; returns the (negative) status it was given.
int status_wrap(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// The last message of this thread; "" when nothing failed. Valid until the next failure in this thread.
const char *status_message(void);

#endif
