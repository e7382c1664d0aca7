// The formats of a gate, and writing one to a file.
#include "report/gate_outputs.h"

#include "report/result_file.h"

const struct gate_format gate_formats[] = {
	{0},
};

int gate_output(const struct gate *gate, const struct gate_format *format, const char *path)
{
	return file_replace(path, format->compose, gate);
}
