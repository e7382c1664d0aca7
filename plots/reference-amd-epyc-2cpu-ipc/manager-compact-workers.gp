# gnuplot -e "format='svg'; scripts='../scripts/plot'" manager-compact-workers.gp
reset
stem = 'manager-compact-workers'
data = 'manager-compact-workers.dat'
heading = 'Appending to one list · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 4
array curve[4]
array style[4]
style[1] = 21
curve[1] = 'manager socketpair threads'
style[2] = 22
curve[2] = 'manager socketpair processes'
style[3] = 24
curve[3] = 'locked none threads'
style[4] = 25
curve[4] = 'locked none processes'
x_label = 'workers'
y_label = 'appends per second, all workers together'
least = 30556.7439
most = 107517850
unit = '/s'
scale = 1
twins = ''
places_n = 2
array place[2]
place[1] = '1'
place[2] = '2'
panels_n = 0
load scripts.'/lines.gp'
