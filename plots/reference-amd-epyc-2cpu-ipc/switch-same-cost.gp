# gnuplot -e "format='svg'; scripts='../scripts/plot'" switch-same-cost.gp
reset
stem = 'switch-same-cost'
data = 'switch-same-cost.dat'
heading = 'Context switch · pin same'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 4
array curve[4]
array style[4]
style[1] = 21
curve[1] = '2 threads'
style[2] = 22
curve[2] = '2 processes'
style[3] = 24
curve[3] = '8 threads'
style[4] = 25
curve[4] = '8 processes'
x_label = 'bytes each task reads before it passes the token on'
y_label = 'time of a switch, work and pipe subtracted'
least = -2.2275e-07
most = 9.14475e-06
unit = 's'
scale = 1e-09
twins = ''
places_n = 3
array place[3]
place[1] = '0'
place[2] = '64KiB'
place[3] = '4MiB'
panels_n = 0
load scripts.'/lines.gp'
