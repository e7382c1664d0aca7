# gnuplot -e "format='svg'; scripts='../scripts/plot'" overhead-compact-park-works-peers.gp
reset
stem = 'overhead-compact-park-works-peers'
data = 'overhead-compact-park-works-peers.dat'
heading = 'Processes ÷ threads · pin compact · wait park · caller works'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 1
array curve[1]
array style[1]
style[1] = 5
curve[1] = 'process_pool'
curve[1] = 'process_pool ÷ thread_pool'
kernels_n = 1
ratio_least = 0.990285104
ratio_most = 1.00843341
places = '2 workers'
set xtics ()
set xtics add ("null\n" 1)
load scripts.'/peers.gp'
