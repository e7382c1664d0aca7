# gnuplot -e "format='svg'; scripts='../scripts/plot'" locks-hold0-compact-workers.gp
reset
stem = 'locks-hold0-compact-workers'
data = 'locks-hold0-compact-workers.dat'
heading = 'One lock used by all workers · hold 0 · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 37 rounds'
cpus = 2
curves_n = 14
array curve[14]
array style[14]
style[1] = 21
curve[1] = 'mutex private threads'
style[2] = 24
curve[2] = 'mutex shared threads'
style[3] = 25
curve[3] = 'mutex shared processes'
style[4] = 27
curve[4] = 'robust private threads'
style[5] = 30
curve[5] = 'robust shared threads'
style[6] = 31
curve[6] = 'robust shared processes'
style[7] = 33
curve[7] = 'spinlock private threads'
style[8] = 36
curve[8] = 'spinlock shared threads'
style[9] = 37
curve[9] = 'spinlock shared processes'
style[10] = 39
curve[10] = 'semaphore private threads'
style[11] = 42
curve[11] = 'semaphore shared threads'
style[12] = 43
curve[12] = 'semaphore shared processes'
style[13] = 45
curve[13] = 'atomic shared threads'
style[14] = 46
curve[14] = 'atomic shared processes'
x_label = 'workers'
y_label = 'operations per second, all workers together'
least = 8663218.37
most = 186258071
unit = '/s'
scale = 1
twins = ''
places_n = 3
array place[3]
place[1] = '1'
place[2] = '2'
place[3] = '4'
load scripts.'/lines.gp'
