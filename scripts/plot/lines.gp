# Values over an axis: one curve per combination of the others, 95 % intervals. Set by the caller: places_n, place[], least,
# most (of the values), unit, scale, x_label, y_label.
load scripts.'/style.gp'
load scripts.'/values.gp'
set xlabel x_label
set ylabel y_label.(unit eq '' ? '' : ' ('.unit.')')
set xrange [0.7 : places_n + 0.3]
set xtics ()
set for [i = 1 : places_n] xtics add (place[i] i)
aside(i) = 0.12 * (i - (curves_n + 1) / 2.0) / (curves_n > 1 ? curves_n : 1)
plot for [i = 1 : curves_n] data index i - 1 using ($1 + aside(i)):($2 * scale):($3 * scale):($4 * scale) title curve[i] \
     with yerrorlines lt style[i]
