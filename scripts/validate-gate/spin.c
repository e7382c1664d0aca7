// A command that computes as long as it is told: spin LOOPS.
#include <stdlib.h>

int main(int argc, char **argv)
{
	volatile long at = 0;
	long loops = argc > 1 ? atol(argv[1]) : 0;
	for (long i = 0; i < loops; i++)
		at = i;
	return at < 0;
}
