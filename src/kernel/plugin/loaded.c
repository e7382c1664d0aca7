#include "kernel/plugin/loaded.h"

#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"
#include "kernel/plugin/comment.h"

#define TOLERANCE 1e-9

static struct plugin_request *request;
static const struct tvp_kernel *own;
static struct kernel kernel;
static struct kernel_parameter parameters[TVP_PARAMETERS_MAX + 1];

static void phase(enum plugin_phase now)
{
	request->phase = now;
}

static int magic_check(void)
{
	if (own->magic != TVP_KERNEL_MAGIC)
		return status_say(EPROTO, "its tvp_kernel does not begin with TVP_KERNEL_HEAD: the magic number is wrong");
	if (own->abi_major != TVP_KERNEL_ABI_MAJOR || own->abi_minor > TVP_KERNEL_ABI_MINOR)
		return status_say(
			EPROTO, "it was built for version %u.%u of tvp/kernel.h, and this tvp opens %u.0 to %u.%u: %s",
			own->abi_major, own->abi_minor, TVP_KERNEL_ABI_MAJOR, TVP_KERNEL_ABI_MAJOR, TVP_KERNEL_ABI_MINOR,
			own->abi_major < TVP_KERNEL_ABI_MAJOR ? "build it again with this one's header"
												  : "use a newer tvp, or build it with this one's header");
	// What 1.0 had is the least there can be.
	if (own->struct_bytes < sizeof(struct tvp_kernel))
		return status_say(EPROTO, "its tvp_kernel has %llu bytes: TVP_KERNEL_HEAD says at least %zu",
		                  (unsigned long long)own->struct_bytes, sizeof(struct tvp_kernel));
	if (own->name && strlen(own->name) >= PLUGIN_NAME_BYTES)
		return status_say(EPROTO, "its name has more than %d characters", PLUGIN_NAME_BYTES - 1);
	if (!own->name || !own->run)
		return status_say(EPROTO, "its tvp_kernel has no %s", own->name ? "run" : "name");
	return 0;
}

static bool is_object(int file)
{
	char head[4];
	return pread(file, head, sizeof head, 0) == sizeof head && memcmp(head,
	                                                                  "\x7f"
	                                                                  "ELF",
	                                                                  sizeof head) == 0;
}

int loaded_open(struct plugin_request *asked)
{
	char path[32];
	request = asked;
	snprintf(path, sizeof path, "/proc/self/fd/%d", request->plugin_file);
	phase(PHASE_OPEN);
	if (!is_object(request->plugin_file))
		return status_say(EPROTO, "it is neither a shared object nor a C source called .c");
	// The global symbols of one that is opened lazily would be looked up while run() is timed.
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const char *why = object ? NULL : dlerror();
	if (why && strncmp(why, path, strlen(path)) == 0)
		why += strlen(path) + (why[strlen(path)] == ':' ? 2 : 0);
	if (!object)
		return status_say(EPROTO, "it cannot be opened: %s", why);
	own = dlsym(object, "tvp_kernel");
	if (!own)
		return status_say(EPROTO,
		                  "it exports no symbol tvp_kernel (see tvp/kernel.h); in C++, is it within extern \"C\"?");
	int status = magic_check();
	phase(PHASE_OURS);
	return status;
}

static void text_copy(char *out, size_t bytes, const char *text)
{
	snprintf(out, bytes, "%s", text ? text : "");
}

bool loaded_has_check(void)
{
	return own->check != NULL;
}

bool loaded_sends(void)
{
	return own->span_bytes || (!own->need && (own->in_item_bytes || own->out_item_bytes));
}

void loaded_describe(void)
{
	struct plugin_descriptor *descriptor = &request->descriptor;
	phase(PHASE_OPEN);
	text_copy(descriptor->name, sizeof descriptor->name, own->name);
	text_copy(descriptor->summary, sizeof descriptor->summary, own->summary);
	text_copy(descriptor->size_default, sizeof descriptor->size_default, own->size_default);
	comment_read(request->plugin_file, descriptor->compiler, sizeof descriptor->compiler);
	descriptor->size_forms = own->size_forms;
	descriptor->sends = loaded_sends();
	descriptor->has_check = loaded_has_check();
	for (const struct tvp_parameter *from = own->parameters; from && from->name; from++) {
		if (descriptor->parameters_n++ == TVP_PARAMETERS_MAX)
			break; // one too many is refused
		struct plugin_parameter *to = &descriptor->parameter[descriptor->parameters_n - 1];
		text_copy(to->name, sizeof to->name, from->name);
		text_copy(to->help, sizeof to->help, from->help);
		text_copy(to->values, sizeof to->values, from->values);
		to->preset = from->preset;
		to->least = from->least;
		to->most = from->most;
	}
	phase(PHASE_OURS);
}

static struct tvp_problem *seen(struct problem *problem)
{
	return (struct tvp_problem *)problem;
}

static const struct tvp_problem *seen_const(const struct problem *problem)
{
	return (const struct tvp_problem *)problem;
}

static int need_default(struct problem *problem)
{
	const struct size *size = &problem->size;
	uint64_t item_bytes = own->in_item_bytes ? own->in_item_bytes : own->out_item_bytes;
	switch (size->form) {
	case SIZE_BYTES:
		if (item_bytes == 0)
			return status_say(EPROTO, "it takes a size in bytes, but has neither in_item_bytes nor need()");
		if (size->bytes % item_bytes)
			return status_say(EINVAL, "a size of %llu bytes is not a multiple of its items' %llu",
			                  (unsigned long long)size->bytes, (unsigned long long)item_bytes);
		problem->items_n = size->bytes / item_bytes;
		break;
	case SIZE_ITEMS:
		problem->items_n = size->items_n;
		break;
	case SIZE_IMAGE:
		problem->items_n = (uint64_t)size->width * size->height;
		break;
	default:
		problem->items_n = 1;
	}
	problem->in_bytes = problem->items_n * own->in_item_bytes;
	problem->out_bytes = problem->items_n * own->out_item_bytes;
	return 0;
}

int loaded_need(struct problem *problem, struct traffic *traffic)
{
	struct tvp_traffic said = {0};
	phase(PHASE_NEED);
	const char *refused = own->need ? own->need(seen(problem)) : NULL;
	int status = refused ? status_say(EINVAL, "%s", refused) : own->need ? 0 : need_default(problem);
	phase(PHASE_TRAFFIC);
	if (status == 0 && own->traffic)
		own->traffic(seen_const(problem), &said);
	else
		said = (struct tvp_traffic){problem->in_bytes, problem->out_bytes, own->item_flops * problem->items_n, 0};
	phase(PHASE_OURS);
	*traffic = (struct traffic){said.read_bytes, said.written_bytes, said.flops, said.waited_ns};
	return status;
}

int loaded_prepare(struct problem *problem)
{
	phase(PHASE_PREPARE);
	const char *refused = own->prepare ? own->prepare(seen(problem)) : NULL;
	phase(PHASE_OURS);
	return refused ? status_say(EPROTO, "prepare(): %s", refused) : 0;
}

void loaded_run(const struct problem *problem, struct span span, double *partial)
{
	phase(PHASE_RUN);
	own->run(seen_const(problem), (struct tvp_span){span.begin, span.end, span.step}, partial);
	phase(PHASE_OURS);
}

static const char *reference_of(const struct problem *problem)
{
	return problem->out + round_up(problem->out_bytes, ARENA_ALIGN_BYTES);
}

static int total_check(const struct problem *problem, double total)
{
	double wanted = problem->serial_total, tolerance = own->tolerance > 0 ? own->tolerance : TOLERANCE;
	bool alike = total == wanted || (isnan(total) && isnan(wanted)) ||
	             fabs(total - wanted) <= tolerance * fmax(fabs(total), fabs(wanted));
	return alike ? 0
	             : status_say(EBADMSG, "the partials add up to %.17g; in the first serial run they did to %.17g", total,
	                          wanted);
}

// Where items lie is known of those that can be sent; of others it is all.
static struct span_bytes output_of(const struct problem *problem, struct span span)
{
	struct span_bytes bytes;
	if (!loaded_sends() || loaded_span_bytes(problem, span, &bytes) < 0)
		return (struct span_bytes){.out_bytes = problem->out_bytes};
	return bytes;
}

static int output_check(const struct problem *problem, struct span span)
{
	if (problem->out_bytes == 0)
		return 0;
	struct span_bytes bytes = output_of(problem, span);
	const char *reference = reference_of(problem);
	size_t at = bytes.out_offset, end = at + bytes.out_bytes;
	if (memcmp(problem->out + at, reference + at, bytes.out_bytes) == 0)
		return 0;
	while (at < end && problem->out[at] == reference[at])
		at++;
	return status_say(EBADMSG, "the output differs from the first serial run's, first in byte %zu", at);
}

int loaded_check(const struct problem *problem, struct span span, double total)
{
	if (!own->check) {
		int status = total_check(problem, total);
		return status < 0 ? status : output_check(problem, span);
	}
	phase(PHASE_CHECK);
	const char *wrong = own->check(seen_const(problem), (struct tvp_span){span.begin, span.end, span.step}, total);
	phase(PHASE_OURS);
	return wrong ? status_say(EBADMSG, "check(): %s", wrong) : 0;
}

static struct span_bytes span_bytes_default(struct span span)
{
	uint64_t items_n = span_items(span);
	return (struct span_bytes){span.begin * own->in_item_bytes, items_n * own->in_item_bytes,
	                           span.begin * own->out_item_bytes, items_n * own->out_item_bytes};
}

static bool within(uint64_t offset, uint64_t bytes, uint64_t all_bytes)
{
	return offset <= all_bytes && bytes <= all_bytes - offset;
}

int loaded_span_bytes(const struct problem *problem, struct span span, struct span_bytes *bytes)
{
	struct tvp_span_bytes said = {0};
	*bytes = span_bytes_default(span);
	if (own->span_bytes) {
		phase(PHASE_SPAN_BYTES);
		own->span_bytes(seen_const(problem), (struct tvp_span){span.begin, span.end, span.step}, &said);
		phase(PHASE_OURS);
		*bytes = (struct span_bytes){said.in_offset, said.in_bytes, said.out_offset, said.out_bytes};
	}
	if (within(bytes->in_offset, bytes->in_bytes, problem->in_bytes) &&
	    within(bytes->out_offset, bytes->out_bytes, problem->out_bytes))
		return 0;
	return status_say(EPROTO, "span_bytes() says bytes outside of the problem's data for the items %llu to %llu",
	                  (unsigned long long)span.begin, (unsigned long long)span.end);
}

// As the pool's transport calls it: what cannot be is nothing, and the result then wrong.
static void span_bytes(const struct problem *problem, struct span span, struct span_bytes *bytes)
{
	if (loaded_span_bytes(problem, span, bytes) < 0)
		*bytes = (struct span_bytes){0};
}

// All bits set: a NaN as a number.
static void poison(const struct problem *problem, struct span span)
{
	struct span_bytes bytes = output_of(problem, span);
	if (bytes.out_bytes > 0)
		memset(problem->out + bytes.out_offset, 0xff, bytes.out_bytes);
}

static int need(struct problem *problem)
{
	struct traffic traffic;
	return loaded_need(problem, &traffic);
}

static void traffic(const struct problem *problem, struct traffic *traffic)
{
	struct problem copy = *problem;
	loaded_need(&copy, traffic);
}

int loaded_register(void)
{
	loaded_describe();
	int status = plugin_descriptor_check(&request->descriptor);
	if (status == 0)
		status = plugin_descriptor_kernel(&request->descriptor, parameters, &kernel);
	kernel.need = need;
	kernel.prepare = loaded_prepare;
	// The layouts are the same (descriptor.c makes sure), so that a worker calls run() as it calls a built-in kernel's.
	kernel.run = (void (*)(const struct problem *, struct span, double *))(void (*)(void))own->run;
	kernel.check = loaded_check;
	kernel.poison = poison;
	kernel.span_bytes = loaded_sends() ? span_bytes : NULL;
	kernel.traffic = traffic;
	return status < 0 ? status : kernels_add(&kernel);
}
