# Names for values on an axis: tic(v) gives "100 ns", "2 µs", "1.5 GB/s", "40 KiB" for a value in the unit the caller set (s, B, B/s,
# /s or none). Logarithmic where all are above 0 and span more than a factor of six.
# Bytes are counted in KiB or MiB, as in the tables.
counted = unit eq 'B'
counted_in = counted ? (most < 1e7 ? 1024.0 : 1048576.0) : 1.0
unit = counted ? (most < 1e7 ? 'KiB' : 'MiB') : unit
scale = scale / counted_in
least = least / counted_in
most = most / counted_in
logarithmic = least > 0 && most > 6 * least
prefix_of(v) = counted ? 1 : v >= 1e9 ? 4 : v >= 1e6 ? 3 : v >= 1e3 ? 2 : v >= 1 ? 1 : v >= 1e-3 ? 5 : v >= 1e-6 ? 6 : 7
prefix_name(p) = word('_ k M G m µ n', p)
prefix_size(p) = p == 1 ? 1 : p <= 4 ? 10.0 ** (3 * (p - 1)) : 10.0 ** (-3 * (p - 4))
named(v, p) = sprintf(counted ? '%.4g %s%s' : '%.3g %s%s', v / prefix_size(p), p == 1 ? '' : prefix_name(p), unit)
tic(v) = unit eq '' ? sprintf('%.3g', v) : v == 0 ? '0' : v < 0 ? '-'.named(-v, prefix_of(-v * 1.0001)) : named(v, prefix_of(v * 1.0001))
# The step of a linear axis: 1, 2 or 5 times a power of ten, some six of them.
bottom = least < 0 ? least : 0
power = 10.0 ** floor(log10((most - bottom) / 5.0))
ratio = (most - bottom) / 5.0 / power
step = power * (ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10)
# A logarithmic axis ends at 1, 2 or 5 times powers of ten, and names those where powers of ten alone would be too few.
decade(v) = 10.0 ** floor(log10(v))
below(v) = decade(v) * (v >= 5 * decade(v) ? 5 : v >= 2 * decade(v) ? 2 : 1)
above(v) = decade(v) * (v > 5 * decade(v) ? 10 : v > 2 * decade(v) ? 5 : v > decade(v) ? 2 : 1)
edge_least = logarithmic ? below(least * 0.95) : 0
edge_most = logarithmic ? above(most * 1.05) : 0
tics_between = logarithmic && edge_most < 2000 * edge_least
