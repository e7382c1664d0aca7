// What differs between versions of Google Benchmark, found out by asking its header instead of comparing numbers.
// Of two forms the compiler takes the one for int where it is well-formed, else the one for long.
#ifndef TVP_GBENCH_VERSIONS_H
#define TVP_GBENCH_VERSIONS_H

#include <benchmark/benchmark.h>

#include <string>

// Version 1.8 replaced Run::error_occurred and error_message by skipped and skip_message.
template <class Run> auto run_failed(const Run &run, int) -> decltype(static_cast<bool>(run.skipped))
{
	return static_cast<bool>(run.skipped);
}
template <class Run> bool run_failed(const Run &run, long)
{
	return run.error_occurred;
}
template <class Run> auto run_error(const Run &run, int) -> decltype(run.skip_message.c_str())
{
	return run.skip_message.c_str();
}
template <class Run> const char *run_error(const Run &run, long)
{
	return run.error_message.c_str();
}

// The same release gave --benchmark_min_time a unit: newer versions grumble without it, older ones exit over it.
template <class Run>
auto min_time_flag(int) -> decltype(static_cast<void>(&Run::skipped), static_cast<const char *>(""))
{
	return "--benchmark_min_time=0.5s";
}
template <class Run> const char *min_time_flag(long)
{
	return "--benchmark_min_time=0.5";
}

// It also tells its number from then on. A template loses against the library's own function, where there is one.
namespace older
{
template <class... None> std::string GetBenchmarkVersion(None...)
{
#ifdef TVP_BENCHMARK_VERSION
	return TVP_BENCHMARK_VERSION;
#else
	return "unknown";
#endif
}
} // namespace older

inline std::string library_version()
{
	using namespace older;
	using namespace benchmark;
	return GetBenchmarkVersion();
}

#endif
