# gnuplot -e "format='svg'; scripts='../scripts/plot'" locks-hold0-compact-workers.gp
reset
stem = 'locks-hold0-compact-workers'
data = 'locks-hold0-compact-workers.dat'
heading = 'One lock used by all workers · hold 0 · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
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
least = 10701109
most = 515369820
unit = '/s'
scale = 1
twins = ''
places_n = 3
array place[3]
place[1] = '1'
place[2] = '2'
place[3] = '4'
panels_n = 5
array panel[14]
array panel_name[5]
array kind[14]
panel[1] = 1
kind[1] = 1
panel[2] = 1
kind[2] = 2
panel[3] = 1
kind[3] = 3
panel[4] = 2
kind[4] = 1
panel[5] = 2
kind[5] = 2
panel[6] = 2
kind[6] = 3
panel[7] = 3
kind[7] = 1
panel[8] = 3
kind[8] = 2
panel[9] = 3
kind[9] = 3
panel[10] = 4
kind[10] = 1
panel[11] = 4
kind[11] = 2
panel[12] = 4
kind[12] = 3
panel[13] = 5
kind[13] = 2
panel[14] = 5
kind[14] = 3
panel_name[1] = 'mutex'
panel_name[2] = 'robust'
panel_name[3] = 'spinlock'
panel_name[4] = 'semaphore'
panel_name[5] = 'atomic'
kinds_n = 3
array kind_name[3]
array kind_style[3]
kind_style[1] = 21
kind_name[1] = 'private threads'
kind_style[2] = 24
kind_name[2] = 'shared threads'
kind_style[3] = 25
kind_name[3] = 'shared processes'
load scripts.'/lines.gp'
