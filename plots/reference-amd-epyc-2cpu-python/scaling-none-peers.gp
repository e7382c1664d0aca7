# gnuplot -e "format='svg'; scripts='../scripts/plot'" scaling-none-peers.gp
reset
stem = 'scaling-none-peers'
data = 'scaling-none-peers.dat'
heading = 'Processes ÷ threads · pin none'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 1
array curve[1]
array style[1]
style[1] = 4
curve[1] = 'fork'
curve[1] = 'fork ÷ threads'
kernels_n = 1
ratio_least = 1
ratio_most = 7.88418535
places = '1 worker'
set xtics ()
set xtics add ("null\n" 1)
load scripts.'/peers.gp'
