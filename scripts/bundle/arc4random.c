// For the bundle's libstdc++: glibc has arc4random() since 2.36. std::random_device asks for it.
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

uint32_t arc4random(void);

uint32_t arc4random(void)
{
	uint32_t value = 0;
	while (getrandom(&value, sizeof value, 0) != sizeof value)
		if (errno != EINTR)
			abort();
	return value;
}
