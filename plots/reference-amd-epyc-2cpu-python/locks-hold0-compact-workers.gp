# gnuplot -e "format='svg'; scripts='../scripts/plot'" locks-hold0-compact-workers.gp
reset
stem = 'locks-hold0-compact-workers'
data = 'locks-hold0-compact-workers.dat'
heading = 'One lock used by all workers · hold 0 · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 4
array curve[4]
array style[4]
style[1] = 21
curve[1] = 'mutex private threads'
style[2] = 25
curve[2] = 'mutex shared processes'
style[3] = 27
curve[3] = 'semaphore private threads'
style[4] = 31
curve[4] = 'semaphore shared processes'
x_label = 'workers'
y_label = 'operations per second, all workers together'
least = 31151255
most = 61411577.3
unit = '/s'
scale = 1
twins = ''
places_n = 1
array place[1]
place[1] = '2'
panels_n = 0
load scripts.'/lines.gp'
