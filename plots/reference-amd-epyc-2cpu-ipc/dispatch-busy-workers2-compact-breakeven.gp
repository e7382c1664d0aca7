# gnuplot -e "format='svg'; scripts='../scripts/plot'" dispatch-busy-workers2-compact-breakeven.gp
reset
stem = 'dispatch-busy-workers2-compact-breakeven'
data = 'dispatch-busy-workers2-compact-breakeven.dat'
heading = 'Break-even · busy · workers 2 · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 4
array curve[4]
array style[4]
style[1] = 2
curve[1] = 'threads'
style[2] = 4
curve[2] = 'fork'
style[3] = 3
curve[3] = 'thread_pool'
style[4] = 5
curve[4] = 'process_pool'
places_n = 6
array place[6]
array said[6]
place[1] = 'threads'
said[1] = '102 µs'
place[2] = 'fork'
said[2] = '694 µs'
place[3] = 'thread_pool · spin'
said[3] = '9.23 µs'
place[4] = 'thread_pool · park'
said[4] = '72.5 µs'
place[5] = 'process_pool · spin'
said[5] = '9.52 µs'
place[6] = 'process_pool · park'
said[6] = '72.9 µs'
size_least = 1000
size_most = 10000000
x_label = 'work in the task, done by one worker'
set xtics ()
set xtics add ("1us" 1000)
set xtics add ("10us" 10000)
set xtics add ("100us" 100000)
set xtics add ("1ms" 1000000)
set xtics add ("10ms" 10000000)
load scripts.'/breakeven.gp'
