# gnuplot -e "format='svg'; scripts='../scripts/plot'" locks-hold100ns-compact-workers.gp
reset
stem = 'locks-hold100ns-compact-workers'
data = 'locks-hold100ns-compact-workers.dat'
heading = 'One lock used by all workers · hold 100ns · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 8
array curve[8]
array style[8]
style[1] = 21
curve[1] = 'mutex shared threads'
style[2] = 22
curve[2] = 'mutex shared processes'
style[3] = 24
curve[3] = 'robust shared threads'
style[4] = 25
curve[4] = 'robust shared processes'
style[5] = 27
curve[5] = 'spinlock shared threads'
style[6] = 28
curve[6] = 'spinlock shared processes'
style[7] = 30
curve[7] = 'semaphore shared threads'
style[8] = 31
curve[8] = 'semaphore shared processes'
x_label = 'workers'
y_label = 'operations per second, all workers together'
least = 1972399.88
most = 9774129.92
unit = '/s'
scale = 1
twins = ''
places_n = 1
array place[1]
place[1] = '2'
panels_n = 0
load scripts.'/lines.gp'
