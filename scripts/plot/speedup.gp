# Speedup over workers: one curve per model, 95 % intervals, the ideal line, and where the CPUs end.
# Where a law was fitted, the legend names it, and a band shows where 95 % of further rows would lie.
if (!exists('bands_n')) { bands_n = 0; array law[curves_n]; array band[1]; band[1] = 1; do for [i = 1 : curves_n] { law[i] = '' } }
longest = 0
do for [i = 1 : curves_n] { longest = bands_n > 0 && strlen(curve[i].law[i]) > longest ? strlen(curve[i].law[i]) : longest }
width = 800 + (longest > 16 ? 8 * (longest - 16) : 0)
load scripts.'/style.gp'
set logscale xy 2
set xlabel 'workers'
set ylabel 'speedup (serial wall time ÷ wall time)'
set xrange [workers_least / 1.2 : workers_most * 1.2]
set xtics ()
set for [count in workers_list] xtics add (count count + 0)
set arrow 1 from cpus, graph 0 to cpus, graph 1 nohead lw 6 lc rgb '#eeeeee' back
set label 1 sprintf('%d CPUs', cpus) at cpus, graph 1 offset 0.6,-0.7 left tc rgb '#777777' back
if (speedup_least > 0.1) {
	set ytics 2
} else {
	set logscale y 10
}
set format y '%g'
# A loop over no bands at all would look for data that is not there.
shades_n = bands_n > 0 ? bands_n : 1
low = bands_n > 0 ? 3 : 5
high = bands_n > 0 ? 4 : 5
plot for [b = 1 : shades_n] data index (bands_n > 0 ? curves_n + b - 1 : 0) using 1:low:high notitle with filledcurves lt style[band[b]] \
         fs transparent solid 0.18 noborder, \
     x title 'ideal' with lines lc rgb '#777777' lw 2 dt (2,3), \
     for [i = 1 : curves_n] data index i - 1 using ($1 * apart(i)):5:6:7 title curve[i].law[i] with yerrorlines lt style[i], \
     for [b = 1 : (bands_n > 0)] keyentry with boxes fc rgb '#999999' fs transparent solid 0.3 noborder \
         title '95 % of further rows'
undefine bands_n width shades_n low high
