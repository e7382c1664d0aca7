# gnuplot -e "format='svg'; scripts='../scripts/plot'" python-workers1-shapes.gp
reset
stem = 'python-workers1-shapes'
data = 'python-workers1-shapes.dat'
heading = 'Python''s standard library · workers 1'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 9
array curve[9]
array style[9]
style[1] = 21
curve[1] = 'threads'
style[2] = 25
curve[2] = 'processes fork'
style[3] = 28
curve[3] = 'processes spawn'
style[4] = 31
curve[4] = 'processes forkserver'
style[5] = 23
curve[5] = 'alone'
style[6] = 33
curve[6] = 'threads same_cpu'
style[7] = 36
curve[7] = 'threads same_cache'
style[8] = 40
curve[8] = 'processes fork same_cpu'
style[9] = 43
curve[9] = 'processes fork same_cache'
x_label = 'operation'
y_label = 'time of one operation'
least = 1.2215e-06
most = 0.046791521
unit = 's'
scale = 1e-09
twins = 'the same operation in C'
places_n = 7
array place[7]
place[1] = 'start_join'
place[2] = 'terminate'
place[3] = 'serial_sum'
place[4] = 'serial_square'
place[5] = 'serial_rows'
place[6] = 'pipe'
place[7] = 'queue'
load scripts.'/dots.gp'
