# gnuplot -e "format='svg'; scripts='../scripts/plot'" scaling-convolve-k5-1920x1080-none-anatomy.gp
reset
stem = 'scaling-convolve-k5-1920x1080-none-anatomy'
data = 'scaling-convolve-k5-1920x1080-none.dat'
heading = 'Anatomy · convolve · k 5 · 1920x1080 · pin none'
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
speedup_least = 0.660793711
bars_n = 12
unit = 'ms'
scale = 1e-06
serial_ns = 929828
many = 0
label_down = -2.5
label_font = ''
set xtics ()
set xtics add ('1' 1)
set xtics add ('2' 2)
set xtics add ('4' 3)
set label "threads" at 2, graph 0 center offset 0,label_down font label_font
set xtics add ('1' 4)
set xtics add ('2' 5)
set xtics add ('4' 6)
set label "thread_pool" at 5, graph 0 center offset 0,label_down font label_font
set xtics add ('1' 7)
set xtics add ('2' 8)
set xtics add ('4' 9)
set label "fork" at 8, graph 0 center offset 0,label_down font label_font
set xtics add ('1' 10)
set xtics add ('2' 11)
set xtics add ('4' 12)
set label "process_pool" at 11, graph 0 center offset 0,label_down font label_font
load scripts.'/anatomy.gp'
