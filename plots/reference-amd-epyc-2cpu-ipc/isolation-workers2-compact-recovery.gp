# gnuplot -e "format='svg'; scripts='../scripts/plot'" isolation-workers2-compact-recovery.gp
reset
stem = 'isolation-workers2-compact-recovery'
data = 'isolation-workers2-compact-recovery.dat'
heading = 'From a worker''s death to its replacement''s first job · workers 2 · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 2
array curve[2]
array style[2]
style[1] = 21
curve[1] = 'thread_pool'
style[2] = 22
curve[2] = 'process_pool'
x_label = 'how it dies'
y_label = 'death to first job done'
least = 0.000291332
most = 0.001068733
unit = 's'
scale = 1e-09
twins = ''
places_n = 4
array place[4]
place[1] = 'abort'
place[2] = 'segv'
place[3] = 'kill'
place[4] = 'oom'
load scripts.'/dots.gp'
