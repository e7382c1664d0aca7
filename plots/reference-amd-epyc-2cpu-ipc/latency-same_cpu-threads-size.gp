# gnuplot -e "format='svg'; scripts='../scripts/plot'" latency-same_cpu-threads-size.gp
reset
stem = 'latency-same_cpu-threads-size'
data = 'latency-same_cpu-threads-size.dat'
heading = 'Round trip · place same_cpu · between threads'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 10
array curve[10]
array style[10]
style[1] = 21
curve[1] = 'pipe'
style[2] = 24
curve[2] = 'socketpair'
style[3] = 27
curve[3] = 'tcp'
style[4] = 30
curve[4] = 'mq'
style[5] = 33
curve[5] = 'eventfd'
style[6] = 36
curve[6] = 'semaphore'
style[7] = 39
curve[7] = 'condvar'
style[8] = 42
curve[8] = 'futex'
style[9] = 45
curve[9] = 'futex_private'
style[10] = 48
curve[10] = 'ring_park'
x_label = 'bytes of the message, each way'
y_label = 'round trip'
least = 4.026e-06
most = 1.4392e-05
unit = 's'
scale = 1e-09
twins = ''
places_n = 2
array place[2]
place[1] = '1'
place[2] = '4KiB'
panels_n = 10
array panel[10]
array panel_name[10]
array kind[10]
panel[1] = 1
kind[1] = 1
panel[2] = 2
kind[2] = 1
panel[3] = 3
kind[3] = 1
panel[4] = 4
kind[4] = 1
panel[5] = 5
kind[5] = 1
panel[6] = 6
kind[6] = 1
panel[7] = 7
kind[7] = 1
panel[8] = 8
kind[8] = 1
panel[9] = 9
kind[9] = 1
panel[10] = 10
kind[10] = 1
panel_name[1] = 'pipe'
panel_name[2] = 'socketpair'
panel_name[3] = 'tcp'
panel_name[4] = 'mq'
panel_name[5] = 'eventfd'
panel_name[6] = 'semaphore'
panel_name[7] = 'condvar'
panel_name[8] = 'futex'
panel_name[9] = 'futex_private'
panel_name[10] = 'ring_park'
kinds_n = 1
array kind_name[1]
array kind_style[1]
kind_style[1] = 21
kind_name[1] = ''
load scripts.'/lines.gp'
