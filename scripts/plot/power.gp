# The gate's power: share of gates that caught an injected slowdown, by its size. Set by the caller: data (an index per kind:
# percent, share, 95 % bounds), format, stem, scripts.
heading = 'Slowdowns caught by the gate'
subheading = 'share of gates that said REGRESSED, 95 % bounds; 1 % is tolerated, 5 % is to be caught'
width = 960
height = 520
load scripts.'/style.gp'
stats data using 1 nooutput
kinds_n = STATS_blocks
set lmargin 9
set xlabel 'injected slowdown, %'
set ylabel 'share of gates'
set xrange [-0.5 : 21]
set yrange [-0.04 : 1.04]
set xtics (0, 1, 2, 3, 5, 7, 10, 20)
set ytics 0.1
set arrow from 1, graph 0 to 1, graph 1 nohead lc rgb '#999999' dt (2,4)
set arrow from 5, graph 0 to 5, graph 1 nohead lc rgb '#999999' dt (2,4)
aside(i) = 0.06 * (i - (kinds_n - 1) / 2.0)
plot for [i = 0 : kinds_n - 1] data index i using ($1 + aside(i)):2:3:4 with yerrorlines lt i + 2 title columnheader(1)
