# gnuplot -e "format='svg'; scripts='../scripts/plot'" spawn-burst1-same_cache-whole.gp
reset
stem = 'spawn-burst1-same_cache-whole'
data = 'spawn-burst1-same_cache-whole.dat'
heading = 'Creation, end and reaping · burst 1 · place same_cache'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 7
array curve[7]
array style[7]
style[1] = 1
curve[1] = 'pthread 4k'
style[2] = 2
curve[2] = 'pthread_small 4k'
style[3] = 3
curve[3] = 'fork 4k'
style[4] = 4
curve[4] = 'vfork 4k'
style[5] = 5
curve[5] = 'clone_vm 4k'
style[6] = 6
curve[6] = 'posix_spawn 4k'
style[7] = 7
curve[7] = 'exec 4k'
x_label = 'resident memory of the creator'
y_label = 'time to create and reap'
least = 5.3149e-05
most = 0.0002899
unit = 's'
scale = 1e-09
twins = ''
places_n = 1
array place[1]
place[1] = '0'
panels_n = 0
load scripts.'/lines.gp'
