# gnuplot -e "format='svg'; scripts='../scripts/plot'" transport-compact-peers.gp
reset
stem = 'transport-compact-peers'
data = 'transport-compact-peers.dat'
heading = 'Processes ÷ threads · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 4
array curve[4]
array style[4]
style[1] = 5
curve[1] = 'process_pool in place'
style[2] = 6
curve[2] = 'process_pool copy:pipe'
style[3] = 7
curve[3] = 'process_pool copy:socketpair'
style[4] = 8
curve[4] = 'process_pool copy:futex'
curve[1] = 'process_pool ÷ thread_pool in place'
curve[2] = 'process_pool ÷ thread_pool copy:pipe'
curve[3] = 'process_pool ÷ thread_pool copy:socketpair'
curve[4] = 'process_pool ÷ thread_pool copy:futex'
kernels_n = 3
ratio_least = 0.959855978
ratio_most = 1.04006758
places = '2 workers'
set xtics ()
set xtics add ("convolve k 5\n128x128" 1)
set xtics add ("convolve k 5\n512x512" 2)
set xtics add ("convolve k 5\n1920x1080" 3)
load scripts.'/peers.gp'
