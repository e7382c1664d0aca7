# gnuplot -e "format='svg'; scripts='../scripts/plot'" latency-bytes4KiB-channels.gp
reset
stem = 'latency-bytes4KiB-channels'
data = 'latency-bytes4KiB-channels.dat'
heading = 'Round trip · bytes 4KiB'
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
least = 7.96e-07
most = 3.9478e-05
unit = 's'
scale = 1e-09
twins = ''
places_n = 12
array place[12]
place[1] = 'pipe'
place[2] = 'socketpair'
place[3] = 'tcp'
place[4] = 'mq'
place[5] = 'eventfd'
place[6] = 'semaphore'
place[7] = 'condvar'
place[8] = 'futex'
place[9] = 'spin'
place[10] = 'ring_spin'
place[11] = 'ring_adaptive'
place[12] = 'ring_park'
load scripts.'/dots.gp'
