# gnuplot -e "format='svg'; scripts='../scripts/plot'" manager-compact-workers.gp
reset
stem = 'manager-compact-workers'
data = 'manager-compact-workers.dat'
heading = 'Appending to one list · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 2
array curve[2]
array style[2]
style[1] = 21
curve[1] = 'locked none threads'
style[2] = 25
curve[2] = 'manager socketpair processes'
x_label = 'workers'
y_label = 'appends per second, all workers together'
least = 91993.1465
most = 29782863.6
unit = '/s'
scale = 1
twins = ''
places_n = 1
array place[1]
place[1] = '2'
panels_n = 0
load scripts.'/lines.gp'
