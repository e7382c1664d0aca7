// Lets a program that was built with a later glibc run with 2.34 (scripts/bundle.sh). The archive of GSL refers to
// hypot(), which has had a version of its own since 2.35; hypotl() has not.
#include <math.h>

__attribute__((visibility("hidden"))) double hypot(double x, double y)
{
	return (double)hypotl(x, y);
}
