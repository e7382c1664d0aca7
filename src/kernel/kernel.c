// What --size means to each kernel, and problems planned by size and options.
#include "kernel/kernel.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/status.h"
#include "base/units.h"
#include "kernel/ways.h"

// Half of what x86-64 and aarch64 give a process to map, so that neither offsets nor the arena's own sum can overflow.
#define PROBLEM_BYTES_MAX (UINT64_C(1) << 46)
#define PROBLEM_ITEMS_MAX (UINT64_C(1) << 32)
#define PROBLEM_NS_MAX (1000 * NS_PER_S)
enum { IMAGE_SIDE_MAX = 1 << 16 };

static const char *forms_text(unsigned forms)
{
	static const struct {
		unsigned form;
		const char *text;
	} form[] = {{SIZE_BYTES, "bytes of input, as 32MiB"},
	            {SIZE_IMAGE, "one image, as 1920x1080"},
	            {SIZE_ITEMS, "a count of items, as 1000"},
	            {SIZE_DURATION, "a duration, as 100us"}};
	static char text[160];
	if (forms == (SIZE_IMAGE | SIZE_ITEMS))
		return "one image, as 1920x1080, or a count of small images, as 1000";
	snprintf(text, sizeof text, "%s", forms ? "" : "no size");
	for (size_t i = 0; i < sizeof form / sizeof *form; i++)
		if (forms & form[i].form) {
			size_t used = strlen(text);
			snprintf(text + used, sizeof text - used, "%s%s", used ? ", or " : "", form[i].text);
		}
	return text;
}

static int size_refuse(const struct kernel *kernel, const char *text, int status)
{
	if (status == -ERANGE)
		return status_say(ERANGE, "size '%s' is beyond what kernel %s can address", text, kernel->name);
	return status_say(EINVAL, "size '%s' is not for kernel %s, which takes %s", text, kernel->name,
	                  forms_text(kernel->size_forms));
}

static int image_parse(const char *text, struct size *size)
{
	char width_text[16];
	const char *cross = strchr(text, 'x');
	size_t length = (size_t)(cross - text);
	if (length >= sizeof(width_text))
		return -ERANGE;
	memcpy(width_text, text, length);
	width_text[length] = '\0';
	uint64_t width, height;
	int status = units_parse_count(width_text, 0, IMAGE_SIDE_MAX, &width);
	if (!status)
		status = units_parse_count(cross + 1, 0, IMAGE_SIDE_MAX, &height);
	if (status)
		return status;
	*size = (struct size){.form = SIZE_IMAGE, .width = (uint32_t)width, .height = (uint32_t)height};
	return width && height ? 0 : -EINVAL;
}

// A bare number is a count of items to every reader of a command line: here a unit is a must.
static int duration_parse(const char *text, struct size *size)
{
	size->form = SIZE_DURATION;
	bool has_unit = *text && text[strlen(text) - 1] == 's';
	int status = has_unit ? units_parse_duration(text, &size->duration_ns) : -EINVAL;
	return status == 0 && size->duration_ns > PROBLEM_NS_MAX ? -ERANGE : status;
}

int size_parse(const struct kernel *kernel, const char *text, struct size *size)
{
	int status = -EINVAL;
	*size = (struct size){.form = SIZE_NONE};
	if (strchr(text, 'x')) {
		if (kernel->size_forms & SIZE_IMAGE)
			status = image_parse(text, size);
	} else if (kernel->size_forms & SIZE_BYTES) {
		size->form = SIZE_BYTES;
		status = units_parse_bytes(text, &size->bytes);
	} else if (kernel->size_forms & SIZE_ITEMS) {
		size->form = SIZE_ITEMS;
		status = units_parse_count(text, 1, PROBLEM_ITEMS_MAX, &size->items_n);
	} else if (kernel->size_forms & SIZE_DURATION) {
		status = duration_parse(text, size);
	}
	// Zero is out of the units' range, but to the user it is no size at all.
	if (status == -ERANGE && !strpbrk(text, "123456789"))
		status = -EINVAL;
	return status ? size_refuse(kernel, text, status) : 0;
}

// "1500ns", "10us", "1ms", "2s": the largest unit that divides it.
static char *duration_format(char *out, size_t out_bytes, uint64_t duration_ns)
{
	static const char *const suffix[] = {"ns", "us", "ms", "s"};
	unsigned power = 0;
	for (; power < 3 && duration_ns % 1000 == 0; power++)
		duration_ns /= 1000;
	snprintf(out, out_bytes, "%" PRIu64 "%s", duration_ns, suffix[power]);
	return out;
}

char *size_format(char *out, size_t out_bytes, const struct size *size)
{
	switch (size->form) {
	case SIZE_BYTES:
		return units_format_bytes(out, out_bytes, size->bytes);
	case SIZE_IMAGE:
		snprintf(out, out_bytes, "%" PRIu32 "x%" PRIu32, size->width, size->height);
		return out;
	case SIZE_ITEMS:
		snprintf(out, out_bytes, "%" PRIu64, size->items_n);
		return out;
	case SIZE_DURATION:
		return duration_format(out, out_bytes, size->duration_ns);
	default:
		snprintf(out, out_bytes, "%s", "");
		return out;
	}
}

static int size_known(const struct kernel *kernel, const struct size *size)
{
	if (size->form == SIZE_NONE ? kernel->size_forms != SIZE_NONE : !(kernel->size_forms & size->form))
		return status_say(EINVAL, "kernel %s takes %s", kernel->name, forms_text(kernel->size_forms));
	if ((size->form == SIZE_BYTES && !size->bytes) || (size->form == SIZE_ITEMS && !size->items_n) ||
	    (size->form == SIZE_DURATION && !size->duration_ns) ||
	    (size->form == SIZE_IMAGE && (!size->width || !size->height)))
		return status_say(EINVAL, "kernel %s: a size of 0 is no work", kernel->name);
	if (size->bytes > PROBLEM_BYTES_MAX || size->items_n > PROBLEM_ITEMS_MAX || size->width > IMAGE_SIDE_MAX ||
	    size->height > IMAGE_SIDE_MAX || size->duration_ns > PROBLEM_NS_MAX)
		return status_say(ERANGE, "kernel %s: the size is beyond what can be addressed", kernel->name);
	return 0;
}

int problem_plan(struct problem *problem, const struct kernel *kernel, const struct size *size,
                 const struct kernel_options *options)
{
	struct kernel_options preset = kernel_options_preset(kernel);
	options = options ? options : &preset;
	int status = size_known(kernel, size);
	if (status == 0)
		status = kernel_options_check(kernel, options);
	if (status)
		return status;
	*problem = (struct problem){.kernel = kernel, .size = *size, .options = *options};
	status = kernel->need(problem);
	if (status)
		return status;
	problem->way = way_of(problem);
	return 0;
}

size_t problem_arena_bytes(const struct problem *problem)
{
	size_t reference_bytes = problem->kernel->keeps_reference ? problem->out_bytes : 0;
	return round_up(problem->in_bytes, ARENA_ALIGN_BYTES) + round_up(problem->out_bytes, ARENA_ALIGN_BYTES) +
	       round_up(reference_bytes, ARENA_ALIGN_BYTES);
}
