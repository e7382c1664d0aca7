# Processes against threads: process wall time ÷ thread wall time, per kernel; above the line threads are faster.
load scripts.'/style.gp'
set ylabel 'process wall time ÷ thread wall time'
set xlabel places offset 0,-0.6
set xrange [0.5 : kernels_n + 0.5]
set logscale y 2
set format y '%g'
set yrange [ratio_least / 1.2 < 0.5 ? ratio_least / 1.2 : 0.5 : ratio_most * 1.2 > 2 ? ratio_most * 1.2 : 2]
set for [i = 1 : kernels_n - 1] arrow from i + 0.5, graph 0 to i + 0.5, graph 1 nohead lw 1 lc rgb '#dddddd' back
set label 1 "threads\nfaster ↑" at graph 1.01, first 1 offset 0,1.9 left tc rgb '#555555'
set label 2 "processes\nfaster ↓" at graph 1.01, first 1 offset 0,-1.1 left tc rgb '#555555'
set tmargin 4.5 + 1.3 * curves_n
set rmargin 13
set title offset 0,1.35 * curves_n
set key at graph 0.5, graph 1.02 center bottom vertical samplen 3
plot 1 notitle with lines lc rgb '#444444' lw 1.5, \
     for [i = 1 : curves_n] data index i - 1 using 1:3:4:5 title curve[i] with yerrorbars lt style[i]
