# gnuplot -e "format='svg'; scripts='../scripts/plot'" cores-threads-matrix.gp
reset
stem = 'cores-threads-matrix'
data = 'cores-threads-matrix.dat'
heading = 'Round trips over one cache line · between threads'
subheading = 'AMD EPYC, 2 CPUs · 37 rounds'
cpus = 2
curves_n = 1
array curve[1]
array style[1]
style[1] = 21
curve[1] = '0'
x_label = 'CPU that answers'
y_label = 'CPU that begins'
least = 1.0109375e-07
most = 1.414375e-07
unit = 's'
scale = 1e-09
twins = ''
places_n = 1
array place[1]
place[1] = '1'
load scripts.'/heat.gp'
