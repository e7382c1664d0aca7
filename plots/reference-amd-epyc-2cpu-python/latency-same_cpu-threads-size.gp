# gnuplot -e "format='svg'; scripts='../scripts/plot'" latency-same_cpu-threads-size.gp
reset
stem = 'latency-same_cpu-threads-size'
data = 'latency-same_cpu-threads-size.dat'
heading = 'Round trip · place same_cpu · between threads'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 2
array curve[2]
array style[2]
style[1] = 21
curve[1] = 'socketpair'
style[2] = 24
curve[2] = 'condvar'
x_label = 'bytes of the message, each way'
y_label = 'round trip'
least = 4.547e-06
most = 8.643e-06
unit = 's'
scale = 1e-09
twins = ''
places_n = 1
array place[1]
place[1] = '1'
panels_n = 0
load scripts.'/lines.gp'
