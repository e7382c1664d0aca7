# gnuplot -e "format='svg'; scripts='../scripts/plot'" dispatch-compact-park-peers.gp
reset
stem = 'dispatch-compact-park-peers'
data = 'dispatch-compact-park-peers.dat'
heading = 'Processes ÷ threads · pin compact · wait park'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 1
array curve[1]
array style[1]
style[1] = 5
curve[1] = 'process_pool'
curve[1] = 'process_pool ÷ thread_pool'
kernels_n = 6
ratio_least = 0.992208654
ratio_most = 1.00750642
places = '2 workers'
set xtics ()
set xtics add ("null\n" 1)
set xtics add ("busy\n1us" 2)
set xtics add ("busy\n10us" 3)
set xtics add ("busy\n100us" 4)
set xtics add ("busy\n1ms" 5)
set xtics add ("busy\n10ms" 6)
load scripts.'/peers.gp'
