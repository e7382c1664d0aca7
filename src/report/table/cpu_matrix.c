// The pairs of CPUs as a matrix: a number for each pair, in the unit that lets a line fit the document.
#include "report/table/cpu_pairs.h"

#include <math.h>
#include <string.h>

struct matrix {
	double wall_ns[CPU_MATRIX_MOST][CPU_MATRIX_MOST]; ///< row, column; NAN: not measured
	double most_ns;
	unsigned unit_ns; ///< 1, 10, 100, …
	int width;        ///< of a column
	int label;        ///< of the first column
};

static int digits_of(double number)
{
	return number < 1 ? 1 : 1 + (int)floor(log10(number));
}

static void matrix_fill(struct matrix *matrix, const struct cpu_pairs *pairs)
{
	for (uint32_t i = 0; i < CPU_MATRIX_MOST; i++)
		for (uint32_t j = 0; j < CPU_MATRIX_MOST; j++)
			matrix->wall_ns[i][j] = NAN;
	for (uint32_t i = 0; i < pairs->n; i++) {
		const struct cpu_pair *pair = &pairs->pair[i];
		uint32_t low = cpu_pairs_index(pairs, pair->cpu[0]), high = cpu_pairs_index(pairs, pair->cpu[1]);
		matrix->wall_ns[pair->processes ? high : low][pair->processes ? low : high] = pair->wall_ns;
		matrix->most_ns = fmax(matrix->most_ns, pair->wall_ns);
	}
}

static void matrix_lay_out(struct matrix *matrix, const struct cpu_pairs *pairs, unsigned columns)
{
	int named = digits_of(pairs->cpu[pairs->cpus_n - 1]);
	matrix->label = 4 + named;
	for (matrix->unit_ns = 1; matrix->unit_ns <= 1000000; matrix->unit_ns *= 10) {
		int digits = digits_of(matrix->most_ns / matrix->unit_ns + 0.5);
		matrix->width = 1 + (digits > named ? digits : named);
		if (matrix->label + matrix->width * (int)pairs->cpus_n <= (int)columns || digits <= 2)
			break;
	}
}

static void line_put(FILE *out, const struct matrix *matrix, const struct cpu_pairs *pairs, uint32_t row)
{
	fprintf(out, "  %*d", matrix->label - 2, pairs->cpu[row]);
	for (uint32_t column = 0; column < pairs->cpus_n; column++) {
		double wall_ns = matrix->wall_ns[row][column];
		if (isnan(wall_ns))
			fprintf(out, "%*s", matrix->width, row == column ? "-" : ".");
		else
			fprintf(out, "%*.0f", matrix->width, wall_ns / matrix->unit_ns);
	}
	fputc('\n', out);
}

static void matrix_put(const struct document *document, const struct derived *derived, const struct cpu_pairs *pairs)
{
	struct matrix matrix = {0};
	char unit[24] = "ns";
	FILE *out = document->out;
	matrix_fill(&matrix, pairs);
	matrix_lay_out(&matrix, pairs, document_columns(document));
	if (matrix.unit_ns > 1)
		snprintf(unit, sizeof unit, "%u ns", matrix.unit_ns);
	document_heading(document, 2, "%s: each pair of CPUs, in %s; between threads above the diagonal, processes below",
	                 pairs->experiment, unit);
	fprintf(out, "%s  %*s", document->markdown ? "```\n" : "", matrix.label - 2, "CPU");
	for (uint32_t column = 0; column < pairs->cpus_n; column++)
		fprintf(out, "%*d", matrix.width, pairs->cpu[column]);
	fputc('\n', out);
	for (uint32_t row = 0; row < pairs->cpus_n; row++)
		line_put(out, &matrix, pairs, row);
	fputs(document->markdown ? "```\n" : "", out);
	document_say(document, "%s",
	             derived->record->cpu_pairs_n > 0
	                 ? "A pair's number is the median of its visits, often of one: it has no interval."
	                 : "The table of pairs has their intervals.");
}

static void too_many_say(const struct document *document, const struct cpu_pairs *pairs)
{
	fputc('\n', document->out);
	document_say(document,
	             "%s: %u pairs of %u CPUs were measured, each once or a few times, without intervals: tvp plot draws "
	             "them, --format=json lists them.",
	             pairs->experiment, pairs->n, pairs->cpus_n);
}

int cpu_matrix_print(const struct document *document, const struct derived *derived)
{
	struct cpu_pairs pairs;
	int status = cpu_pairs_open(&pairs, derived);
	if (status == 0 && pairs.n > 0 && pairs.cpus_n <= CPU_MATRIX_MOST)
		matrix_put(document, derived, &pairs);
	else if (status == 0 && pairs.n > 0)
		too_many_say(document, &pairs);
	cpu_pairs_free(&pairs);
	return status;
}
