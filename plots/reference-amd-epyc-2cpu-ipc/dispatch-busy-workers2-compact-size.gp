# gnuplot -e "format='svg'; scripts='../scripts/plot'" dispatch-busy-workers2-compact-size.gp
reset
stem = 'dispatch-busy-workers2-compact-size'
data = 'dispatch-busy-workers2-compact-size.dat'
heading = 'Speedup of tasks · busy · workers 2 · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 6
array curve[6]
array style[6]
style[1] = 21
curve[1] = 'threads'
style[2] = 22
curve[2] = 'fork'
style[3] = 24
curve[3] = 'thread_pool spin'
style[4] = 27
curve[4] = 'thread_pool park'
style[5] = 25
curve[5] = 'process_pool spin'
style[6] = 28
curve[6] = 'process_pool park'
x_label = 'work in the task'
y_label = 'speedup (serial wall time ÷ wall time)'
least = 0.00394826764
most = 2.00580938
unit = ''
scale = 1
twins = ''
places_n = 5
array place[5]
place[1] = '1us'
place[2] = '10us'
place[3] = '100us'
place[4] = '1ms'
place[5] = '10ms'
panels_n = 0
load scripts.'/lines.gp'
