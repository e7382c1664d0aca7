# The axis of values: logarithmic where they span more than a factor of six, from 0 where they do not.
if (most > 6 * least) {
	set logscale y 10
	set yrange [10 ** floor(log10(least * scale)) : 10 ** ceil(log10(most * scale))]
	set grid ytics mytics lt 1 lw 1 lc rgb '#dddddd' dt 1, lt 1 lw 0.5 lc rgb '#eeeeee' dt 1
} else {
	set yrange [0 : most * scale * 1.1]
}
set format y '%g'
