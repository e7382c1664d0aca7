"""Pool.map as tutorials show it, with processes and (ThreadPool) with threads; and the same work without a pool.

The element counts are those of the C rows that these are compared with: 1 MiB of doubles to sum, 64 KiB to square, an image
of 128x64.
"""

from multiprocessing.pool import ThreadPool
from time import perf_counter_ns

from common import expect, uncounted

SUM_N = 131072
SQUARE_N = 8192
WIDTH, HEIGHT = 128, 64
TAPS = (3, -1, 2, 5, 1, -4, 2, 7, -3)


def empty(_):
    """A task without work."""


def square(number):
    """One task of SQUARE_N."""
    return number * number


def filter_row(rows):
    """One row of a 3x3 convolution, from it and its neighbours; borders are replicated."""
    out = [0] * len(rows[1])
    for row, taps in zip(rows, (TAPS[0:3], TAPS[3:6], TAPS[6:9])):
        left, middle, right = taps
        near = [row[0]] + row + [row[-1]]
        for x in range(len(row)):
            out[x] += left * near[x] + middle * near[x + 1] + right * near[x + 2]
    return out


class Empty:
    """As many empty tasks as workers."""

    def __init__(self, workers_n):
        self.workers_n = workers_n

    def map_over(self, pool):
        return pool.map(empty, range(self.workers_n))

    def check(self, result):
        expect(result == [None] * self.workers_n, "tasks were lost")


class Sum:
    """sum over data[i::n]: slicing the list and sending the parts are timed, too."""

    def __init__(self, workers_n):
        self.data = list(range(SUM_N))
        self.workers_n = workers_n

    def map_over(self, pool):
        return sum(pool.map(sum, [self.data[i :: self.workers_n] for i in range(self.workers_n)]))

    def serial(self):
        return sum(self.data)

    def check(self, result):
        expect(result == SUM_N * (SUM_N - 1) // 2, "the sum is %s" % result)


class Square:
    """One task per number, in the chunks that Pool.map chooses."""

    def __init__(self, _workers_n):
        self.data = list(range(SQUARE_N))

    def map_over(self, pool):
        return pool.map(square, self.data)

    def serial(self):
        return [square(number) for number in self.data]

    def check(self, result):
        expect(len(result) == SQUARE_N and all(n * n == squared for n, squared in enumerate(result)), "wrong squares")


class Rows:
    """One task per row of an image, sent with its neighbours."""

    def __init__(self, _workers_n):
        self.image = [[(x * 7 + y * 13) % 32 for x in range(WIDTH)] for y in range(HEIGHT)]
        self.expected = self.serial()

    def tasks(self):
        last = HEIGHT - 1
        return [(self.image[max(y - 1, 0)], self.image[y], self.image[min(y + 1, last)]) for y in range(HEIGHT)]

    def map_over(self, pool):
        return pool.map(filter_row, self.tasks())

    def serial(self):
        return [filter_row(rows) for rows in self.tasks()]

    def pixel(self, x, y):
        """One pixel, computed by the definition."""
        total = 0
        for tap in range(9):
            row = self.image[min(max(y + tap // 3 - 1, 0), HEIGHT - 1)]
            total += TAPS[tap] * row[min(max(x + tap % 3 - 1, 0), WIDTH - 1)]
        return total

    def check(self, result):
        expect(result == self.expected, "wrong rows")
        expect(all(result[y][x] == self.pixel(x, y) for x, y in ((0, 0), (WIDTH - 1, 0), (5, HEIGHT - 1))), "wrong pixels")


WORK = {"empty": Empty, "sum": Sum, "square": Square, "rows": Rows}


def open_pool(options):
    """A Pool, or a ThreadPool."""
    return options.context().Pool(options.workers_n) if options.processes else ThreadPool(options.workers_n)


class Mapped:
    """Work mapped over a pool that was opened before."""

    operations_n = 1

    def __init__(self, options):
        self.work = WORK[options.shape.rsplit("_", 1)[1]](options.workers_n)
        self.pool = open_pool(options)

    def run(self):
        begin = perf_counter_ns()
        result = self.work.map_over(self.pool)
        took = perf_counter_ns() - begin
        with uncounted():
            self.work.check(result)
        return took

    def close(self):
        self.pool.close()
        self.pool.join()


class Serial:
    """The same work in a plain loop, without workers."""

    operations_n = 1

    def __init__(self, options):
        self.work = WORK[options.shape.rsplit("_", 1)[1]](options.workers_n)

    def run(self):
        begin = perf_counter_ns()
        result = self.work.serial()
        took = perf_counter_ns() - begin
        with uncounted():
            self.work.check(result)
        return took

    def close(self):
        """Nothing is open."""


class Opened:
    """A pool from its creation to its end, with one empty map in between, so that every worker is needed."""

    operations_n = 1

    def __init__(self, options):
        self.options = options
        self.work = Empty(options.workers_n)

    def run(self):
        begin = perf_counter_ns()
        pool = open_pool(self.options)
        result = self.work.map_over(pool)
        pool.close()
        pool.join()
        took = perf_counter_ns() - begin
        with uncounted():
            self.work.check(result)
        return took

    def close(self):
        """Each run closed its pool."""


def make(options):
    """The requested shape."""
    if options.shape == "pool_open":
        return Opened(options)
    return Serial(options) if options.shape.startswith("serial_") else Mapped(options)
