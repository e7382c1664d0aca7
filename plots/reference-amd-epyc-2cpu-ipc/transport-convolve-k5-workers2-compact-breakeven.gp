# gnuplot -e "format='svg'; scripts='../scripts/plot'" transport-convolve-k5-workers2-compact-breakeven.gp
reset
stem = 'transport-convolve-k5-workers2-compact-breakeven'
data = 'transport-convolve-k5-workers2-compact-breakeven.dat'
heading = 'Break-even · convolve · k 5 · workers 2 · pin compact'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 2
array curve[2]
array style[2]
style[1] = 3
curve[1] = 'thread_pool'
style[2] = 5
curve[2] = 'process_pool'
places_n = 8
array place[8]
array said[8]
place[1] = 'thread_pool · in place'
said[1] = '167 KiB'
place[2] = 'thread_pool · copy:pipe'
said[2] = '> 1920x1080'
place[3] = 'thread_pool · copy:socketpair'
said[3] = '> 1920x1080'
place[4] = 'thread_pool · copy:futex'
said[4] = '> 1920x1080'
place[5] = 'process_pool · in place'
said[5] = '182 KiB'
place[6] = 'process_pool · copy:pipe'
said[6] = '> 1920x1080'
place[7] = 'process_pool · copy:socketpair'
said[7] = '> 1920x1080'
place[8] = 'process_pool · copy:futex'
said[8] = '> 1920x1080'
size_least = 131072
size_most = 16588800
x_label = 'size: bytes read and written'
set xtics ()
set xtics add ("128x128" 131072)
set xtics add ("512x512" 2097152)
set xtics add ("1920x1080" 16588800)
load scripts.'/breakeven.gp'
