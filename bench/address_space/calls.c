// The calls of `address_space`, each one line of a table at the end: on one address space and one file table where the
// workers are threads, on each worker's own where they are processes.
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

static char page_mark(uint32_t page)
{
	return (char)(page % 127 + 1);
}

static int unmap(struct address_space_worker *worker)
{
	if (worker->mapping && munmap(worker->mapping, worker->mapping_bytes) < 0)
		return status_fail(errno, "munmap of %zu bytes", worker->mapping_bytes);
	worker->mapping = NULL;
	return 0;
}

static int map(struct address_space_worker *worker, size_t bytes, int protection)
{
	worker->mapping = mmap(NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (worker->mapping == MAP_FAILED) {
		worker->mapping = NULL;
		return status_fail(errno, "mmap of %zu bytes", bytes);
	}
	worker->mapping_bytes = bytes;
	return 0;
}

// fault: a new mapping for every turn, not touched yet.
static int map_anew(struct address_space_worker *worker)
{
	bool huge = worker->pages == PAGES_HUGE;
	int status = unmap(worker);
	worker->touched_n = 0;
	if (status == 0)
		status = map(worker, worker->calls_n * worker->page_bytes + (huge ? HUGE_BYTES : 0), PROT_READ | PROT_WRITE);
	if (status < 0)
		return status;
	uintptr_t unit = huge ? HUGE_BYTES : 1, start = (uintptr_t)worker->mapping;
	worker->region = worker->mapping + ((start + unit - 1) / unit * unit - start);
	// Failure is ignored: a kernel without huge pages returns EINVAL.
	madvise(worker->mapping, worker->mapping_bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return 0;
}

static int touch(struct address_space_worker *worker)
{
	for (uint32_t i = 0; i < worker->calls_n; i++)
		*(volatile char *)(worker->region + i * worker->page_bytes) = page_mark(i);
	worker->touched_n = worker->calls_n;
	return 0;
}

int address_space_check_touched(const struct address_space_worker *worker)
{
	for (uint32_t i = 0; i < worker->touched_n; i++) {
		const char *page = worker->region + i * worker->page_bytes;
		if (page[0] != page_mark(i) || page[1] != worker->fill)
			return status_say(EBADMSG, "page %u does not hold what was written to it", i);
	}
	return 0;
}

static int fault_prepare(struct address_space_worker *worker)
{
	int status = address_space_check_touched(worker);
	return status < 0 ? status : map_anew(worker);
}

static int fault_close(struct address_space_worker *worker)
{
	int status = address_space_check_touched(worker), unmapped = unmap(worker);
	return status < 0 ? status : unmapped;
}

int address_space_huge_pages(void)
{
	struct address_space_worker worker = {.pages = PAGES_HUGE, .calls_n = 1, .page_bytes = HUGE_BYTES};
	size_t huge_bytes = 0;
	int status = map_anew(&worker);
	if (status == 0)
		status = touch(&worker);
	if (status == 0)
		status = arena_huge_bytes(&(struct arena){.base = worker.region, .bytes = HUGE_BYTES}, &huge_bytes);
	if (status == 0 && huge_bytes == 0)
		status = status_say(ENOTSUP, "private memory gets no huge page here when it is first touched");
	unmap(&worker);
	return status;
}

static int mmap_work(struct address_space_worker *worker)
{
	int status = 0;
	for (uint32_t i = 0; i < worker->calls_n && status == 0; i++) {
		status = map(worker, MAPPED_BYTES, PROT_READ | PROT_WRITE);
		if (status == 0) {
			*(volatile char *)worker->mapping = page_mark(i);
			status = unmap(worker);
		}
	}
	return status;
}

// Inaccessible pages on both sides: otherwise each call would split and merge neighbouring mappings, too.
static int mprotect_open(struct address_space_worker *worker)
{
	size_t guard_bytes = (size_t)sysconf(_SC_PAGESIZE);
	int status = map(worker, MAPPED_BYTES + 2 * guard_bytes, PROT_NONE);
	if (status < 0)
		return status;
	worker->region = worker->mapping + guard_bytes;
	if (mprotect(worker->region, MAPPED_BYTES, PROT_READ | PROT_WRITE) < 0)
		return status_fail(errno, "mprotect");
	memset(worker->region, page_mark(0), MAPPED_BYTES);
	return 0;
}

static int mprotect_work(struct address_space_worker *worker)
{
	for (uint32_t i = 0; i < worker->calls_n; i++)
		if (mprotect(worker->region, MAPPED_BYTES, i % 2 == 0 ? PROT_READ : PROT_READ | PROT_WRITE) < 0)
			return status_fail(errno, "mprotect");
	return 0;
}

static int mprotect_close(struct address_space_worker *worker)
{
	int status = 0;
	for (int i = 0; i < MAPPED_BYTES && worker->mapping && status == 0; i++)
		if (worker->region[i] != page_mark(0))
			status = status_say(EBADMSG, "byte %d changed under mprotect", i);
	int unmapped = unmap(worker);
	return status < 0 ? status : unmapped;
}

static int brk_work(struct address_space_worker *worker)
{
	for (uint32_t i = 0; i < worker->calls_n; i++) {
		char *grown = sbrk(MAPPED_BYTES);
		if (grown == (char *)-1)
			return status_fail(errno, "sbrk of %d bytes", MAPPED_BYTES);
		*(volatile char *)grown = page_mark(i);
		if (sbrk(-MAPPED_BYTES) == (void *)-1)
			return status_fail(errno, "sbrk back");
	}
	return 0;
}

static int allocate(const struct address_space_worker *worker, size_t bytes)
{
	for (uint32_t i = 0; i < worker->calls_n; i++) {
		char *memory = malloc(bytes);
		if (!memory)
			return status_fail(ENOMEM, "malloc of %zu bytes", bytes);
		*(volatile char *)memory = page_mark(i);
		free(memory);
	}
	return 0;
}

static int malloc_small_work(struct address_space_worker *worker)
{
	return allocate(worker, SMALL_BYTES);
}

// Set explicitly, because the first free() of mapped memory raises the size from which on malloc() maps.
static int malloc_large_open(struct address_space_worker *worker)
{
	(void)worker;
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES / 2);
	return 0;
}

static int malloc_large_work(struct address_space_worker *worker)
{
	return allocate(worker, LARGE_BYTES);
}

// "/" is the same directory entry for threads and processes: only the file table differs.
static int open_work(struct address_space_worker *worker)
{
	for (uint32_t i = 0; i < worker->calls_n; i++) {
		int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 || close(fd) < 0)
			return status_fail(errno, "open and close of /");
	}
	return 0;
}

static int dup_open(struct address_space_worker *worker)
{
	worker->fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return worker->fd < 0 ? status_fail(errno, "open of /") : 0;
}

static int dup_work(struct address_space_worker *worker)
{
	for (uint32_t i = 0; i < worker->calls_n; i++) {
		int fd = dup(worker->fd);
		if (fd < 0 || close(fd) < 0)
			return status_fail(errno, "dup and close");
	}
	return 0;
}

static int dup_close(struct address_space_worker *worker)
{
	return worker->fd >= 0 && close(worker->fd) < 0 ? status_fail(errno, "close") : 0;
}

static int cow_close(struct address_space_worker *worker)
{
	return address_space_check_touched(worker);
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
     .why_not_threads = "a process has only one program break: sbrk() of one thread would move it under the others"},
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
     .why_not_threads = "threads share their memory: a write copies nothing"},
};

const struct address_call *address_call_find(const char *name)
{
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (strcmp(calls[i].name, name) == 0)
			return &calls[i];
	return NULL;
}
