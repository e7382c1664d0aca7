# Values of named things: a line of the picture for each, one kind of point per curve, 95 % intervals. Set by the caller as
# for lines.gp, and twins: what to call the values that stand beside the curves' own, or nothing. The names stand at the left.
height = 170 + (places_n > 8 ? 34 : 40) * places_n + 12 * curves_n
load scripts.'/style.gp'
load scripts.'/values.gp'
set xtics ()
if (logarithmic) {
	set logscale x 10
	set xrange [edge_least : edge_most]
	do for [k = int(floor(log10(least))) : int(ceil(log10(most)))] {
		set xtics add (tic(10.0 ** k) 10.0 ** k)
		if (tics_between) { set xtics add (tic(2 * 10.0 ** k) 2 * 10.0 ** k, tic(5 * 10.0 ** k) 5 * 10.0 ** k) }
	}
	set mxtics 10
} else {
	set xrange [bottom * 1.1 : most * 1.1]
	set for [k = int(floor(bottom / step)) : int(ceil(most * 1.1 / step))] xtics add (tic(k * step) k * step)
}
set xlabel y_label
unset ylabel
set grid noytics xtics mxtics lt 1 lw 1 lc rgb '#dddddd' dt 1, lt 1 lw 0.5 lc rgb '#eeeeee' dt 1
set yrange [places_n + 0.6 : 0.4]
set ytics () scale 0
set for [i = 1 : places_n] ytics add (place[i] i)
set for [i = 1 : places_n - 1] arrow from graph 0, first i + 0.5 to graph 1, first i + 0.5 nohead lw 1 lc rgb '#eeeeee' back
set lmargin 20
set key at graph 0.5, graph 1.01 center bottom horizontal maxcols 2 samplen 3
key_rows = int(ceil((curves_n + (twins eq '' ? 0 : 1)) / 2.0))
set tmargin 4.5 + 1.35 * key_rows
set title offset 0, 1.4 * key_rows
aside(i) = 0.6 * (i - (curves_n + 1) / 2.0) / curves_n
plot for [i = 1 : curves_n] data index i - 1 using ($2 * scale):($1 + aside(i)):($3 * scale):($4 * scale) title curve[i] \
     with xerrorbars lt style[i], \
     for [i = 1 : (twins eq '' ? 0 : 1)] data index curves_n using ($2 * scale):($1 + aside($5)) title twins \
     with points pt 2 ps 1.3 lw 1.5 lc rgb '#000000'
undefine height
