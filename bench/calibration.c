// What `tvp advise` predicts from: each cost by itself, over the range in which it is to be predicted.
#include "bench/plan/model_grid.h"
#include "bench/plan/point.h"

// Jobs of kernel synthetic: how many items, of what kind, run by whom; and those whose data pools are sent.
#define ITEMS(n, each, models)                                                                     \
	{                                                                                              \
		.kernel = "=synthetic", .size = n, .parameters = each, .model = models, .workers = "quick" \
	}
#define SENT(n, each)                                                                                 \
	{                                                                                                 \
		.kernel = "=synthetic", .size = n, .parameters = each, .model = "=pools", .workers = "quick", \
		.transport = "=copy:pipe,copy:socketpair,copy:futex"                                          \
	}

static const struct model_grid quick[] = {
	{.kernel = "=null", .model = "=serial,per_dispatch,pools", .workers = "quick", .wait = "=spin,adaptive,park"},
	{.kernel = "=busy",
     .size = "=1us,10us,100us,1ms,10ms,30ms",
     .model = "=serial,per_dispatch,pools",
     .workers = "quick",
     .wait = "=spin,adaptive,park"},
	ITEMS("=64", "item_ns=0 in_bytes=256,4096,65536,262144,1048576 out_bytes=0", "=serial,thread_pool,fork"),
	ITEMS("=64", "item_ns=0 in_bytes=0 out_bytes=256,4096,65536,262144,1048576", "=serial,thread_pool,fork"),
	SENT("=64", "item_ns=0 in_bytes=64,2048,4096,16384,131072 out_bytes=0"),
	SENT("=64", "item_ns=0 in_bytes=0 out_bytes=64,2048,4096,16384,131072"),
	ITEMS("=256", "item_ns=1000,10000,100000 cv_pct=0,30 in_bytes=0 out_bytes=0 lock_pct=20", "=pools"),
	ITEMS("=4096", "item_ns=100 cv_pct=0,30 in_bytes=0 out_bytes=0 lock_pct=20", "=pools"),
	ITEMS("=16", "item_ns=100000,1000000 in_bytes=0 out_bytes=0 wait_pct=70", "=serial,thread_pool"),
	ITEMS("=2,10,30,100,300", "item_ns=100000 in_bytes=0 out_bytes=0", "=serial"),
	{.kernel = "=synthetic",
     .size = "=4096",
     .parameters = "item_ns=100 cv_pct=30 in_bytes=0 out_bytes=0",
     .model = "=pools",
     .workers = "quick",
     .schedule = "=dynamic:1,dynamic:8,dynamic:64"},
	{.kernel = "=sum,square", .size = "=1MiB,16MiB,64MiB", .model = "=thread_pool", .workers = "quick"},
	// What follows is learned from by nobody, where items differ or have data: the model is checked by it.
	ITEMS("=300", "item_ns=500,20000 in_bytes=0 out_bytes=0", "models"),
	ITEMS("=3000", "item_ns=150 cv_pct=60 in_bytes=0 out_bytes=0", "models"),
	ITEMS("=20", "item_ns=300000 cv_pct=30 in_bytes=0 out_bytes=0", "models"),
	ITEMS("=300", "item_ns=3000 in_bytes=700 out_bytes=300", "models"),
	ITEMS("=300", "item_ns=20000 cv_pct=60 in_bytes=700 out_bytes=300", "models"),
	ITEMS("=2000", "item_ns=200 in_bytes=1000 out_bytes=3000", "models"),
	ITEMS("=12", "item_ns=300000 cv_pct=60 in_bytes=400000 out_bytes=30000", "models"),
	SENT("=300", "item_ns=3000 in_bytes=700 out_bytes=300"),
	SENT("=300", "item_ns=20000 in_bytes=30000 out_bytes=300"),
	SENT("=1000", "item_ns=300 in_bytes=100 out_bytes=2000"),
	SENT("=16", "item_ns=300000 in_bytes=200000 out_bytes=100"),
	ITEMS("=300", "item_ns=3000 cv_pct=40 in_bytes=64 out_bytes=0 lock_pct=7", "=pools"),
	ITEMS("=1000", "item_ns=600 cv_pct=20 in_bytes=64 out_bytes=0 lock_pct=15", "=pools"),
	ITEMS("=16", "item_ns=300000 cv_pct=30 in_bytes=0 out_bytes=0 wait_pct=40", "=serial,thread_pool"),
	ITEMS("=1000", "item_ns=3000 cv_pct=30 in_bytes=0 out_bytes=0 wait_pct=60", "=serial,thread_pool"),
	{0},
};

const struct experiment experiment_calibration = {
	.name = "calibration",
	.summary = "what `tvp advise` predicts from: each cost by itself, from the smallest jobs to large ones",
	.grids = quick,
	.visit = {POINT_VISIT, .visit_ns = 2000000},
};
