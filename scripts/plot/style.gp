# What all pictures share: terminals, fonts, and line types that differ in dash, point and grey as well as in colour
# (Okabe & Ito's palette, which colour-blind readers can tell apart). Set by the caller: format, stem, heading,
# subheading, and width and height where 800 by 500 do not do.
set encoding utf8
if (!exists('height')) { height = 500 }
if (!exists('width')) { width = 800 }
if (format eq 'png') {
	set terminal pngcairo size width,height noenhanced font 'DejaVu Sans,11'
} else {
	set terminal svg size width,height dynamic noenhanced font 'DejaVu Sans,13' background 'white'
}
set output stem.'.'.format
set datafile missing 'NaN'

# One model is one line type in every picture; 1 to 5 follow the order of `tvp list models`, the rest are variants.
set linetype 1 lc rgb '#000000' lw 2 dt 1            pt 2  ps 1.1
set linetype 2 lc rgb '#0072b2' lw 2 dt (10,5)       pt 6  ps 1.2
set linetype 3 lc rgb '#0072b2' lw 2 dt 1            pt 7  ps 1.2
set linetype 4 lc rgb '#d55e00' lw 2 dt (10,5)       pt 4  ps 1.2
set linetype 5 lc rgb '#d55e00' lw 2 dt 1            pt 5  ps 1.2
set linetype 6 lc rgb '#56b4e9' lw 2 dt (2,4)        pt 9  ps 1.3
set linetype 7 lc rgb '#e69f00' lw 2 dt (2,4)        pt 11 ps 1.3
set linetype 8 lc rgb '#009e73' lw 2 dt (10,4,2,4)   pt 8  ps 1.3
set linetype 9 lc rgb '#cc79a7' lw 2 dt (10,4,2,4)   pt 10 ps 1.3
set linetype 10 lc rgb '#555555' lw 2 dt (14,3,2,3,2,3) pt 13 ps 1.3
set linetype 11 lc rgb '#000000' lw 2 dt (2,4)        pt 3  ps 1.1
set linetype 12 lc rgb '#56b4e9' lw 2 dt 1            pt 12 ps 1.3
set linetype 13 lc rgb '#e69f00' lw 2 dt 1            pt 1  ps 1.1
set linetype 14 lc rgb '#009e73' lw 2 dt (10,5)       pt 14 ps 1.2
set linetype 15 lc rgb '#cc79a7' lw 2 dt (2,4)        pt 15 ps 1.2
set linetype 16 lc rgb '#555555' lw 2 dt 1            pt 5  ps 0.8
set linetype cycle 16

# Pairs, from 21 on, three line types each: threads are dashed and open, processes solid and filled, what is neither dotted.
# A pair has one colour and one shape; of 24 pairs no two share both.
pair_colours = '#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #000000 #777777'
do for [pair = 0 : 23] {
	colour = word(pair_colours, pair % 8 + 1)
	set linetype (21 + 3 * pair) lc rgb colour lw 2 dt (8,5) pt (4 + 2 * ((pair + 1) % 6)) ps 1.2
	set linetype (22 + 3 * pair) lc rgb colour lw 2 dt 1     pt (5 + 2 * ((pair + 1) % 6)) ps 1.2
	set linetype (23 + 3 * pair) lc rgb colour lw 2 dt (2,4) pt (1 + pair % 3)             ps 1.1
}

set title heading."\n".subheading
set border 3 lw 1 lc rgb '#444444'
set tics nomirror out
set grid ytics lt 1 lw 1 lc rgb '#dddddd' dt 1
set key outside right center vertical Left reverse samplen 3.2 spacing 1.3 noenhanced
set lmargin 11

# Curves stand a little apart along x, so that equal ones and their intervals do not hide each other.
apart(i) = 1 + 0.02 * (i - (curves_n + 1) / 2.0)
