# Efficiency over workers: speedup divided by workers, one curve per model, 95 % intervals.
load scripts.'/style.gp'
set logscale x 2
set xlabel 'workers'
set ylabel 'efficiency (speedup ÷ workers)'
set format y '%g %%'
set xrange [workers_least / 1.2 : workers_most * 1.2]
# Room above 100 % for its label.
set yrange [0 : 120 < *]
set xtics ()
set for [count in workers_list] xtics add (count count + 0)
set arrow 1 from cpus, graph 0 to cpus, graph 1 nohead lw 6 lc rgb '#eeeeee' back
set label 1 sprintf('%d CPUs', cpus) at cpus, graph 1 offset 0.6,-0.7 left tc rgb '#777777' back
plot 100 title 'ideal' with lines lc rgb '#777777' lw 2 dt (2,3), \
     for [i = 1 : curves_n] data index i - 1 using ($1 * apart(i)):(100 * $8):(100 * $9):(100 * $10) title curve[i] \
     with yerrorlines lt style[i]
