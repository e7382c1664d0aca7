# gnuplot -e "format='svg'; scripts='../scripts/plot'" scaling-none-park-strided-peers.gp
reset
stem = 'scaling-none-park-strided-peers'
data = 'scaling-none-park-strided-peers.dat'
heading = 'Processes ÷ threads · pin none · wait park · schedule strided'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 1
array curve[1]
array style[1]
style[1] = 5
curve[1] = 'process_pool'
curve[1] = 'process_pool ÷ thread_pool'
kernels_n = 1
ratio_least = 0.62058067
ratio_most = 1.14273196
places = '2 workers'
set xtics ()
set xtics add ("sum\n1MiB" 1)
load scripts.'/peers.gp'
