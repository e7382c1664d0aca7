# gnuplot -e "format='svg'; scripts='../scripts/plot'" spawn-burst8-same_cpu-running.gp
reset
stem = 'spawn-burst8-same_cpu-running'
data = 'spawn-burst8-same_cpu-running.dat'
heading = 'From the creating call to the running worker · burst 8 · place same_cpu'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 4
array curve[4]
array style[4]
style[1] = 1
curve[1] = 'pthread 4k'
style[2] = 2
curve[2] = 'fork 4k'
style[3] = 3
curve[3] = 'clone_vm 4k'
style[4] = 4
curve[4] = 'posix_spawn 4k'
x_label = 'resident memory of the creator'
y_label = 'call to running'
least = 9.0895e-05
most = 0.0007149045
unit = 's'
scale = 1e-09
twins = ''
places_n = 1
array place[1]
place[1] = '0'
panels_n = 0
load scripts.'/lines.gp'
