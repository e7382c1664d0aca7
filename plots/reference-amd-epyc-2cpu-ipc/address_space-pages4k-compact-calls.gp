# gnuplot -e "format='svg'; scripts='../scripts/plot'" address_space-pages4k-compact-calls.gp
reset
stem = 'address_space-pages4k-compact-calls'
data = 'address_space-pages4k-compact-calls.dat'
heading = 'One address space or one per worker · pages 4k · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 11
array curve[11]
array style[11]
style[1] = 21
curve[1] = 'fault threads'
style[2] = 22
curve[2] = 'fault processes'
style[3] = 24
curve[3] = 'mmap threads'
style[4] = 25
curve[4] = 'mmap processes'
style[5] = 27
curve[5] = 'malloc_large threads'
style[6] = 28
curve[6] = 'malloc_large processes'
style[7] = 30
curve[7] = 'open threads'
style[8] = 31
curve[8] = 'open processes'
style[9] = 33
curve[9] = 'dup threads'
style[10] = 34
curve[10] = 'dup processes'
style[11] = 37
curve[11] = 'cow processes'
x_label = 'workers making the call at the same time'
y_label = 'time per call'
least = 4.54726562e-07
most = 3.31681875e-05
unit = 's'
scale = 1e-09
twins = ''
places_n = 2
array place[2]
place[1] = '1'
place[2] = '2'
panels_n = 6
array panel[11]
array panel_name[6]
array kind[11]
panel[1] = 1
kind[1] = 1
panel[2] = 1
kind[2] = 2
panel[3] = 2
kind[3] = 1
panel[4] = 2
kind[4] = 2
panel[5] = 3
kind[5] = 1
panel[6] = 3
kind[6] = 2
panel[7] = 4
kind[7] = 1
panel[8] = 4
kind[8] = 2
panel[9] = 5
kind[9] = 1
panel[10] = 5
kind[10] = 2
panel[11] = 6
kind[11] = 2
panel_name[1] = 'fault'
panel_name[2] = 'mmap'
panel_name[3] = 'malloc_large'
panel_name[4] = 'open'
panel_name[5] = 'dup'
panel_name[6] = 'cow'
kinds_n = 2
array kind_name[2]
array kind_style[2]
kind_style[1] = 21
kind_name[1] = 'threads'
kind_style[2] = 22
kind_name[2] = 'processes'
load scripts.'/lines.gp'
