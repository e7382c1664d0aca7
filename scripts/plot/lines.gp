# Values over an axis: one curve per combination of the others, 95 % intervals. Set by the caller: places_n, place[], least,
# most (of the values), unit, scale, x_label, y_label. Many curves stand in panels, the others in grey behind those of a panel;
# then set by the caller, too: panels_n, panel[] and kind[] of each curve, panel_name[], kinds_n, kind_name[], kind_style[].
if (!exists('panels_n')) { panels_n = 0 }
longest = 0
do for [i = 1 : curves_n] { longest = strlen(curve[i]) > longest ? strlen(curve[i]) : longest }
width = 800 + (longest > 16 ? 8 * (longest - 16) : 0)
height = 500
legend_n = panels_n > 0 && kinds_n > 1 ? 1 : 0 # the last cell
columns_n = panels_n + legend_n <= 4 ? 2 : panels_n + legend_n <= 6 ? 3 : 4
lines_n = int(ceil((panels_n + legend_n) / (columns_n + 0.0)))
if (panels_n > 0) {
	width = columns_n == 2 ? 860 : columns_n == 3 ? 1100 : 1240
	height = 90 + 230 * lines_n
}
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
		if (tics_between && (panels_n == 0 || edge_most < 100 * edge_least)) {
			set ytics add (tic(2 * 10.0 ** k) 2 * 10.0 ** k, tic(5 * 10.0 ** k) 5 * 10.0 ** k)
		}
	}
	set mytics 10
	set grid ytics mytics lt 1 lw 1 lc rgb '#dddddd' dt 1, lt 1 lw 0.5 lc rgb '#eeeeee' dt 1
} else {
	set yrange [bottom * 1.1 : most * 1.1]
	set for [k = int(floor(bottom / step)) : int(ceil(most * 1.1 / step))] ytics add (tic(k * step) k * step)
}
aside(i) = 0.12 * (i - (curves_n + 1) / 2.0) / (curves_n > 1 ? curves_n : 1)
if (panels_n == 0) {
	plot for [i = 1 : curves_n] data index i - 1 using ($1 + aside(i)):($2 * scale):($3 * scale):($4 * scale) title curve[i] \
	     with yerrorlines lt style[i]
} else {
	unset title
	unset xlabel
	unset ylabel
	unset key
	set label 1 heading."\n".subheading at screen 0.5, screen 1 - 24.0 / height center
	set label 2 x_label at screen 0.5, screen 16.0 / height center
	set label 3 y_label at screen 18.0 / width, screen 0.48 center rotate
	set multiplot layout lines_n, columns_n margins 124.0 / width, 1 - 20.0 / width, 64.0 / height, 1 - 84.0 / height \
	    spacing 98.0 / width, 64.0 / height
	inside(i) = 0.06 * (kind[i] - (kinds_n + 1) / 2.0) / kinds_n
	do for [p = 1 : panels_n] {
		own = ''
		others = ''
		do for [i = 1 : curves_n] {
			if (panel[i] == p) { own = own.sprintf(' %d', i) } else { others = others.sprintf(' %d', i) }
		}
		set title panel_name[p] offset 0, -0.6 font ',12'
		plot for [i in others] data index int(i) - 1 using 1:($2 * scale) with lines lt 1 lw 1 dt 1 lc rgb '#d4d4d4', \
		     for [i in own] data index int(i) - 1 using ($1 + inside(int(i))):($2 * scale):($3 * scale):($4 * scale) \
		     with yerrorlines lt kind_style[kind[int(i)]]
		unset label
	}
	if (legend_n) {
		unset title
		unset border
		unset tics
		unset grid
		unset logscale
		set xrange [0 : 1]
		set yrange [0 : 1]
		set key at graph 0.5, graph 0.5 center center vertical
		plot NaN notitle, for [k = 1 : kinds_n] keyentry with yerrorlines lt kind_style[k] title kind_name[k], \
		     keyentry with lines lt 1 lw 1 dt 1 lc rgb '#d4d4d4' title 'the other panels'
	}
	unset multiplot
}
undefine width height
