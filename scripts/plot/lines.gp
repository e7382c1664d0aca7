# Values over an axis: one curve per combination of the others, 95 % intervals. Set by the caller: places_n, place[], least,
# most (of the values), unit, scale, x_label, y_label.
longest = 0
do for [i = 1 : curves_n] { longest = strlen(curve[i]) > longest ? strlen(curve[i]) : longest }
width = 800 + (longest > 16 ? 8 * (longest - 16) : 0)
height = curves_n > 18 ? 500 + 22 * (curves_n - 18) : 500
load scripts.'/style.gp'
load scripts.'/values.gp'
set lmargin 13
set xlabel x_label
set ylabel y_label
set xrange [0.7 : places_n + 0.3]
set xtics ()
set for [i = 1 : places_n] xtics add (place[i] i)
set ytics ()
if (logarithmic) {
	set logscale y 10
	set yrange [edge_least : edge_most]
	do for [k = int(floor(log10(least))) : int(ceil(log10(most)))] {
		set ytics add (tic(10.0 ** k) 10.0 ** k)
		if (tics_between) { set ytics add (tic(2 * 10.0 ** k) 2 * 10.0 ** k, tic(5 * 10.0 ** k) 5 * 10.0 ** k) }
	}
	set mytics 10
	set grid ytics mytics lt 1 lw 1 lc rgb '#dddddd' dt 1, lt 1 lw 0.5 lc rgb '#eeeeee' dt 1
} else {
	set yrange [bottom * 1.1 : most * 1.1]
	set for [k = int(floor(bottom / step)) : int(ceil(most * 1.1 / step))] ytics add (tic(k * step) k * step)
}
aside(i) = 0.12 * (i - (curves_n + 1) / 2.0) / (curves_n > 1 ? curves_n : 1)
plot for [i = 1 : curves_n] data index i - 1 using ($1 + aside(i)):($2 * scale):($3 * scale):($4 * scale) title curve[i] \
     with yerrorlines lt style[i]
undefine width height
