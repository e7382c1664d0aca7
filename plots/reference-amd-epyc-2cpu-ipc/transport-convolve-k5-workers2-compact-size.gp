# gnuplot -e "format='svg'; scripts='../scripts/plot'" transport-convolve-k5-workers2-compact-size.gp
reset
stem = 'transport-convolve-k5-workers2-compact-size'
data = 'transport-convolve-k5-workers2-compact-size.dat'
heading = 'Data in place and copied · convolve · k 5 · workers 2 · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 8
array curve[8]
array style[8]
style[1] = 21
curve[1] = 'thread_pool in place'
style[2] = 24
curve[2] = 'thread_pool copy:pipe'
style[3] = 27
curve[3] = 'thread_pool copy:socketpair'
style[4] = 30
curve[4] = 'thread_pool copy:futex'
style[5] = 22
curve[5] = 'process_pool in place'
style[6] = 25
curve[6] = 'process_pool copy:pipe'
style[7] = 28
curve[7] = 'process_pool copy:socketpair'
style[8] = 31
curve[8] = 'process_pool copy:futex'
x_label = 'size'
y_label = 'speedup (serial wall time ÷ wall time)'
least = 0.105975422
most = 2.08510304
unit = ''
scale = 1
twins = ''
places_n = 3
array place[3]
place[1] = '128x128'
place[2] = '512x512'
place[3] = '1920x1080'
panels_n = 0
load scripts.'/lines.gp'
