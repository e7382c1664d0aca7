# gnuplot -e "format='svg'; scripts='../scripts/plot'" scaling-compact-peers.gp
reset
stem = 'scaling-compact-peers'
data = 'scaling-compact-peers.dat'
heading = 'Processes ÷ threads · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 3
array curve[3]
array style[3]
style[1] = 4
curve[1] = 'fork'
style[2] = 5
curve[2] = 'process_pool in place'
style[3] = 6
curve[3] = 'process_pool copy:pipe'
curve[1] = 'fork ÷ threads'
curve[2] = 'process_pool ÷ thread_pool in place'
curve[3] = 'process_pool ÷ thread_pool copy:pipe'
kernels_n = 5
ratio_least = 0.970074316
ratio_most = 7.06272238
places = 'each kernel, from left to right: 1, 2, 4 workers'
set xtics ()
set xtics add ("null\n" 1)
set xtics add ("sum\n32MiB" 2)
set xtics add ("square\n16MiB" 3)
set xtics add ("convolve k 5\n1920x1080" 4)
set xtics add ("sleep\n40" 5)
load scripts.'/peers.gp'
