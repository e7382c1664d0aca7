# A value for each pair: columns along x, a line per curve, darker is larger; the number stands in its cell.
bars = strstrt(subheading, ': bars') # of which a heat map has none
if (bars) { subheading = subheading[1 : bars - 1] }
load scripts.'/style.gp'
load scripts.'/values.gp'
set xlabel x_label
set ylabel y_label
set size ratio 0.9
set cbtics format '%.1s %c'.unit
set palette defined (0 '#f7fbff', 0.5 '#6baed6', 1 '#08519c')
set cbrange [least * 0.9 : most * 1.1]
set xrange [0.5 : places_n + 0.5]
set yrange [curves_n + 0.5 : 0.5]
set xtics () scale 0
set ytics () scale 0
set for [i = 1 : places_n] xtics add (place[i] i)
set for [i = 1 : curves_n] ytics add (curve[i] i)
unset grid
unset key
middle = (least * 0.9 + most * 1.1) / 2
if (places_n <= 16) {
	plot for [i = 1 : curves_n] data index i - 1 using 1:(i):($1 - 0.5):($1 + 0.5):(i - 0.5):(i + 0.5):($2 * scale) \
	     with boxxyerror lc palette fs solid 1 noborder, \
	     for [i = 1 : curves_n] data index i - 1 using 1:(i):(tic($2 * scale)):($2 * scale > middle ? 0xffffff : 0) \
	     with labels tc rgb variable
} else {
	plot for [i = 1 : curves_n] data index i - 1 using 1:(i):($1 - 0.5):($1 + 0.5):(i - 0.5):(i + 0.5):($2 * scale) \
	     with boxxyerror lc palette fs solid 1 noborder
}
