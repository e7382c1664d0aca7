# Break-even sizes: a line of the picture for each way to run, whose bar begins where it beats serial, with the 95 % interval of
# that size, and ends with the largest size measured. Set by the caller: places_n, place[] and said[] (names at the left, sizes
# at the right), size_least, size_most, x_label, and the sizes measured as xtics.
height = 200 + 34 * places_n
load scripts.'/style.gp'
longest = 0
do for [i = 1 : places_n] { longest = strlen(place[i]) > longest ? strlen(place[i]) : longest }
set logscale x 10
set xrange [size_least / (size_most / size_least) ** 0.04 : size_most]
set xlabel x_label
set grid noytics xtics lt 1 lw 1 lc rgb '#dddddd' dt 1
set yrange [places_n + 0.6 : 0.4]
set ytics () scale 0
set for [i = 1 : places_n] ytics add (place[i] i)
set for [i = 1 : places_n] label i said[i] at graph 1, first i offset 1,0 left tc rgb '#333333'
set lmargin longest * 0.88 + 3
set rmargin 22
set tmargin 6.5
set title offset 0,1.3
unset key
set label 100 'break-even' at graph 1, first 0.4 offset 1,0.9 left tc rgb '#777777'
half = 0.26
plot for [i = 1 : curves_n] data index i - 1 using ($5):($1):($5):($6):($1 - half):($1 + half) notitle \
     with boxxyerror lt style[i] lw 0 dt 1 fs transparent solid 0.22 noborder, \
     for [i = 1 : curves_n] data index i - 1 using 2:1:3:4 notitle with xerrorbars lt style[i] dt 1
undefine height
