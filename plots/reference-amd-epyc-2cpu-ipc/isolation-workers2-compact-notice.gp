# gnuplot -e "format='svg'; scripts='../scripts/plot'" isolation-workers2-compact-notice.gp
reset
stem = 'isolation-workers2-compact-notice'
data = 'isolation-workers2-compact-notice.dat'
heading = 'From a worker''s death to the caller''s notice · workers 2 · pin compact'
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
y_label = 'death to notice'
least = 0.00010172
most = 0.000725891
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
