// tvp list: every registry, so that what is printed is what can be run.
#include <argp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel/channel.h"
#include "cli/cli.h"
#include "cli/options/options.h"
#include "cli/options/plugin_options.h"
#include "exec/exec.h"
#include "report/text/document.h"
#include "report/text/text.h"
#include "bench/plan/axes.h"

enum { NAME_COLUMNS = 13, LONG_NAME_COLUMNS = 15 };

static struct document page;

// What programs read is not wrapped.
static void page_open(void)
{
	struct report_style style;
	style_of_output(&style);
	page = (struct document){.out = stdout, .columns = style.columns ? style.columns : UINT_MAX};
}

// A name, and beside it what there is to say of it.
static void print_entry(const char *name, size_t name_columns, const char *text)
{
	size_t indent = name_columns + 3, used = 3 + text_columns(name);
	printf("  %-*s ", (int)name_columns, name);
	document_wrap(&page, text, used > indent ? used : indent, indent);
}

static void list_experiments(void)
{
	char axes[1024], text[1200];
	puts("experiments (tvp run NAME,…)");
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++) {
		print_entry((*experiment)->name, NAME_COLUMNS, (*experiment)->summary);
		snprintf(text, sizeof text, "axes: %s; %s%s", experiment_axes(*experiment, axes, sizeof axes),
		         (*experiment)->suites ? "suites: " : "runs by its name only",
		         (*experiment)->suites ? (*experiment)->suites : "");
		print_entry("", NAME_COLUMNS, text);
	}
}

static void print_size_forms(FILE *out, const struct kernel *kernel)
{
	static const struct {
		unsigned form;
		const char *text;
	} forms[] = {
		{SIZE_BYTES, "bytes of input (32MiB)"},
		{SIZE_IMAGE, "an image (1920x1080)"},
		{SIZE_ITEMS, "a number of items (1000)"},
		{SIZE_DURATION, "a duration (100us)"},
	};
	if (kernel->size_forms == SIZE_NONE) {
		fprintf(out, "takes no --size");
		return;
	}
	const char *before = "--size: ";
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (kernel->size_forms & forms[i].form) {
			fprintf(out, "%s%s", before, forms[i].text);
			before = " or ";
		}
	fprintf(out, "; default %s", kernel->size_default);
}

static void print_parameters(FILE *out, const struct kernel *kernel)
{
	char takes[256];
	for (const struct kernel_parameter *parameter = kernel->parameters; parameter && parameter->name; parameter++)
		fprintf(out, "; --%s: %s, %s; default %llu", parameter->name, parameter->help,
		        kernel_parameter_takes(parameter, takes, sizeof takes), (unsigned long long)parameter->preset);
}

static void print_takes(const struct kernel *kernel)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);
	if (!out)
		return;
	print_size_forms(out, kernel);
	print_parameters(out, kernel);
	if (fclose(out) == 0)
		print_entry("", NAME_COLUMNS, text);
	free(text);
}

static void list_kernels(void)
{
	for (int machine = 0; machine < 2; machine++) {
		puts(machine ? "limits of the machine, as kernels" : "kernels (--kernel)");
		for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
			if ((*kernel)->measures_machine != machine)
				continue;
			print_entry((*kernel)->name, NAME_COLUMNS, (*kernel)->summary);
			print_takes(*kernel);
		}
	}
}

static void list_models(void)
{
	char text[300];
	puts("models (--model)");
	for (const struct model *const *model = models; *model; model++) {
		snprintf(text, sizeof text, "%s%s", (*model)->summary,
		         (*model)->resident ? " (takes --wait and --transport)" : "");
		print_entry((*model)->name, NAME_COLUMNS, text);
	}
}

static void list_channels(void)
{
	char text[300];
	puts("channels (--channel=NAME, --transport=copy:NAME)");
	for (const struct channel_type *const *type = channels; *type; type++) {
		snprintf(text, sizeof text, "%s%s%s", (*type)->summary,
		         (*type)->joins & JOINS_THREADS ? "" : "; not between threads",
		         (*type)->joins & JOINS_PROCESSES ? "" : "; not between processes");
		print_entry((*type)->name, LONG_NAME_COLUMNS, text);
	}
}

static void print_axes(const char *title, enum axis_origin origin)
{
	char option[SPEC_KEY_BYTES + 2];
	puts(title);
	for (const struct known_axis *axis = known_axes(); axis->key; axis++)
		if (axis->origin == origin) {
			snprintf(option, sizeof option, "--%s", axis->key);
			print_entry(option, NAME_COLUMNS, axis->help);
		}
}

static void list_axes(void)
{
	print_axes("axes of kernels that run through models", AXIS_OF_CORE);
	print_axes("parameters of kernels", AXIS_OF_KERNELS);
	print_axes("axes that experiments declare (which has which: tvp list experiments)", AXIS_OF_EXPERIMENTS);
}

static const struct {
	const char *name;
	void (*list)(void);
} sections[] = {
	{"experiments", list_experiments}, {"kernels", list_kernels}, {"models", list_models},
	{"channels", list_channels},       {"axes", list_axes},
};
enum { SECTIONS_N = sizeof sections / sizeof *sections };

static error_t parse(int key, char *argument, struct argp_state *state)
{
	unsigned *wanted = state->input;
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	for (unsigned i = 0; i < SECTIONS_N; i++)
		if (strcmp(argument, sections[i].name) == 0) {
			*wanted |= 1u << i;
			return 0;
		}
	argp_error(state, "no list of '%s' (experiments, kernels, models, channels, axes)", argument);
	return EINVAL;
}

int cli_list(int argc, char **argv)
{
	const struct argp_child children[] = {{.argp = plugin_options()}, {0}};
	const struct argp argp = {
		.parser = parse,
		.args_doc = "[experiments|kernels|models|channels|axes]...",
		.doc = "What can be measured here.\vExamples:\n  tvp list\n  tvp list kernels\n"
			   "  tvp list kernels --plugin=./mine.c",
		.children = children,
	};
	unsigned wanted = 0;
	plugins_take(argc, argv);
	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, 0, NULL, &wanted);
	page_open();
	for (unsigned i = 0; i < SECTIONS_N; i++)
		if (wanted == 0 || wanted & 1u << i) {
			sections[i].list();
			if (wanted == 0 && i + 1 < SECTIONS_N)
				putchar('\n');
		}
	return EXIT_OK;
}
