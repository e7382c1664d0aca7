// One thread, same buffers, taps and border: our convolve beside cv::filter2D, sum beside read, square beside the
// copies. Every round runs all of a group's members one after the other; ratios are formed within rounds, then
// summarised.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

extern "C" {
#include "base/arena.h"
#include "base/clock.h"
#include "base/status.h"
#include "kernel/convolve.h"
#include "kernel/kernel.h"
#include "kernel/ways.h"
}

namespace
{

struct member {
	std::string name;
	std::function<void()> run;
	std::vector<double> times_ns;
};

[[noreturn]] void fail()
{
	std::fprintf(stderr, "opencv_peer: %s\n", status_message());
	std::exit(1);
}

struct work {
	problem plan{};
	arena memory{};

	work(const char *name, const char *size_text, unsigned k)
	{
		const kernel *found = kernel_find(name);
		size wanted{};
		kernel_options options{k};
		if (size_parse(found, size_text, &wanted) || problem_plan(&plan, found, &wanted, &options) ||
		    arena_open(&memory, problem_arena_bytes(&plan), MEMORY_SHARED, PAGES_HUGE))
			fail();
		size_t huge_bytes = 0;
		if (arena_huge_bytes(&memory, &huge_bytes) || huge_bytes < memory.bytes)
			std::printf("warning: %zu of %zu bytes for %s are on huge pages\n", huge_bytes, memory.bytes, name);
		const size_t align = size_t{2} << 20;
		plan.in = plan.in_bytes ? static_cast<char *>(arena_alloc(&memory, plan.in_bytes, align)) : nullptr;
		plan.out = plan.out_bytes ? static_cast<char *>(arena_alloc(&memory, plan.out_bytes, align)) : nullptr;
		if (found->prepare(&plan))
			fail();
		ways_allow_measuring(); // as a run does
		ways_measure(&plan);
	}
	work(const work &) = delete;
	work &operator=(const work &) = delete;
	~work()
	{
		arena_close(&memory);
	}
	double run() const
	{
		double total = 0;
		plan.kernel->run(&plan, span{0, plan.items_n, 1}, &total);
		return total;
	}
	void check(double total) const
	{
		if (plan.kernel->check(&plan, span_whole(&plan), total))
			fail();
	}
	void poison() const
	{
		if (plan.kernel->poison)
			plan.kernel->poison(&plan, span_whole(&plan));
	}
	member as_member() const
	{
		poison();
		check(run());
		std::string name = plan.kernel->name;
		if (plan.kernel->path)
			name += std::string(" ") + plan.kernel->path(&plan);
		return {name, [this] { run(); }, {}};
	}
};

void measure(std::vector<member> &members, double seconds)
{
	const uint64_t end_ns = clock_now_ns() + static_cast<uint64_t>(seconds * 1e9);
	do
		for (member &each : members) {
			const uint64_t begin_ns = clock_now_ns();
			each.run();
			each.times_ns.push_back(static_cast<double>(clock_now_ns() - begin_ns));
		}
	while (clock_now_ns() < end_ns);
}

double median(std::vector<double> values)
{
	std::sort(values.begin(), values.end());
	return values[values.size() / 2];
}

// Median with its distribution-free 95 % interval: order statistics n/2 -+ 0.98 sqrt(n) (normal approximation of the
// binomial).
void print_ratio(const std::string &text, const std::vector<double> &above, const std::vector<double> &below)
{
	std::vector<double> ratio(above.size());
	for (size_t i = 0; i < ratio.size(); i++)
		ratio[i] = above[i] / below[i];
	std::sort(ratio.begin(), ratio.end());
	const double n = static_cast<double>(ratio.size()), reach = 0.98 * std::sqrt(n);
	const size_t low = static_cast<size_t>(std::max(0.0, n / 2 - reach));
	const size_t high = static_cast<size_t>(std::min(n - 1, n / 2 + reach));
	std::printf("  %-44s %6.3f  [%.3f, %.3f]  %zu rounds\n", text.c_str(), ratio[ratio.size() / 2], ratio[low],
	            ratio[high], ratio.size());
}

void compare_convolve(unsigned k, const char *size_text, double seconds)
{
	work ours("convolve", size_text, k), peak("fma", "256", k);
	const problem &plan = ours.plan;
	const int width = static_cast<int>(plan.size.width), height = static_cast<int>(plan.size.height);
	const size_t step = (plan.size.width + size_t{CONVOLVE_STRIDE_ALIGN} - 1) / CONVOLVE_STRIDE_ALIGN *
	                    CONVOLVE_STRIDE_ALIGN * sizeof(float);
	cv::Mat in(height, width, CV_32F, plan.in, step), out(height, width, CV_32F, plan.out, step);
	cv::Mat taps(static_cast<int>(k), static_cast<int>(k), CV_32F, const_cast<float *>(convolve_taps));
	auto theirs = [&] { cv::filter2D(in, out, CV_32F, taps, cv::Point(-1, -1), 0, cv::BORDER_REPLICATE); };
	ours.poison();
	theirs();
	ours.check(0); // bit for bit what the definition gives, as ours
	std::vector<member> members;
	members.push_back({"cv::filter2D", theirs, {}});
	members.push_back(ours.as_member());
	members.push_back(peak.as_member());
	measure(members, seconds);
	traffic needs{}, limit{};
	plan.kernel->traffic(&plan, &needs);
	peak.plan.kernel->traffic(&peak.plan, &limit);
	const double flops = static_cast<double>(needs.flops), limit_flops = static_cast<double>(limit.flops);
	const double ours_ns = median(members[1].times_ns), peak_ns = median(members[2].times_ns);
	std::printf("convolve %s k=%u: %s %.0f us, ours (%s) %.0f us, %.1f of %.1f GFLOP/s = %.2f of the peak\n", size_text,
	            k, members[0].name.c_str(), median(members[0].times_ns) / 1e3, members[1].name.c_str(), ours_ns / 1e3,
	            flops / ours_ns, limit_flops / peak_ns, flops / ours_ns / (limit_flops / peak_ns));
	print_ratio("filter2D's time / ours", members[0].times_ns, members[1].times_ns);
}

void compare_limits(const char *name, const std::vector<const char *> &limits, double seconds)
{
	const char *size_text = "256MiB";
	work ours(name, size_text, 0);
	std::vector<work *> bounds;
	std::vector<member> members;
	members.push_back(ours.as_member());
	for (const char *limit : limits) {
		bounds.push_back(new work(limit, size_text, 0));
		members.push_back(bounds.back()->as_member());
	}
	measure(members, seconds);
	std::printf("%s %s: %.0f us\n", name, size_text, median(members[0].times_ns) / 1e3);
	for (size_t i = 1; i < members.size(); i++)
		print_ratio(members[i].name + "'s time / ours", members[i].times_ns, members[0].times_ns);
	for (work *bound : bounds)
		delete bound;
}

} // namespace

int main(int argc, char **argv)
{
	const double seconds = (argc > 1 ? std::atof(argv[1]) : 25) / 5;
	const char *size_text = argc > 2 ? argv[2] : "3840x2160";
	cv::setNumThreads(1);
	for (unsigned k : {3u, 5u, 7u})
		compare_convolve(k, size_text, seconds);
	compare_limits("sum", {"read"}, seconds);
	compare_limits("square", {"copy", "copy_stream"}, seconds);
	return 0;
}
