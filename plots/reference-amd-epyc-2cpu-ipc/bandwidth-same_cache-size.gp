# gnuplot -e "format='svg'; scripts='../scripts/plot'" bandwidth-same_cache-size.gp
reset
stem = 'bandwidth-same_cache-size'
data = 'bandwidth-same_cache-size.dat'
heading = 'Streams from one worker to another · place same_cache'
subheading = 'AMD EPYC, 2 CPUs · 115 rounds'
cpus = 2
curves_n = 10
array curve[10]
array style[10]
style[1] = 21
curve[1] = 'pipe threads'
style[2] = 22
curve[2] = 'pipe processes'
style[3] = 24
curve[3] = 'socketpair threads'
style[4] = 25
curve[4] = 'socketpair processes'
style[5] = 27
curve[5] = 'tcp threads'
style[6] = 28
curve[6] = 'tcp processes'
style[7] = 30
curve[7] = 'process_vm_readv threads'
style[8] = 31
curve[8] = 'process_vm_readv processes'
style[9] = 33
curve[9] = 'shared_memory threads'
style[10] = 34
curve[10] = 'shared_memory processes'
x_label = 'bytes of a message'
y_label = 'throughput'
least = 619318014
most = 2.17569457e+10
unit = 'B/s'
scale = 1
twins = ''
places_n = 2
array place[2]
place[1] = '4KiB'
place[2] = '64KiB'
panels_n = 5
array panel[10]
array panel_name[5]
array kind[10]
panel[1] = 1
kind[1] = 1
panel[2] = 1
kind[2] = 2
panel[3] = 2
kind[3] = 1
panel[4] = 2
kind[4] = 2
panel[5] = 3
kind[5] = 1
panel[6] = 3
kind[6] = 2
panel[7] = 4
kind[7] = 1
panel[8] = 4
kind[8] = 2
panel[9] = 5
kind[9] = 1
panel[10] = 5
kind[10] = 2
panel_name[1] = 'pipe'
panel_name[2] = 'socketpair'
panel_name[3] = 'tcp'
panel_name[4] = 'process_vm_readv'
panel_name[5] = 'shared_memory'
kinds_n = 2
array kind_name[2]
array kind_style[2]
kind_style[1] = 21
kind_name[1] = 'threads'
kind_style[2] = 22
kind_name[2] = 'processes'
load scripts.'/lines.gp'
