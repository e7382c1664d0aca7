# gnuplot -e "format='svg'; scripts='../scripts/plot'" latency-bytes1-channels.gp
reset
stem = 'latency-bytes1-channels'
data = 'latency-bytes1-channels.dat'
heading = 'Round trip · bytes 1'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 4
array curve[4]
array style[4]
style[1] = 21
curve[1] = 'threads same_cpu'
style[2] = 22
curve[2] = 'processes same_cpu'
style[3] = 24
curve[3] = 'threads same_cache'
style[4] = 25
curve[4] = 'processes same_cache'
x_label = 'channel'
y_label = 'round trip'
least = 5.14453125e-09
most = 3.9258e-05
unit = 's'
scale = 1e-09
twins = ''
places_n = 14
array place[14]
place[1] = 'null'
place[2] = 'pipe'
place[3] = 'socketpair'
place[4] = 'tcp'
place[5] = 'mq'
place[6] = 'eventfd'
place[7] = 'semaphore'
place[8] = 'condvar'
place[9] = 'futex'
place[10] = 'futex_private'
place[11] = 'spin'
place[12] = 'ring_spin'
place[13] = 'ring_adaptive'
place[14] = 'ring_park'
load scripts.'/dots.gp'
