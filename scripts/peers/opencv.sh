#!/bin/sh
# Our serial kernels, OpenCV's filter2D and the machine's limits, run alternately: opencv.sh [SECONDS [WIDTHxHEIGHT]].
# Exits 77 where OpenCV is not installed.
set -eu
case ${1-} in
--help | '-?')
	echo "Usage: scripts/peers/opencv.sh [SECONDS [WIDTHxHEIGHT]]"
	echo "Compare our serial kernels with OpenCV's filter2D and the machine's limits; default: 25 3840x2160."
	exit 0
	;;
esac
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD_DIR:-$root/build-opencv}
if ! pkg-config --exists opencv4; then
	echo "OpenCV is not installed, so there is nothing to compare with: apt-get install libopencv-dev" >&2
	exit 77
fi
cmake -S "$root/scripts/peers/opencv" -B "$build" -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$build" --target opencv_peer >/dev/null
exec "$build/opencv_peer" "$@"
