# A value for each pair of CPUs: darker is larger. Up to 16 CPUs the number, in ns, stands in its cell; of more CPUs not every
# one is named. Set by the caller: places_n, place[], least, most, unit, scale.
bars = strstrt(subheading, ': bars') # of which a heat map has none
if (bars) { subheading = subheading[1 : bars - 1] }
width = 860
height = 800
load scripts.'/style.gp'
load scripts.'/values.gp'
set xlabel 'CPU'
set ylabel 'CPU'
set size ratio 1
set cbtics format '%.0s %c'.unit
set palette defined (0 '#f7fbff', 0.5 '#6baed6', 1 '#08306b')
# Small differences, of noise alone, are not to look like large ones.
end = most > least * 1.5 ? most : least * 1.5
set cbrange [least * 0.95 : end]
set xrange [0.5 : places_n + 0.5]
set yrange [places_n + 0.5 : 0.5]
set xtics () scale 0
set ytics () scale 0
apart_n = 1
while (places_n > 16 * apart_n) { apart_n = apart_n * 2 }
set for [i = 1 : places_n : apart_n] xtics add (place[i] i)
set for [i = 1 : places_n : apart_n] ytics add (place[i] i)
unset grid
unset key
middle = (least * 0.95 + end) / 2
if (places_n <= 16) {
	plot data using 1:2:($1 - 0.5):($1 + 0.5):($2 - 0.5):($2 + 0.5):($3 * scale) with boxxyerror lc palette fs solid 1 noborder, \
	     data using 1:2:(sprintf('%.0f', $3)):($3 * scale > middle ? 0xffffff : 0) with labels font ',9' tc rgb variable
} else {
	plot data using 1:2:($1 - 0.5):($1 + 0.5):($2 - 0.5):($2 + 0.5):($3 * scale) with boxxyerror lc palette fs solid 1 noborder
}
undefine width height
