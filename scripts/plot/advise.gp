# Predicted against measured wall time of every way of every job. Set by the caller: data (an index per kind of job:
# measured, predicted, both in ns), format, stem, scripts.
heading = 'tvp advise: predicted and measured time'
subheading = 'every way of every job; dotted: off by 25 %'
width = 900
height = 700
load scripts.'/style.gp'
set logscale xy 10
set xlabel 'measured'
set ylabel 'predicted'
set lmargin 11
stats data using ($1 > 1 ? $1 / 1e9 : NaN) nooutput
shape = '6 4 8 1 2'
colour = '#0072b2 #009e73 #d55e00 #e69f00 #000000'
kinds_n = words(shape)
least = STATS_min * 1e9
most = STATS_max * 1e9
# Predictions far outside stand at the edge, not outside the picture.
low = least / 2
high = most * 2
inside(ns) = ns < low ? low : ns > high ? high : ns
set xrange [low : high]
set yrange [low : high]
set size ratio 1
set xtics ('1 µs' 1e3, '10 µs' 1e4, '100 µs' 1e5, '1 ms' 1e6, '10 ms' 1e7, '100 ms' 1e8, '1 s' 1e9, '10 s' 1e10)
set ytics ('1 µs' 1e3, '10 µs' 1e4, '100 µs' 1e5, '1 ms' 1e6, '10 ms' 1e7, '100 ms' 1e8, '1 s' 1e9, '10 s' 1e10)
set grid xtics ytics lt 1 lw 1 lc rgb '#dddddd' dt 1
set samples 2
plot x title 'equal' with lines lc rgb '#777777' lw 1.5 dt 1, \
     x * 1.25 notitle with lines lc rgb '#777777' lw 1.5 dt (2,4), \
     x / 1.25 notitle with lines lc rgb '#777777' lw 1.5 dt (2,4), \
     for [i = 0 : kinds_n - 1] data index i using 1:(inside($2)) title columnheader(1) \
     with points pt (word(shape, i + 1) + 0) ps 0.8 lw 1.2 lc rgb word(colour, i + 1)
undefine width height
