# gnuplot -e "format='svg'; scripts='../scripts/plot'" queue-producers1-consumers1-compact-size.gp
reset
stem = 'queue-producers1-consumers1-compact-size'
data = 'queue-producers1-consumers1-compact-size.dat'
heading = 'Items through a queue · producers 1 · consumers 1 · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 4
array curve[4]
array style[4]
style[1] = 21
curve[1] = 'ring threads'
style[2] = 22
curve[2] = 'ring processes'
style[3] = 24
curve[3] = 'pipe threads'
style[4] = 25
curve[4] = 'pipe processes'
x_label = 'bytes of an item'
y_label = 'items per second'
least = 1340170.3
most = 13090276.9
unit = '/s'
scale = 1
twins = ''
places_n = 2
array place[2]
place[1] = '64'
place[2] = '4KiB'
panels_n = 0
load scripts.'/lines.gp'
