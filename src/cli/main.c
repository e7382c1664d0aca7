// tvp: threads versus processes. Finds the subcommand; everything else is in its file.
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/process.h"
#include "gate/slice/json_memory.h"
#include "gbench/gbench.h"
#include "host/facts.h"

static const struct {
	const char *name, *summary;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"run", "measure a suite (quick, ipc, full) or experiments", cli_run},
	{"advise", "threads or processes, how many, and how, for your work: predicted", cli_advise},
	{"calibrate", "measure what `tvp advise` predicts from", cli_calibrate},
	{"list", "list experiments, kernels, models, channels and axes", cli_list},
	{"topo", "draw this machine, and where each worker would run", cli_topo},
	{"show", "print the tables of a result file", cli_show},
	{"plot", "draw the curves of a result file", cli_plot},
	{"fit", "which scaling law a result follows, and where it peaks", cli_fit},
	{"gate", "run two builds alternately: did anything get slower?", cli_gate},
	{"replay", "judge a gate's recorded blocks again, by other thresholds or rules", cli_replay},
	{"slice", "measure one spec once, and print its raw times: what the gate runs", cli_slice},
	{"check", "judge a result by stored baselines of the same machine", cli_check},
	{"compare", "compare two result files, spec by spec: ratios with intervals", cli_compare},
	{"doctor", "what disturbs measurements on this machine now, and what that means", cli_doctor},
	{"gbench", "run the benchmarks under Google Benchmark's own command line", cli_gbench},
};
enum { COMMANDS_N = sizeof commands / sizeof *commands };

static void usage(FILE *out)
{
	fputs("Usage: tvp COMMAND [OPTION...]\n"
	      "Threads or processes, how many, placed where, and at what cost: measured on this machine.\n\n",
	      out);
	for (int i = 0; i < COMMANDS_N; i++)
		fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
	fputs("\nExamples:\n"
	      "  tvp run quick                              the main question, in at most 90 s\n"
	      "  tvp run ipc                                the costs of creation, messages, locks, switches, memory\n"
	      "  tvp run scaling --kernel=convolve --workers=1,2,4 --pin=compact,none\n"
	      "  tvp show results/latest.json\n"
	      "  tvp gate build-old/tvp build-new/tvp       did anything get slower? exit status 1 if so\n"
	      "  tvp COMMAND --help                         each command's options and examples\n",
	      out);
}

// The revision is that of the sources when the build was configured.
static void print_version(void)
{
	const char *revision = facts_revision();
	bool known = strcmp(revision, "unknown") != 0;
	printf("tvp %s, revision %s%s\nGoogle Benchmark %s\n", TVP_VERSION, revision,
	       known ? "" : ": built outside a git checkout", gbench_version());
}

static int run_command(int index, int argc, char **argv)
{
	static char name[32];
	snprintf(name, sizeof name, "tvp %s", commands[index].name);
	argv[0] = name;
	process_name(name);
	return commands[index].run(argc, argv);
}

static int run(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";
	if (strcmp(command, "--help") == 0 || strcmp(command, "-?") == 0 || strcmp(command, "help") == 0) {
		usage(stdout);
		return EXIT_OK;
	}
	if (strcmp(command, "--version") == 0 || strcmp(command, "-V") == 0) {
		print_version();
		return EXIT_OK;
	}
	for (int i = 0; i < COMMANDS_N; i++)
		if (strcmp(command, commands[i].name) == 0)
			return run_command(i, argc - 1, argv + 1);
	if (*command)
		fprintf(stderr, "tvp: no command '%s'\n\n", command);
	usage(stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	json_memory_watch();
	process_begin();
	return process_end(run(argc, argv));
}
