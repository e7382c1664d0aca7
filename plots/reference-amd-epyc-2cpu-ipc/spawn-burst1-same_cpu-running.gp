# gnuplot -e "format='svg'; scripts='../scripts/plot'" spawn-burst1-same_cpu-running.gp
reset
stem = 'spawn-burst1-same_cpu-running'
data = 'spawn-burst1-same_cpu-running.dat'
heading = 'From the creating call to the running worker · burst 1 · place same_cpu'
subheading = 'AMD EPYC, 2 CPUs · 37 rounds'
cpus = 2
curves_n = 11
array curve[11]
array style[11]
style[1] = 1
curve[1] = 'pthread 4k'
style[2] = 2
curve[2] = 'pthread huge'
style[3] = 3
curve[3] = 'pthread_small 4k'
style[4] = 4
curve[4] = 'fork 4k'
style[5] = 5
curve[5] = 'fork huge'
style[6] = 6
curve[6] = 'vfork 4k'
style[7] = 7
curve[7] = 'clone_vm 4k'
style[8] = 8
curve[8] = 'posix_spawn 4k'
style[9] = 9
curve[9] = 'posix_spawn huge'
style[10] = 10
curve[10] = 'exec 4k'
style[11] = 11
curve[11] = 'exec huge'
x_label = 'resident memory of the creator'
y_label = 'call to running'
least = 8.7785e-06
most = 0.020696436
unit = 's'
scale = 1e-09
twins = ''
places_n = 3
array place[3]
place[1] = '0'
place[2] = '64MiB'
place[3] = '1GiB'
load scripts.'/lines.gp'
