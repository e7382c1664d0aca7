# gnuplot -e "format='svg'; scripts='../scripts/plot'" spawn-burst1-same_cpu-running.gp
reset
stem = 'spawn-burst1-same_cpu-running'
data = 'spawn-burst1-same_cpu-running.dat'
heading = 'From the creating call to the running worker · burst 1 · place same_cpu'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
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
least = 9.7245e-06
most = 0.014195472
unit = 's'
scale = 1e-09
twins = ''
places_n = 3
array place[3]
place[1] = '0'
place[2] = '64MiB'
place[3] = '1GiB'
panels_n = 7
array panel[11]
array panel_name[7]
array kind[11]
panel[1] = 1
kind[1] = 1
panel[2] = 1
kind[2] = 2
panel[3] = 2
kind[3] = 1
panel[4] = 3
kind[4] = 1
panel[5] = 3
kind[5] = 2
panel[6] = 4
kind[6] = 1
panel[7] = 5
kind[7] = 1
panel[8] = 6
kind[8] = 1
panel[9] = 6
kind[9] = 2
panel[10] = 7
kind[10] = 1
panel[11] = 7
kind[11] = 2
panel_name[1] = 'pthread'
panel_name[2] = 'pthread_small'
panel_name[3] = 'fork'
panel_name[4] = 'vfork'
panel_name[5] = 'clone_vm'
panel_name[6] = 'posix_spawn'
panel_name[7] = 'exec'
kinds_n = 2
array kind_name[2]
array kind_style[2]
kind_style[1] = 1
kind_name[1] = '4k'
kind_style[2] = 2
kind_name[2] = 'huge'
load scripts.'/lines.gp'
