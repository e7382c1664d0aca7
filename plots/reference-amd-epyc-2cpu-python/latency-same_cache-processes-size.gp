# gnuplot -e "format='svg'; scripts='../scripts/plot'" latency-same_cache-processes-size.gp
reset
stem = 'latency-same_cache-processes-size'
data = 'latency-same_cache-processes-size.dat'
heading = 'Round trip · place same_cache · between processes'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 2
array curve[2]
array style[2]
style[1] = 22
curve[1] = 'socketpair'
style[2] = 25
curve[2] = 'pipe'
x_label = 'bytes of the message, each way'
y_label = 'round trip'
least = 2.8642e-05
most = 2.9884e-05
unit = 's'
scale = 1e-09
twins = ''
places_n = 1
array place[1]
place[1] = '1'
panels_n = 0
load scripts.'/lines.gp'
