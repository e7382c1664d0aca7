# gnuplot -e "format='svg'; scripts='../scripts/plot'" scaling-null-compact-anatomy.gp
reset
stem = 'scaling-null-compact-anatomy'
data = 'scaling-null-compact.dat'
heading = 'Anatomy · null · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 30 rounds'
cpus = 2
curves_n = 4
array curve[4]
array style[4]
style[1] = 2
curve[1] = 'threads'
style[2] = 3
curve[2] = 'thread_pool'
style[3] = 4
curve[3] = 'fork'
style[4] = 5
curve[4] = 'process_pool'
workers_list = '1 2 4'
workers_least = 1
workers_most = 4
speedup_least = 0.000100137724
bars_n = 8
unit = 'µs'
scale = 0.001
serial_ns = 57.265625
many = 0
label_down = -2.5
label_font = ''
set xtics ()
set xtics add ('1' 1)
set xtics add ('2' 2)
set xtics add ('4' 3)
set label "threads" at 2, graph 0 center offset 0,label_down font label_font
set xtics add ('4' 4)
set label "thread_pool" at 4, graph 0 center offset 0,label_down font label_font
set xtics add ('1' 5)
set xtics add ('2' 6)
set xtics add ('4' 7)
set label "fork" at 6, graph 0 center offset 0,label_down font label_font
set xtics add ('4' 8)
set label "process_pool" at 8, graph 0 center offset 0,label_down font label_font
load scripts.'/anatomy.gp'
