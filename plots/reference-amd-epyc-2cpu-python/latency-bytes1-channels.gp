# gnuplot -e "format='svg'; scripts='../scripts/plot'" latency-bytes1-channels.gp
reset
stem = 'latency-bytes1-channels'
data = 'latency-bytes1-channels.dat'
heading = 'Round trip · bytes 1'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 4
array curve[4]
array style[4]
style[1] = 21
curve[1] = 'threads same_cpu'
style[2] = 24
curve[2] = 'threads same_cache'
style[3] = 22
curve[3] = 'processes same_cpu'
style[4] = 25
curve[4] = 'processes same_cache'
x_label = 'channel'
y_label = 'round trip'
least = 4.547e-06
most = 3.0925e-05
unit = 's'
scale = 1e-09
twins = ''
places_n = 3
array place[3]
place[1] = 'socketpair'
place[2] = 'condvar'
place[3] = 'pipe'
load scripts.'/dots.gp'
