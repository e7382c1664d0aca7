// Strong scaling: one problem, more workers. Speedup over the serial run of the same problem, paired within rounds.
#include "bench/plan/model_grid.h"
#include "bench/plan/point.h"

static const struct model_grid quick[] = {
	{.kernel = "null,sum,square,convolve,sleep", .model = "models", .workers = "quick", .roofs = true},
	{.kernel = "=convolve", .pin = "=none", .model = "models", .workers = "quick"},
	{.kernel = "=convolve", .model = "=pools", .workers = "quick", .transport = "=copy:pipe"},
	{0},
};

static const struct model_grid full[] = {
	{.kernel = "null,sleep", .model = "models", .workers = "auto"},
	{.kernel = "=sum", .size = "256KiB,32MiB,256MiB", .model = "models", .workers = "auto", .roofs = true},
	{.kernel = "=square", .size = "128KiB,16MiB,128MiB", .model = "models", .workers = "auto", .roofs = true},
	{.kernel = "=convolve",
     .parameters = "k=3,5,7",
     .size = "640x480,1920x1080,3840x2160,1000",
     .model = "models",
     .workers = "auto",
     .roofs = true},
	{.kernel = "=null,sum,convolve", .pin = "=none,spread,same", .model = "models", .workers = "auto"},
	{.kernel = "=null,sum,convolve",
     .model = "=pools",
     .workers = "auto",
     .wait = "=spin,park",
     .caller = "waits,works"},
	{.kernel = "=sum,square,convolve",
     .model = "models",
     .workers = "auto",
     .pages = "=4k",
     .memory = "shared,private",
     .roofs = true},
	{.kernel = "=sum,convolve", .model = "models", .workers = "auto", .schedule = "=strided"},
	{.kernel = "=convolve", .model = "models", .workers = "auto", .schedule = "=dynamic:16"},
	{.kernel = "=sum,square,convolve", .model = "=pools", .workers = "auto", .transport = "=copy:pipe,copy:socketpair"},
	{0},
};

const struct experiment experiment_scaling = {
	.name = "scaling",
	.summary = "one problem on more and more workers: speedup over serial (strong scaling)",
	.suites = "quick full",
	.grids = quick,
	.grids_full = full,
	.visit = {POINT_VISIT},
};
