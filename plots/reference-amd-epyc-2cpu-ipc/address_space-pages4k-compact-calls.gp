# gnuplot -e "format='svg'; scripts='../scripts/plot'" address_space-pages4k-compact-calls.gp
reset
stem = 'address_space-pages4k-compact-calls'
data = 'address_space-pages4k-compact-calls.dat'
heading = 'One address space or one per worker · pages 4k · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 37 rounds'
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
least = 3.73999023e-07
most = 3.77591875e-05
unit = 's'
scale = 1e-09
twins = ''
places_n = 2
array place[2]
place[1] = '1'
place[2] = '2'
load scripts.'/lines.gp'
