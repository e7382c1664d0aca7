# gnuplot -e "format='svg'; scripts='../scripts/plot'" cores-matrix.gp
reset
stem = 'cores-matrix'
data = 'cores-matrix.dat'
heading = 'Round trips over one cache line · threads above the diagonal, processes below'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 1
array curve[1]
array style[1]
style[1] = 1
curve[1] = 'alone'
subheading = subheading.', each pair in 1088 to 1088 visits, no intervals'
least = 8.45e-08
most = 8.5125e-08
unit = 's'
scale = 1e-09
places_n = 2
array place[2]
place[1] = '0'
place[2] = '1'
load scripts.'/pairs.gp'
