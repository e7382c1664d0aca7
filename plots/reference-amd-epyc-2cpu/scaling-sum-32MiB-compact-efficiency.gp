# gnuplot -e "format='svg'; scripts='../scripts/plot'" scaling-sum-32MiB-compact-efficiency.gp
reset
stem = 'scaling-sum-32MiB-compact-efficiency'
data = 'scaling-sum-32MiB-compact.dat'
heading = 'Efficiency · sum · 32MiB · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 4
array curve[4]
array style[4]
style[1] = 2
curve[1] = 'threads'
style[2] = 3
curve[2] = 'thread_pool'
style[3] = 4
curve[3] = 'fork'
style[4] = 5
curve[4] = 'process_pool'
workers_list = '1 2 4'
workers_least = 1
workers_most = 4
speedup_least = 0.476477595
load scripts.'/efficiency.gp'
