// An examination for people.
#include "report/doctor/doctor.h"

#include <math.h>
#include <string.h>

#include "doctor/cause.h"
#include "report/doctor/gap_table.h"
#include "report/text/text.h"

enum { SENTENCE_BYTES = 400 };

static unsigned kind_n(const struct doctor *doctor, enum finding_kind kind)
{
	unsigned n = 0;
	for (unsigned i = 0; i < doctor->findings_n; i++)
		n += doctor->finding[i].kind == kind;
	return n;
}

static void head_print(const struct document *document, const struct doctor *doctor)
{
	char list[160];
	unsigned doubts_n = kind_n(doctor, FINDING_DOUBT);
	topology_allowed_list(doctor->settings.topology, list, sizeof list);
	if (doubts_n == 0)
		document_say(document, "QUIET: nothing that disturbs measurements was seen in %.1f s on CPUs %s.",
		             doctor_seconds(doctor), list);
	else
		document_say(document, "DOUBTFUL: %u finding%s in %.1f s on CPUs %s; results measured now are noisier for it.",
		             doubts_n, text_plural(doubts_n), doctor_seconds(doctor), list);
}

static void kind_print(const struct document *document, const struct doctor *doctor, enum finding_kind kind,
                       const char *title)
{
	if (kind_n(doctor, kind) == 0)
		return;
	document_list(document, title);
	for (unsigned i = 0; i < doctor->findings_n; i++)
		if (doctor->finding[i].kind == kind)
			document_item(document, 0, doctor->finding[i].cause, doctor->finding[i].text);
}

static const char *work_of(const char *spec)
{
	return strstr(spec, "workers:1/") ? "work on one CPU" : "work across CPUs";
}

static void count_put(char *out, size_t out_bytes, double blocks_n)
{
	if (isinf(blocks_n))
		snprintf(out, out_bytes, "more than %d", FORECAST_BLOCKS_MOST);
	else
		snprintf(out, out_bytes, "some %.0f", blocks_n);
}

char *doctor_forecast_text(char *out, size_t out_bytes, const struct forecast *forecast)
{
	char blocks[24], clear[24], time[24] = "", sigma[16];
	count_put(blocks, sizeof blocks, forecast->blocks_n);
	count_put(clear, sizeof clear, forecast->clear_n);
	if (!isinf(forecast->blocks_n))
		text_ns(time, sizeof time, forecast->blocks_n * forecast->block_ns);
	snprintf(
		out, out_bytes,
		"σ of a gate block will be about %s for %s: +%.0f %% takes %s blocks%s%s%s to find, an all-clear %s (from %u "
		"blocks of %s).",
		text_percent(sigma, sizeof sigma, forecast->sigma), work_of(forecast->spec), 100 * forecast->effect, blocks,
		*time ? " (" : "", time, *time ? ")" : "", clear, forecast->measured_n, forecast->spec);
	return out;
}

static void meaning_print(const struct document *document, const struct doctor *doctor)
{
	char text[SENTENCE_BYTES + SPEC_NAME_BYTES];
	if (doctor->forecasts_n == 0 && !*doctor->forecast_why_not)
		return;
	document_list(document, "What it means for tvp:");
	for (unsigned i = 0; i < doctor->forecasts_n; i++)
		document_item(document, 0, "gate", doctor_forecast_text(text, sizeof text, &doctor->forecast[i]));
	if (*doctor->forecast_why_not)
		document_item(document, 0, "gate", doctor->forecast_why_not);
}

static void advice_print(const struct document *document, const struct doctor *doctor)
{
	bool any = false;
	for (unsigned i = 0; i < doctor->findings_n; i++) {
		const struct finding *finding = &doctor->finding[i];
		char undo[sizeof finding->undo + 16];
		if (!*finding->command)
			continue;
		if (!any)
			document_list(document, "What root could set (tvp sets nothing):");
		any = true;
		document_item(document, 0, finding->cause, finding->command);
		snprintf(undo, sizeof undo, "undo: %s", finding->undo);
		document_item(document, 1, "", undo);
	}
}

int doctor_print(const struct document *document, const struct doctor *doctor)
{
	head_print(document, doctor);
	kind_print(document, doctor, FINDING_DOUBT, "Disturbs measurements now:");
	meaning_print(document, doctor);
	kind_print(document, doctor, FINDING_NOTE, "Seen as well, and small, or a setting:");
	advice_print(document, doctor);
	kind_print(document, doctor, FINDING_UNREADABLE, "Could not be looked at here:");
	if (doctor->spin.cpus_n > 0)
		gap_table_print(document, &doctor->spin);
	return text_end(document->out);
}

int doctor_line_print(FILE *out, const struct doctor *doctor, const char *time)
{
	bool any = false;
	fprintf(out, "%s  ", time);
	for (unsigned i = 0; i < doctor->findings_n; i++) {
		if (doctor->finding[i].kind != FINDING_DOUBT)
			continue;
		fprintf(out, "%s%s: %s\n", any ? "          " : "", doctor->finding[i].cause, doctor->finding[i].text);
		any = true;
	}
	if (!any)
		fputs("quiet\n", out);
	return text_end(out);
}
