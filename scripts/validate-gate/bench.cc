// Four benchmarks that know nothing of tvp: arithmetic, memory, allocation, and one that computes MORE per cent more.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <vector>

#ifndef MORE
#define MORE 0
#endif

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

// One dependent step after the other, so that five per cent more of them take five per cent longer.
static void BM_mix(benchmark::State &state)
{
	const int steps_n = 200 * (100 + MORE);
	uint64_t x = 1;
	for (auto _ : state) {
		for (int i = 0; i < steps_n; i++)
			x = (x ^ x >> 29) * 0x9e3779b97f4a7c15;
		benchmark::DoNotOptimize(x);
	}
}
BENCHMARK(BM_mix);

BENCHMARK_MAIN();
