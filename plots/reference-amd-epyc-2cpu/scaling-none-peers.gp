# gnuplot -e "format='svg'; scripts='../scripts/plot'" scaling-none-peers.gp
reset
stem = 'scaling-none-peers'
data = 'scaling-none-peers.dat'
heading = 'Processes ÷ threads · pin none'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 2
array curve[2]
array style[2]
style[1] = 4
curve[1] = 'fork'
style[2] = 5
curve[2] = 'process_pool'
curve[1] = 'fork ÷ threads'
curve[2] = 'process_pool ÷ thread_pool'
kernels_n = 1
ratio_least = 0.762366112
ratio_most = 1.75324695
places = 'each kernel, from left to right: 1, 2, 4 workers'
set xtics ()
set xtics add ("convolve k 5\n1920x1080" 1)
load scripts.'/peers.gp'
