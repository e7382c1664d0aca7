# gnuplot -e "format='svg'; scripts='../scripts/plot'" latency-same_cache-threads-size.gp
reset
stem = 'latency-same_cache-threads-size'
data = 'latency-same_cache-threads-size.dat'
heading = 'Round trip · place same_cache · between threads'
subheading = 'AMD EPYC, 2 CPUs · 37 rounds'
cpus = 2
curves_n = 13
array curve[13]
array style[13]
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
curve[10] = 'spin'
style[11] = 51
curve[11] = 'ring_spin'
style[12] = 54
curve[12] = 'ring_adaptive'
style[13] = 57
curve[13] = 'ring_park'
x_label = 'bytes of the message, each way'
y_label = 'round trip'
least = 9.171875e-08
most = 5.1488e-05
unit = 's'
scale = 1e-09
twins = ''
places_n = 2
array place[2]
place[1] = '1'
place[2] = '4KiB'
load scripts.'/lines.gp'
