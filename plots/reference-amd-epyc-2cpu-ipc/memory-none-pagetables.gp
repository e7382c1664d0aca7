# gnuplot -e "format='svg'; scripts='../scripts/plot'" memory-none-pagetables.gp
reset
stem = 'memory-none-pagetables'
data = 'memory-none-pagetables.dat'
heading = 'Page tables of a worker · pin none'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 2
array curve[2]
array style[2]
style[1] = 21
curve[1] = 'threads'
style[2] = 22
curve[2] = 'processes'
x_label = 'idle workers'
y_label = 'bytes per worker'
least = 0
most = 57344
unit = 'B'
scale = 1
twins = ''
places_n = 3
array place[3]
place[1] = '1'
place[2] = '16'
place[3] = '256'
panels_n = 0
load scripts.'/lines.gp'
