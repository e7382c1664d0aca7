# gnuplot -e "format='svg'; scripts='../scripts/plot'" python-workers2-shapes.gp
reset
stem = 'python-workers2-shapes'
data = 'python-workers2-shapes.dat'
heading = 'Python''s standard library · workers 2'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 6
array curve[6]
array style[6]
style[1] = 21
curve[1] = 'threads'
style[2] = 25
curve[2] = 'processes fork'
style[3] = 27
curve[3] = 'threads spin'
style[4] = 30
curve[4] = 'threads park'
style[5] = 34
curve[5] = 'processes fork spin'
style[6] = 37
curve[6] = 'processes fork park'
x_label = 'operation'
y_label = 'time of one operation'
least = 1.62835746e-08
most = 0.008281179
unit = 's'
scale = 1e-09
twins = 'the same operation in C'
places_n = 9
array place[9]
place[1] = 'pool_open'
place[2] = 'pool_map_empty'
place[3] = 'pool_map_sum'
place[4] = 'pool_map_square'
place[5] = 'pool_map_rows'
place[6] = 'value_lock'
place[7] = 'array'
place[8] = 'semaphore'
place[9] = 'manager_list'
load scripts.'/dots.gp'
