// The laws of a picture's curves: blocks of data behind those of the curves, and what the prologue says of them.
#include "report/plot/bands.h"

#include "report/text/text.h"

#include <math.h>
#include <string.h>

enum { STEPS_N = 40, LABEL_BYTES = 64, BANDS_MOST = 4 }; // more bands than that would hide the curves

static const struct curve *law_of(const struct curves *curves, uint32_t row)
{
	for (unsigned i = 0; i < curves->curves_n; i++)
		for (unsigned point = 0; point < curves->curve[i].points_n; point++)
			if (curves->curve[i].point[point].row == row)
				return *curves->curve[i].why_not ? NULL : &curves->curve[i];
	return NULL;
}

static void band_put(FILE *out, const struct curve *curve)
{
	double first = curve->workers[0], last = curve->workers[curve->fitted_n - 1];
	for (int step = 0; step <= STEPS_N; step++) {
		double n = first * pow(last / first, step / (double)STEPS_N);
		struct interval interval = curve_prediction(curve, n);
		fprintf(out, "%.6g", n);
		number_put(out, law_capacity(curve_fit(curve), n));
		number_put(out, interval.low);
		number_put(out, interval.high);
		fputc('\n', out);
	}
}

void bands_put(FILE *out, const struct picture *picture, const struct curves *curves)
{
	for (unsigned i = 0; i < picture->curves_n; i++) {
		const struct curve *curve = law_of(curves, picture->curve[i]);
		if (!curve)
			continue;
		fprintf(out, "\n\n# %s, %s: 1 workers  2 speedup by the law  3 and 4: 95 %% of further rows between\n",
		        curve_fit(curve)->law->title, curve_fit(curve)->law->formula);
		band_put(out, curve);
	}
}

// ", Amdahl α 0.03": behind the curve's name in the legend.
static char *law_label(const struct curve *curve, char *out, size_t out_bytes)
{
	const struct law_fit *fit = curve_fit(curve);
	snprintf(out, out_bytes, ", %s", fit->law->title);
	if (curve_has_peak(curve))
		text_add(out, out_bytes, ", peak %.3g", curve->peak.at);
	else if (fit->law->parameters_n == 2)
		text_add(out, out_bytes, ", %s %.2g", fit->law->parameter[1].symbol, fit->parameter[1]);
	return out;
}

void bands_say(FILE *out, const struct picture *picture, const struct curves *curves)
{
	unsigned bands_n = 0;
	char label[LABEL_BYTES];
	fprintf(out, "array law[%u]\narray band[%u]\n", picture->curves_n, picture->curves_n);
	for (unsigned i = 0; i < picture->curves_n; i++) {
		const struct curve *curve = law_of(curves, picture->curve[i]);
		fprintf(out, "law[%u] = ", i + 1);
		quote_put(out, curve ? law_label(curve, label, sizeof label) : "");
		fputc('\n', out);
		if (!curve || bands_n == BANDS_MOST)
			continue;
		fprintf(out, "band[%u] = %u\n", ++bands_n, i + 1);
	}
	if (bands_n == 0) // gnuplot looks at the first even of none
		fputs("band[1] = 1\n", out);
	fprintf(out, "bands_n = %u\n", bands_n);
}
