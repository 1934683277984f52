/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Templates: markup in files, values from the program, and no way to get markup out of a value.
 *
 * A template is markup with marks in it:
 *
 *   {{name}}             the value of this name, escaped
 *   {{#name}} … {{/name}}  once for each row of the list
 *   {{?name}} … {{/name}}  once, if there is a value, or the list has rows
 *   {{^name}} … {{/name}}  once, if not
 *   {{>file}}            another template, in its place
 *
 * There is no mark for a value as it is. A value may stand in text and in a quoted attribute, where escaping makes it
 * plain text; a template with a value anywhere else (in a tag, a style, a handler, at the beginning of a link) is
 * refused when it is read, as is one whose sections do not leave the markup as they found it. So whatever a packet
 * holds, a page has the elements that stand in the template files, and no others.
 *
 * What is wrong with a template, or with the names that a program gives it, is our own mistake: the program ends.
 */
#pragma once

#include <glib.h>

/* A template that has been read. */
typedef struct _GtupdTemplate GtupdTemplate;

/* The text of a template file, or NULL if there is none. Free with g_free(). */
typedef char *(*GtupdTemplateFile)(const char *name);

GtupdTemplate *gtupd_template_new(const char *name, GtupdTemplateFile file);
void gtupd_template_free(GtupdTemplate *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdTemplate, gtupd_template_free)

/* The values and lists that a part of a template sees: its own, then those of the rows around it. */
typedef struct _GtupdScope GtupdScope;

/*
 * Sets what a row sees, when its turn has come and not before: a page of any length needs the memory of one row of each
 * depth. `item`: the row's, from its list; `user`: the page's.
 */
typedef void (*GtupdFill)(GtupdScope *scope, gconstpointer item, gpointer user);

/* The page, appended to *out. `fill` and `item` are those of the outermost scope. */
void gtupd_template_expand(const GtupdTemplate *page, GtupdFill fill, gconstpointer item, gpointer user, GString *out);

/* Within a fill. Each name once; `name` is static storage. NULL and "" are no value. */
void gtupd_scope_text(GtupdScope *scope, const char *name, const char *text);
void gtupd_scope_take(GtupdScope *scope, const char *name, char *text);
G_GNUC_PRINTF(3, 4)
void gtupd_scope_printf(GtupdScope *scope, const char *name, const char *format, ...);

/* A value that is only asked for, not shown. */
void gtupd_scope_flag(GtupdScope *scope, const char *name, gboolean value);

/* Something that the rows around here borrow: freed when the scope is done with. */
void gtupd_scope_keep(GtupdScope *scope, gpointer data, GDestroyNotify destroy);

/* A list: its items are borrowed until the template is expanded, the array is taken over. */
void gtupd_scope_rows(GtupdScope *scope, const char *name, GPtrArray *items, GtupdFill fill);
