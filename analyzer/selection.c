/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "selection.h"

#include <string.h>

#define SECOND G_GINT64_CONSTANT(1000000000)
#define DAY    (24 * 60 * 60 * SECOND)

G_STATIC_ASSERT(GTUPD_OUTCOMES <= 32);

void gtupd_selection_clear(GtupdSelection *selection)
{
    g_clear_pointer(&selection->numbers, g_array_unref);
}

/* Conditions */

gboolean gtupd_selection_add_outcome(GtupdSelection *selection, const char *name)
{
    for (guint i = 0; i < GTUPD_OUTCOMES; i++) {
        if (strcmp(name, gtupd_outcome_name((GtupdOutcome)i)) != 0)
            continue;
        selection->any = TRUE;
        selection->outcomes |= (guint32)1 << i;
        return TRUE;
    }
    return FALSE;
}

gboolean gtupd_selection_add_rule(GtupdSelection *selection, const char *id)
{
    GtupdRule rule;
    if (!gtupd_rule_by_id(id, &rule))
        return FALSE;
    selection->any = selection->has_rules = TRUE;
    selection->rules[rule] = TRUE;
    return TRUE;
}

gboolean gtupd_selection_add_number(GtupdSelection *selection, const char *number)
{
    guint64 value;
    if (!g_ascii_string_to_unsigned(number, 10, 1, G_MAXUINT, &value, NULL))
        return FALSE;
    guint wanted = (guint)value;
    if (!selection->numbers)
        selection->numbers = g_array_new(FALSE, FALSE, sizeof(guint));
    g_array_append_val(selection->numbers, wanted);
    selection->any = TRUE;
    return TRUE;
}

/* Digits behind a second's point: GDateTime would round them to microseconds. */
static gint64 fraction_of(const char *time)
{
    const char *point = strpbrk(time, ".,");
    gint64 fraction = 0, unit = SECOND;
    for (point = point ? point + 1 : ""; g_ascii_isdigit(*point) && unit > 1; point++) {
        unit /= 10;
        fraction += (*point - '0') * unit;
    }
    return fraction;
}

/* A time whose seconds were left out, as people write it, gets them. */
static char *complete_time(const char *text)
{
    gsize length = strlen("2020-09-10 01:27");
    gsize given = strlen(text);
    if (given < length || text[13] != ':' || (given > length && text[length] == ':'))
        return g_strdup(text);
    return g_strdup_printf("%.*s:00%s", (int)length, text, text + length);
}

static gboolean parse_time(const char *text, gboolean whole_day, gint64 *time)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    gboolean is_date = strlen(text) == strlen("2020-09-10");
    g_autofree char *whole = is_date ? g_strconcat(text, "T00:00:00", NULL) : complete_time(text);
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(whole, utc);
    if (!date || g_date_time_get_year(date) < 1970 || g_date_time_get_year(date) > 2261)
        return FALSE;
    *time = g_date_time_to_unix(date) * SECOND + fraction_of(whole);
    if (is_date && whole_day)
        *time += DAY - 1;
    return TRUE;
}

gboolean gtupd_selection_set_since(GtupdSelection *selection, const char *time)
{
    if (!parse_time(time, FALSE, &selection->since))
        return FALSE;
    selection->any = selection->has_since = TRUE;
    return TRUE;
}

gboolean gtupd_selection_set_until(GtupdSelection *selection, const char *time)
{
    if (!parse_time(time, TRUE, &selection->until))
        return FALSE;
    selection->any = selection->has_until = TRUE;
    return TRUE;
}

/* Judging */

static gboolean takes_time(const GtupdSelection *selection, gint64 first, gint64 last)
{
    return (!selection->has_since || last >= selection->since) && (!selection->has_until || first <= selection->until);
}

static gboolean takes_number(const GtupdSelection *selection, guint number)
{
    for (guint i = 0; selection->numbers && i < selection->numbers->len; i++)
        if (g_array_index(selection->numbers, guint, i) == number)
            return TRUE;
    return selection->numbers == NULL;
}

static gboolean takes_rule(const GtupdSelection *selection, GtupdRule rule)
{
    return !selection->has_rules || selection->rules[rule];
}

static gboolean takes_one_of(const GtupdSelection *selection, const GPtrArray *findings)
{
    for (guint i = 0; i < findings->len; i++)
        if (takes_rule(selection, ((GtupdModelFinding *)findings->pdata[i])->rule))
            return TRUE;
    return !selection->has_rules;
}

static gint64 last_time_of(const GtupdModelUpdate *update)
{
    gint64 last = MAX(update->start_time, update->end_time);
    for (guint i = 0; i < update->events->len; i++)
        last = MAX(last, g_array_index(update->events, GtupdEvent, i).anchor.time);
    return last;
}

gboolean gtupd_selection_takes_update(const GtupdSelection *selection, const GtupdModelUpdate *update,
                                      const GPtrArray *findings)
{
    return (selection->outcomes == 0 || selection->outcomes & (guint32)1 << update->outcome) &&
           takes_number(selection, update->number) && takes_time(selection, update->start_time, last_time_of(update)) &&
           takes_one_of(selection, findings);
}

gboolean gtupd_selection_takes_finding(const GtupdSelection *selection, const GtupdModelFinding *finding,
                                       gboolean update_taken)
{
    gint64 time = finding->event.anchor.time;
    if (!takes_rule(selection, finding->rule))
        return FALSE;
    if (finding->update != 0)
        return update_taken;
    return selection->outcomes == 0 && selection->numbers == NULL && takes_time(selection, time, time);
}

/* Leaving out */

static gboolean has_update(const GtupdModelDevice *device, guint number)
{
    for (guint i = 0; i < device->updates->len; i++)
        if (((GtupdModelUpdate *)device->updates->pdata[i])->number == number)
            return TRUE;
    return FALSE;
}

static void apply_to_updates(const GtupdSelection *selection, GtupdModelDevice *device)
{
    g_autoptr(GPtrArray) own = g_ptr_array_new();
    for (guint i = device->updates->len; i-- > 0;) {
        const GtupdModelUpdate *update = device->updates->pdata[i];
        g_ptr_array_set_size(own, 0);
        for (guint j = 0; j < device->findings->len; j++)
            if (((GtupdModelFinding *)device->findings->pdata[j])->update == update->number)
                g_ptr_array_add(own, device->findings->pdata[j]);
        if (!gtupd_selection_takes_update(selection, update, own))
            g_ptr_array_remove_index(device->updates, i);
    }
}

static gboolean is_taken(const GtupdSelection *selection, const GtupdModel *model, const GtupdModelFinding *finding)
{
    const GtupdModelDevice *device = gtupd_model_device(model, finding->event.device);
    gboolean update_taken = device && finding->update != 0 && has_update(device, finding->update);
    return gtupd_selection_takes_finding(selection, finding, update_taken);
}

/* Keeps the taken ones of `findings`; those left out are freed if the array owns them. */
static void apply_to_findings(const GtupdSelection *selection, const GtupdModel *model, GPtrArray *findings)
{
    guint kept = 0;
    for (guint i = 0; i < findings->len; i++) {
        gpointer finding = findings->pdata[i];
        if (!is_taken(selection, model, finding))
            continue;
        findings->pdata[i] = findings->pdata[kept];
        findings->pdata[kept++] = finding;
    }
    g_ptr_array_set_size(findings, (gint)kept);
}

static void count_again(GtupdModel *model)
{
    model->updates = 0;
    for (guint i = 0; i < model->devices->len; i++)
        model->updates += ((GtupdModelDevice *)model->devices->pdata[i])->updates->len;
    memset(model->severities, 0, sizeof model->severities);
    for (guint i = 0; i < model->findings->len; i++)
        model->severities[gtupd_model_severity(model->findings->pdata[i])]++;
}

void gtupd_selection_apply(const GtupdSelection *selection, GtupdModel *model)
{
    if (!selection->any)
        return;
    guint devices = model->devices->len, findings = model->findings->len;
    guint64 updates = model->updates;
    for (guint i = 0; i < devices; i++)
        apply_to_updates(selection, model->devices->pdata[i]);
    for (guint i = 0; i < devices; i++)
        apply_to_findings(selection, model, ((GtupdModelDevice *)model->devices->pdata[i])->findings);
    apply_to_findings(selection, model, model->findings);
    guint kept = 0;
    for (guint i = 0; i < devices; i++) {
        GtupdModelDevice *device = model->devices->pdata[i];
        if (device->updates->len > 0 || device->findings->len > 0)
            model->devices->pdata[kept++] = device;
    }
    g_ptr_array_set_size(model->devices, (gint)kept);
    count_again(model);
    model->left_out.is_known = TRUE;
    model->left_out.devices += devices - kept;
    model->left_out.findings += findings - model->findings->len;
    model->left_out.updates += updates - model->updates;
}
