# gnuplot -e "format='svg'; scripts='../scripts/plot'" scaling-convolve-k5-1920x1080-compact-efficiency.gp
reset
stem = 'scaling-convolve-k5-1920x1080-compact-efficiency'
data = 'scaling-convolve-k5-1920x1080-compact.dat'
heading = 'Efficiency · convolve · k 5 · 1920x1080 · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 6
array curve[6]
array style[6]
style[1] = 2
curve[1] = 'threads'
style[2] = 3
curve[2] = 'thread_pool in place'
style[3] = 4
curve[3] = 'fork'
style[4] = 5
curve[4] = 'process_pool in place'
style[5] = 6
curve[5] = 'thread_pool copy:pipe'
style[6] = 7
curve[6] = 'process_pool copy:pipe'
workers_list = '1 2 4'
workers_least = 1
workers_most = 4
speedup_least = 0.0724679919
load scripts.'/efficiency.gp'
