// tvp list: every registry, so that what is printed is what can be run.
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "channel/channel.h"
#include "cli/cli.h"
#include "cli/options/plugin_options.h"
#include "exec/exec.h"
#include "bench/plan/axes.h"

static void list_experiments(void)
{
	char axes[1024];
	puts("experiments (tvp run NAME,…)");
	for (const struct experiment *const *experiment = experiments; *experiment; experiment++)
		printf("  %-13s %s\n  %-13s axes: %s; %s%s\n", (*experiment)->name, (*experiment)->summary, "",
		       experiment_axes(*experiment, axes, sizeof axes),
		       (*experiment)->suites ? "suites: " : "runs by its name only",
		       (*experiment)->suites ? (*experiment)->suites : "");
}

static void print_size_forms(const struct kernel *kernel)
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
		printf("takes no --size");
		return;
	}
	const char *before = "--size: ";
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (kernel->size_forms & forms[i].form) {
			printf("%s%s", before, forms[i].text);
			before = " or ";
		}
	printf("; default %s", kernel->size_default);
}

static void print_parameters(const struct kernel *kernel)
{
	char takes[256];
	for (const struct kernel_parameter *parameter = kernel->parameters; parameter && parameter->name; parameter++)
		printf("; --%s: %s, %s; default %llu", parameter->name, parameter->help,
		       kernel_parameter_takes(parameter, takes, sizeof takes), (unsigned long long)parameter->preset);
}

static void list_kernels(void)
{
	for (int machine = 0; machine < 2; machine++) {
		puts(machine ? "limits of the machine, as kernels" : "kernels (--kernel)");
		for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
			if ((*kernel)->measures_machine != machine)
				continue;
			printf("  %-13s %s\n  %-13s ", (*kernel)->name, (*kernel)->summary, "");
			print_size_forms(*kernel);
			print_parameters(*kernel);
			putchar('\n');
		}
	}
}

static void list_models(void)
{
	puts("models (--model)");
	for (const struct model *const *model = models; *model; model++)
		printf("  %-13s %s%s\n", (*model)->name, (*model)->summary,
		       (*model)->resident ? " (takes --wait and --transport)" : "");
}

static void list_channels(void)
{
	puts("channels (--channel=NAME, --transport=copy:NAME)");
	for (const struct channel_type *const *type = channels; *type; type++)
		printf("  %-15s %s%s%s\n", (*type)->name, (*type)->summary,
		       (*type)->joins & JOINS_THREADS ? "" : "; not between threads",
		       (*type)->joins & JOINS_PROCESSES ? "" : "; not between processes");
}

// A long text goes on below its beginning.
static void print_wrapped(const char *text, int indent)
{
	enum { WIDTH = 110 };
	int at = indent;
	for (struct word word = {.at = text}; word_next(&word, ' ');) {
		if (at > indent && at + 1 + (int)word.length > WIDTH) {
			printf("\n%*s", indent, "");
			at = indent;
		}
		at += printf("%s%.*s", at > indent ? " " : "", (int)word.length, word.at);
	}
	putchar('\n');
}

static void print_axes(const char *title, enum axis_origin origin)
{
	puts(title);
	for (const struct known_axis *axis = known_axes(); axis->key; axis++)
		if (axis->origin == origin) {
			printf("  --%-11s ", axis->key);
			print_wrapped(axis->help, 16);
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
	for (unsigned i = 0; i < SECTIONS_N; i++)
		if (wanted == 0 || wanted & 1u << i) {
			sections[i].list();
			if (wanted == 0 && i + 1 < SECTIONS_N)
				putchar('\n');
		}
	return EXIT_OK;
}
