# Where the time goes: launch, work and collect of the critical worker, stacked, per model and worker count.
load scripts.'/style.gp'
set xlabel 'workers, and model' offset 0,(many ? -2.6 : -2)
set ylabel sprintf('time of one operation (%s)', unit)
set xrange [0.3 : bars_n + 0.7]
set yrange [0 : *]
set bmargin (many ? 7.5 : 6.5)
set tmargin 6
set rmargin 3
set title offset 0,1.5
set key at graph 0.5, graph 1.02 center bottom horizontal maxrows 1 samplen 2 width 0
half = 0.36
if (many) { set xtics rotate by 90 right }
plot serial_ns * scale title 'serial' with lines lc rgb '#000000' lw 1.5 dt (8,4), \
     data using 14:(0):($14 - half):($14 + half):(0):($11 * scale) title 'launch' \
     with boxxyerror lc rgb '#d55e00' lw 1 dt 1 fs pattern 4 border rgb '#d55e00', \
     data using 14:(0):($14 - half):($14 + half):($11 * scale):(($11 + $12) * scale) title 'work' \
     with boxxyerror lc rgb '#bfdcec' lw 1 dt 1 fs solid 1 border rgb '#0072b2', \
     data using 14:(0):($14 - half):($14 + half):(($11 + $12) * scale):(($11 + $12 + $13) * scale) title 'collect' \
     with boxxyerror lc rgb '#000000' lw 1 dt 1 fs pattern 1 border rgb '#000000', \
     data using 14:($3 * scale):(0):(($4 - $3) * scale) title 'wall, 95 %' \
     with vectors heads size graph 0.006,90 lc rgb '#000000' lw 2 dt 1
