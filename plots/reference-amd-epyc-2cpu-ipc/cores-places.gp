# gnuplot -e "format='svg'; scripts='../scripts/plot'" cores-places.gp
reset
stem = 'cores-places'
data = 'cores-places.dat'
heading = 'Round trips over one cache line · '
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 2
array curve[2]
array style[2]
style[1] = 21
curve[1] = 'threads'
style[2] = 22
curve[2] = 'processes'
x_label = 'position of the two CPUs'
y_label = 'round trip'
least = 8.26171875e-08
most = 8.496875e-08
unit = 's'
scale = 1e-09
twins = ''
places_n = 1
array place[1]
place[1] = 'same_cache'
load scripts.'/dots.gp'
