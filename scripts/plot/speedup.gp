# Speedup over workers: one curve per model, 95 % intervals, the ideal line, and where the CPUs end.
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
plot x title 'ideal' with lines lc rgb '#777777' lw 2 dt (2,3), \
     for [i = 1 : curves_n] data index i - 1 using ($1 * apart(i)):5:6:7 title curve[i] with yerrorlines lt style[i]
