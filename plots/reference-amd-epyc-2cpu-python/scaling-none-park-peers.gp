# gnuplot -e "format='svg'; scripts='../scripts/plot'" scaling-none-park-peers.gp
reset
stem = 'scaling-none-park-peers'
data = 'scaling-none-park-peers.dat'
heading = 'Processes ÷ threads · pin none · wait park'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 1
array curve[1]
array style[1]
style[1] = 5
curve[1] = 'process_pool'
curve[1] = 'process_pool ÷ thread_pool'
kernels_n = 2
ratio_least = 0.934588276
ratio_most = 1.12135589
places = '2 workers'
set xtics ()
set xtics add ("square\n64KiB" 1)
set xtics add ("convolve k 3\n128x64" 2)
load scripts.'/peers.gp'
