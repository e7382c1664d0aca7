// Three benchmarks that know nothing of tvp: arithmetic, memory, allocation.
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

static void BM_multiply(benchmark::State &state)
{
	double x = 1;
	for (auto _ : state)
		benchmark::DoNotOptimize(x = x * 1.0000001 + 1e-9);
}
BENCHMARK(BM_multiply);

static void BM_copy(benchmark::State &state)
{
	std::vector<char> from(state.range(0)), to(state.range(0));
	for (auto _ : state) {
		std::memcpy(to.data(), from.data(), from.size());
		benchmark::ClobberMemory();
	}
}
BENCHMARK(BM_copy)->Arg(64 << 10);

static void BM_new(benchmark::State &state)
{
	for (auto _ : state)
		benchmark::DoNotOptimize(std::vector<int>(100));
}
BENCHMARK(BM_new);

BENCHMARK_MAIN();
