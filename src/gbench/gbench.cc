// Google Benchmark behind a C interface: registration, the iteration loop, and a reporter that hands runs to C.
// Flags are global in the library, read from BENCHMARK_* before main() and obeyed by every run, so that being neutral
// means passing each flag's neutral value. No exception leaves this file: out of memory ends in nothing run.
#include "gbench/gbench.h"

#include "gbench/versions.h"

#include <cerrno>
#include <exception>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

extern "C" {
#include "base/status.h"
}

namespace
{

using benchmark::BenchmarkReporter;
using benchmark::State;
using Run = BenchmarkReporter::Run;

struct Body {
	gbench_function *function;
	void *argument;
	void operator()(State &state) const;
};

// Asked of the library, because later versions move this class to another namespace.
using Registered = decltype(*benchmark::RegisterBenchmark("", std::declval<Body>()));

State &state_of(gbench_state *state)
{
	return *reinterpret_cast<State *>(state);
}

Registered benchmark_of(gbench_benchmark *benchmark)
{
	return reinterpret_cast<Registered>(*benchmark);
}

// C callers cannot catch: a failed allocation costs the call its effect, never the program.
template <class Result, class Work> Result guarded(Result on_failure, Work work) noexcept
{
	try {
		return work();
	} catch (const std::exception &) {
		return on_failure;
	}
}

template <class Work> void guarded(Work work) noexcept
{
	guarded(false, [&] {
		work();
		return true;
	});
}

void Body::operator()(State &state) const
{
	function(reinterpret_cast<gbench_state *>(&state), argument);
	// The library aborts the process over a loop left early; here it is one failed run.
	if (!state.error_occurred() && state.iterations() < state.max_iterations)
		state.SkipWithError("returned before gbench_keep_running() was false");
}

double per_iteration_ns(double accumulated_s, const Run &run)
{
	return accumulated_s * 1e9 / static_cast<double>(run.iterations > 0 ? run.iterations : 1);
}

void run_hand_over(const Run &run, gbench_report *report, void *context)
{
	std::vector<const char *> names;
	std::vector<double> values;
	names.reserve(run.counters.size());
	values.reserve(run.counters.size());
	for (const auto &counter : run.counters) {
		names.push_back(counter.first.c_str());
		values.push_back(counter.second.value);
	}
	struct gbench_run out = {};
	// function_name is the name as registered; the full one has /iterations:N/manual_time appended.
	out.name = run.run_name.function_name.c_str();
	out.label = run.report_label.c_str();
	out.failed = run_failed(run, 0);
	out.error = run_error(run, 0);
	out.aggregate = run.run_type == Run::RT_Aggregate;
	out.iterations_n = static_cast<uint64_t>(run.iterations);
	out.real_ns = per_iteration_ns(run.real_accumulated_time, run);
	out.cpu_ns = per_iteration_ns(run.cpu_accumulated_time, run);
	out.repetition_index = run.repetition_index;
	out.counters_n = static_cast<unsigned>(names.size());
	out.counter_names = names.data();
	out.counter_values = values.data();
	report(&out, context);
}

class CallbackReporter final : public BenchmarkReporter
{
  public:
	CallbackReporter(gbench_report *report, void *context) : report_(report), context_(context), nowhere_(nullptr)
	{
		SetOutputStream(&nowhere_);
		SetErrorStream(&nowhere_);
	}
	bool ReportContext(const Context &) override
	{
		return true;
	}
	void ReportRuns(const std::vector<Run> &runs) override
	{
		for (const Run &run : runs)
			run_hand_over(run, report_, context_);
	}

  private:
	gbench_report *report_;
	void *context_;
	std::ostream nowhere_;
};

// True while the library's flags are the neutral ones, so that only the first of thousands of calls parses them.
bool flags_are_neutral;

} // namespace

void gbench_init(void)
{
	if (flags_are_neutral)
		return;
	// A version that does not know one of these leaves it alone.
	static const char *const neutral[] = {
		"tvp",
		min_time_flag<Run>(0),
		"--benchmark_list_tests=false",
		"--benchmark_filter=.",
		"--benchmark_min_warmup_time=0",
		"--benchmark_repetitions=1",
		"--benchmark_dry_run=false",
		"--benchmark_enable_random_interleaving=false",
		"--benchmark_report_aggregates_only=false",
		"--benchmark_display_aggregates_only=false",
		"--benchmark_format=console",
		"--benchmark_out=",
		"--benchmark_out_format=json",
		"--benchmark_color=false",
		"--benchmark_counters_tabular=false",
		"--benchmark_perf_counters=",
		"--benchmark_context=",
		"--benchmark_time_unit=ns",
		"--v=0",
	};
	guarded([] {
		std::vector<char *> arguments;
		for (const char *argument : neutral)
			arguments.push_back(const_cast<char *>(argument));
		int arguments_n = static_cast<int>(arguments.size());
		arguments.push_back(nullptr);
		benchmark::Initialize(&arguments_n, arguments.data());
		// Reads dozens of files once per process; done here, every runner forked later inherits it.
		benchmark::CPUInfo::Get();
		benchmark::SystemInfo::Get();
		flags_are_neutral = true;
	});
}

int gbench_init_flags(int *argc, char **argv)
{
	flags_are_neutral = false;
	return guarded(-ENOMEM, [&] {
		benchmark::Initialize(argc, argv);
		// The library keeps argv[0] for every later report; the caller may not.
		static std::string program;
		program = *argc > 0 ? argv[0] : "tvp";
		BenchmarkReporter::Context::executable_name = program.c_str();
		return *argc > 1 ? status_say(EINVAL, "\"%s\" is no option of Google Benchmark", argv[1]) : 0;
	});
}

gbench_benchmark *gbench_register(const char *name, gbench_function *function, void *argument)
{
	return guarded(static_cast<gbench_benchmark *>(nullptr), [&] {
		return reinterpret_cast<gbench_benchmark *>(benchmark::RegisterBenchmark(name, Body{function, argument}));
	});
}

void gbench_iterations(gbench_benchmark *benchmark, uint64_t iterations_n)
{
	benchmark_of(benchmark).Iterations(static_cast<benchmark::IterationCount>(iterations_n));
}

void gbench_min_time(gbench_benchmark *benchmark, double seconds)
{
	benchmark_of(benchmark).MinTime(seconds);
}

void gbench_manual_time(gbench_benchmark *benchmark)
{
	benchmark_of(benchmark).UseManualTime();
}

void gbench_real_time(gbench_benchmark *benchmark)
{
	benchmark_of(benchmark).UseRealTime();
}

void gbench_repetitions(gbench_benchmark *benchmark, int repetitions_n)
{
	benchmark_of(benchmark).Repetitions(repetitions_n);
}

void gbench_clear(void)
{
	guarded([] { benchmark::ClearRegisteredBenchmarks(); });
}

bool gbench_keep_running(gbench_state *state)
{
	return state_of(state).KeepRunning();
}

uint64_t gbench_max_iterations(const gbench_state *state)
{
	return static_cast<uint64_t>(reinterpret_cast<const State *>(state)->max_iterations);
}

void gbench_set_iteration_time(gbench_state *state, double seconds)
{
	state_of(state).SetIterationTime(seconds);
}

void gbench_counter(gbench_state *state, const char *name, double value, enum gbench_counter kind)
{
	using benchmark::Counter;
	auto flags = kind == GBENCH_COUNTER_RATE            ? Counter::kIsRate
	             : kind == GBENCH_COUNTER_PER_ITERATION ? Counter::kAvgIterations
	                                                    : Counter::kDefaults;
	guarded([&] { state_of(state).counters[name] = Counter(value, flags); });
}

void gbench_label(gbench_state *state, const char *label)
{
	guarded([&] { state_of(state).SetLabel(label); });
}

void gbench_set_bytes_processed(gbench_state *state, uint64_t bytes)
{
	guarded([&] { state_of(state).SetBytesProcessed(static_cast<int64_t>(bytes)); });
}

void gbench_set_items_processed(gbench_state *state, uint64_t items_n)
{
	guarded([&] { state_of(state).SetItemsProcessed(static_cast<int64_t>(items_n)); });
}

void gbench_skip_with_error(gbench_state *state, const char *message)
{
	guarded([&] { state_of(state).SkipWithError(message); });
}

void gbench_context(const char *key, const char *value)
{
	guarded([&] {
		// Of a key it already has the library complains on stderr.
		static std::set<std::string> known;
		if (known.insert(key).second)
			benchmark::AddCustomContext(key, value);
	});
}

size_t gbench_run(gbench_report *report, void *context)
{
	gbench_init();
	return guarded(size_t{0}, [&] {
		CallbackReporter reporter(report, context);
		return benchmark::RunSpecifiedBenchmarks(&reporter, ".");
	});
}

size_t gbench_run_default(void)
{
	// Handed over, the default reporter outlives the run; left to the library, the second run frees it again.
	return guarded(size_t{0},
	               [] { return benchmark::RunSpecifiedBenchmarks(benchmark::CreateDefaultDisplayReporter()); });
}

void gbench_shutdown(void)
{
	guarded([] { benchmark::Shutdown(); });
}

const char *gbench_version(void)
{
	static const std::string version = library_version();
	return version.c_str();
}

void gbench_loop_in_cxx(gbench_state *state, void *)
{
	// The barrier stands for the opaque call of the loop in C: compilers delete a loop with an empty body.
	for (auto unused : state_of(state)) {
		static_cast<void>(unused);
		__asm__ volatile("" ::: "memory");
	}
}
