// What threads do to one address space and one file table, and processes to their own.
#include "bench/address_space/address_space.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/status.h"

enum { MAPPED_BYTES = 64 << 10, SMALL_BYTES = 64, LARGE_BYTES = 256 << 10, HUGE_BYTES = 2 << 20 };

static char mark(uint32_t page)
{
	return (char)(page % 127 + 1);
}

static int unmap(struct desk *desk)
{
	if (desk->mapping && munmap(desk->mapping, desk->mapping_bytes) < 0)
		return status_fail(errno, "munmap of %zu bytes", desk->mapping_bytes);
	desk->mapping = NULL;
	return 0;
}

static int map(struct desk *desk, size_t bytes, int protection)
{
	desk->mapping = mmap(NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (desk->mapping == MAP_FAILED) {
		desk->mapping = NULL;
		return status_fail(errno, "mmap of %zu bytes", bytes);
	}
	desk->mapping_bytes = bytes;
	return 0;
}

// fault: a fresh mapping for every turn, untouched.
static int fresh(struct desk *desk)
{
	bool huge = desk->pages == PAGES_HUGE;
	int status = unmap(desk);
	desk->touched_n = 0;
	if (status == 0)
		status = map(desk, desk->calls_n * desk->page_bytes + (huge ? HUGE_BYTES : 0), PROT_READ | PROT_WRITE);
	if (status < 0)
		return status;
	uintptr_t unit = huge ? HUGE_BYTES : 1, start = (uintptr_t)desk->mapping;
	desk->region = desk->mapping + ((start + unit - 1) / unit * unit - start);
	// Advice only: a kernel without huge pages says EINVAL.
	madvise(desk->mapping, desk->mapping_bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return 0;
}

static int touch(struct desk *desk)
{
	for (uint32_t i = 0; i < desk->calls_n; i++)
		*(volatile char *)(desk->region + i * desk->page_bytes) = mark(i);
	desk->touched_n = desk->calls_n;
	return 0;
}

int desk_touched(const struct desk *desk)
{
	for (uint32_t i = 0; i < desk->touched_n; i++) {
		const char *page = desk->region + i * desk->page_bytes;
		if (page[0] != mark(i) || page[1] != desk->left)
			return status_say(EBADMSG, "page %u does not hold what was written to it", i);
	}
	return 0;
}

static int fault_prepare(struct desk *desk)
{
	int status = desk_touched(desk);
	return status < 0 ? status : fresh(desk);
}

static int fault_close(struct desk *desk)
{
	int status = desk_touched(desk), unmapped = unmap(desk);
	return status < 0 ? status : unmapped;
}

int desk_huge_pages(void)
{
	struct desk desk = {.pages = PAGES_HUGE, .calls_n = 1, .page_bytes = HUGE_BYTES};
	size_t huge_bytes = 0;
	int status = fresh(&desk);
	if (status == 0)
		status = touch(&desk);
	if (status == 0)
		status = arena_huge_bytes(&(struct arena){.base = desk.region, .bytes = HUGE_BYTES}, &huge_bytes);
	if (status == 0 && huge_bytes == 0)
		status = status_say(ENOTSUP, "private memory gets no huge page here when it is first touched");
	unmap(&desk);
	return status;
}

static int mmap_work(struct desk *desk)
{
	int status = 0;
	for (uint32_t i = 0; i < desk->calls_n && status == 0; i++) {
		status = map(desk, MAPPED_BYTES, PROT_READ | PROT_WRITE);
		if (status == 0) {
			*(volatile char *)desk->mapping = mark(i);
			status = unmap(desk);
		}
	}
	return status;
}

// Unreachable pages on both sides: what belongs to a neighbour must not be split off and merged again with each call.
static int mprotect_open(struct desk *desk)
{
	size_t guard_bytes = (size_t)sysconf(_SC_PAGESIZE);
	int status = map(desk, MAPPED_BYTES + 2 * guard_bytes, PROT_NONE);
	if (status < 0)
		return status;
	desk->region = desk->mapping + guard_bytes;
	if (mprotect(desk->region, MAPPED_BYTES, PROT_READ | PROT_WRITE) < 0)
		return status_fail(errno, "mprotect");
	memset(desk->region, mark(0), MAPPED_BYTES);
	return 0;
}

static int mprotect_work(struct desk *desk)
{
	for (uint32_t i = 0; i < desk->calls_n; i++)
		if (mprotect(desk->region, MAPPED_BYTES, i % 2 == 0 ? PROT_READ : PROT_READ | PROT_WRITE) < 0)
			return status_fail(errno, "mprotect");
	return 0;
}

static int mprotect_close(struct desk *desk)
{
	int status = 0;
	for (int i = 0; i < MAPPED_BYTES && desk->mapping && status == 0; i++)
		if (desk->region[i] != mark(0))
			status = status_say(EBADMSG, "byte %d changed under mprotect", i);
	int unmapped = unmap(desk);
	return status < 0 ? status : unmapped;
}

static int brk_work(struct desk *desk)
{
	for (uint32_t i = 0; i < desk->calls_n; i++) {
		char *grown = sbrk(MAPPED_BYTES);
		if (grown == (char *)-1)
			return status_fail(errno, "sbrk of %d bytes", MAPPED_BYTES);
		*(volatile char *)grown = mark(i);
		if (sbrk(-MAPPED_BYTES) == (void *)-1)
			return status_fail(errno, "sbrk back");
	}
	return 0;
}

static int allocate(const struct desk *desk, size_t bytes)
{
	for (uint32_t i = 0; i < desk->calls_n; i++) {
		char *memory = malloc(bytes);
		if (!memory)
			return status_fail(ENOMEM, "malloc of %zu bytes", bytes);
		*(volatile char *)memory = mark(i);
		free(memory);
	}
	return 0;
}

static int malloc_small_work(struct desk *desk)
{
	return allocate(desk, SMALL_BYTES);
}

// The first free() of mapped memory raises the size from which malloc() maps, unless it was set.
static int malloc_large_open(struct desk *desk)
{
	(void)desk;
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES / 2);
	return 0;
}

static int malloc_large_work(struct desk *desk)
{
	return allocate(desk, LARGE_BYTES);
}

// The directory entry of "/" is everybody's in both worlds: what differs is the file table alone.
static int open_work(struct desk *desk)
{
	for (uint32_t i = 0; i < desk->calls_n; i++) {
		int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 || close(fd) < 0)
			return status_fail(errno, "open and close of /");
	}
	return 0;
}

static int dup_open(struct desk *desk)
{
	desk->fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return desk->fd < 0 ? status_fail(errno, "open of /") : 0;
}

static int dup_work(struct desk *desk)
{
	for (uint32_t i = 0; i < desk->calls_n; i++) {
		int fd = dup(desk->fd);
		if (fd < 0 || close(fd) < 0)
			return status_fail(errno, "dup and close");
	}
	return 0;
}

static int dup_close(struct desk *desk)
{
	return desk->fd >= 0 && close(desk->fd) < 0 ? status_fail(errno, "close") : 0;
}

static int cow_close(struct desk *desk)
{
	return desk_touched(desk);
}

static const struct address_call calls[] = {
	{.name = "fault",
     .calls_most = 2048,
     .calls_most_huge = 8,
     .prepare = fault_prepare,
     .work = touch,
     .close = fault_close},
	{.name = "mmap", .calls_most = 4096, .work = mmap_work},
	{.name = "mprotect", .calls_most = 4096, .open = mprotect_open, .work = mprotect_work, .close = mprotect_close},
	{.name = "brk",
     .calls_most = 4096,
     .work = brk_work,
     .why_not_threads = "a process has one break: what one thread gives back, sbrk() takes from the others"},
	{.name = "malloc_small", .calls_most = 65536, .work = malloc_small_work},
	{.name = "malloc_large", .calls_most = 4096, .open = malloc_large_open, .work = malloc_large_work},
	{.name = "open", .calls_most = 4096, .work = open_work},
	{.name = "dup", .calls_most = 4096, .open = dup_open, .work = dup_work, .close = dup_close},
	{.name = "cow",
     .calls_most = 512,
     .calls_most_huge = 8,
     .inherits = true,
     .work = touch,
     .close = cow_close,
     .why_not_threads = "threads share their memory: nothing is copied when one writes"},
};

const struct address_call *address_call_find(const char *name)
{
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (strcmp(calls[i].name, name) == 0)
			return &calls[i];
	return NULL;
}
