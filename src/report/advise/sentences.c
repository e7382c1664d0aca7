// The recommendation in words.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "report/advise/parts.h"
#include "report/advise/sentences.h"
#include "report/text/text.h"

enum { TEXT_BYTES = 200 };
static const double alike_most = 0.2; // what may differ by more is not called the same

static double share(const struct prediction *prediction)
{
	const struct cost *wall = &prediction->wall;
	return wall->ns > 0 ? (wall->doubt_ns + prediction->late_ns) / wall->ns : 0;
}

// "808 µs ± 2.8 %"; "808 µs (-12 +85 %)" where it may be late.
static char *wall_text(char *out, size_t out_bytes, const struct prediction *prediction)
{
	char wall[32], doubt[40];
	units_format_ns(wall, sizeof wall, prediction->wall.ns);
	if (prediction_is_lopsided(prediction))
		snprintf(out, out_bytes, "%s (%s)", wall, prediction_doubt_text(doubt, sizeof doubt, prediction));
	else
		snprintf(out, out_bytes, "%s ± %s", wall, doubt_percent(doubt, sizeof doubt, &prediction->wall));
	return out;
}

void say_recommendation(const struct document *document, const struct advice *advice)
{
	const struct candidate *best = &advice->candidate[0];
	char setting[TEXT_BYTES], wall[80], speedup[60] = "", number[32];
	int32_t serial = advice->best[FAMILY_SERIAL];
	if (serial > 0) {
		double ratio = advice->candidate[serial].prediction.wall.ns / best->prediction.wall.ns;
		snprintf(speedup, sizeof speedup, ", %s × serial", text_number(number, sizeof number, ratio));
	}
	document_say(document, "%s: %s%s.", setting_text(setting, sizeof setting, &best->setting),
	             wall_text(wall, sizeof wall, &best->prediction), speedup);
}

// How much longer the best of the other family takes, and whether that is more than the doubt of either.
static void say_other(const struct document *document, const struct advice *advice, enum family family)
{
	const struct candidate *best = &advice->candidate[0], *other = &advice->candidate[advice->best[family]];
	char setting[TEXT_BYTES], text[32];
	double more = other->prediction.wall.ns / best->prediction.wall.ns - 1;
	double doubt = hypot(share(&best->prediction), share(&other->prediction));
	setting_text(setting, sizeof setting, &other->setting);
	if (more < doubt && more + doubt < alike_most)
		document_say(document, "%s: the same within %s.", setting, text_percent(text, sizeof text, more + doubt));
	else
		document_say(document, "%s: %s times as long%s.", setting, text_number(text, sizeof text, more + 1),
		             more < doubt ? ", but the difference is poorly known" : "");
}

void say_others(const struct document *document, const struct advice *advice)
{
	enum family winner = family_of(&advice->candidate[0].setting);
	for (int family = 0; family < FAMILY_N; family++)
		if (family != (int)winner && advice->best[family] >= 0)
			say_other(document, advice, (enum family)family);
}

static char *value_text(char *out, size_t out_bytes, const struct flip *flip)
{
	switch (*flip->property) {
	case 'w':
		return units_format_ns(out, out_bytes, flip->at);
	case 'i':
		if (flip->property[1] == 't')
			return text_count(out, out_bytes, flip->at);
	}
	return text_size(out, out_bytes, flip->at);
}

void say_flips(const struct document *document, const struct advice *advice)
{
	char value[32], text[TEXT_BYTES];
	if (advice->flips_n == 0)
		return;
	document_list(document, "What would change that");
	for (unsigned i = 0; i < advice->flips_n; i++) {
		const struct flip *flip = &advice->flip[i];
		bool count = flip->property[0] == 'i' && flip->property[1] == 't';
		snprintf(text, sizeof text, "%s win%s %s about %s%s", family_name(flip->winner),
		         flip->winner == FAMILY_SERIAL ? "s" : "", flip->below ? "below" : "above",
		         value_text(value, sizeof value, flip), count ? " items" : "");
		if (!count)
			text_add(text, sizeof text, " of %s an item", flip->property);
		document_item(document, 0, "", text);
	}
}

void say_excluded(const struct document *document, const struct exclusion *exclusion, unsigned n)
{
	char text[400];
	for (unsigned i = 0; i < n; i++) {
		*text = '\0';
		text_add(text, sizeof text, "%s: %s", exclusion[i].what, exclusion[i].reason);
		document_item(document, 0, "", text);
	}
}

void say_exclusions(const struct document *document, const struct advice *advice)
{
	char text[400];
	if (advice->exclusions_n + advice->unknown_n == 0)
		return;
	document_list(document, "Left out");
	say_excluded(document, advice->exclusion, advice->exclusions_n);
	if (advice->unknown_n > 0) {
		snprintf(text, sizeof text, "%u way%s that cannot be predicted%s: %s", advice->unknown_n,
		         text_plural(advice->unknown_n), advice->unknown_n > 1 ? ", one of them because" : "", advice->unknown);
		document_item(document, 0, "", text);
	}
}
