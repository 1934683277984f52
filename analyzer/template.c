/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "template.h"

#include "format.h"

#include <string.h>

/* Reading: a file becomes a tree of nodes. */

typedef enum {
    NODE_LITERAL, /* markup */
    NODE_VALUE,
    NODE_EACH, /* {{#…}} */
    NODE_ANY,  /* {{?…}} */
    NODE_NONE, /* {{^…}} */
} NodeKind;

typedef struct {
    NodeKind kind;
    char *text;          /* markup, or the name */
    GPtrArray *children; /* of Node; sections only */
} Node;

struct _GtupdTemplate {
    GPtrArray *nodes; /* of Node */
};

static void node_free(gpointer data)
{
    Node *node = data;
    g_free(node->text);
    g_clear_pointer(&node->children, g_ptr_array_unref);
    g_free(node);
}

static Node *node_add(GPtrArray *nodes, NodeKind kind, char *text)
{
    Node *node = g_new0(Node, 1);
    node->kind = kind;
    node->text = text;
    g_ptr_array_add(nodes, node);
    return node;
}

/* Where in the markup a mark stands. */
typedef enum {
    PLACE_TEXT,
    PLACE_TAG,
    PLACE_QUOTED, /* in an attribute's value */
    PLACE_STYLE,  /* in a style element, whose text knows no escapes */
} Place;

typedef struct {
    const char *name; /* of the file, for messages */
    GtupdTemplateFile file;
    Place place;
    gboolean in_style;  /* the current tag opens a style element */
    GString *attribute; /* name of the current attribute */
    gsize quoted;       /* characters of its value so far */
    gboolean line_open; /* something has been put on the current line */
} Reader;

static void in_text(Reader *reader, const char *at)
{
    if (*at != '<')
        return;
    g_assert(!g_str_has_prefix(at, "<script") && !g_str_has_prefix(at, "<!--"));
    reader->place = PLACE_TAG;
    reader->in_style = g_str_has_prefix(at, "<style");
    g_string_truncate(reader->attribute, 0);
}

static void in_tag(Reader *reader, char character)
{
    if (character == '>') {
        reader->place = reader->in_style ? PLACE_STYLE : PLACE_TEXT;
    } else if (character == '"') {
        reader->place = PLACE_QUOTED;
        reader->quoted = 0;
    } else if (g_ascii_isspace(character)) {
        g_string_truncate(reader->attribute, 0);
    } else if (character != '=') {
        g_assert(character != '\'');
        g_string_append_c(reader->attribute, character);
    }
}

static void follow(Reader *reader, const char *at)
{
    switch (reader->place) {
    case PLACE_TEXT:
        in_text(reader, at);
        break;
    case PLACE_TAG:
        in_tag(reader, *at);
        break;
    case PLACE_QUOTED:
        reader->quoted++;
        if (*at == '"')
            reader->place = PLACE_TAG;
        break;
    case PLACE_STYLE:
        if (g_str_has_prefix(at, "</style")) {
            reader->place = PLACE_TAG;
            reader->in_style = FALSE;
        }
        break;
    }
}

/* Indentation and empty lines are for those who write templates. */
static void read_literal(Reader *reader, GPtrArray *nodes, const char *from, const char *to)
{
    GString *text = g_string_new(NULL);
    for (const char *at = from; at < to; at++) {
        follow(reader, at);
        gboolean blank = *at == ' ' || *at == '\n';
        if (blank && !reader->line_open)
            continue;
        g_string_append_c(text, *at);
        reader->line_open = *at != '\n';
    }
    if (text->len > 0)
        node_add(nodes, NODE_LITERAL, g_string_free(text, FALSE));
    else
        g_string_free(text, TRUE);
}

/* May a value stand here? Escaping makes it plain text, but plain text can still be an address or a program. */
static void check_value(const Reader *reader, const char *value)
{
    const char *attribute = reader->attribute->str;
    gboolean is_link = strcmp(attribute, "href") == 0;
    gboolean is_code = g_str_has_prefix(attribute, "on") || g_str_has_prefix(attribute, "src") ||
                       strcmp(attribute, "style") == 0 || strcmp(attribute, "http-equiv") == 0;
    if (reader->place == PLACE_TEXT || (reader->place == PLACE_QUOTED && !is_code && (!is_link || reader->quoted > 0)))
        return;
    g_error("%s: the value %s stands where it could become more than text", reader->name, value);
}

static const char *read_nodes(Reader *reader, GPtrArray *nodes, const char *at, const char *section);

static void read_file(Reader *reader, GPtrArray *nodes, const char *name)
{
    const char *outer = reader->name;
    g_autofree char *text = reader->file(name);
    if (!text)
        g_error("%s: no such template", name);
    reader->name = name;
    read_nodes(reader, nodes, text, NULL);
    reader->name = outer;
}

static const char *read_section(Reader *reader, GPtrArray *nodes, NodeKind kind, char *name, const char *at)
{
    Place place = reader->place;
    Node *node = node_add(nodes, kind, name);
    node->children = g_ptr_array_new_with_free_func(node_free);
    at = read_nodes(reader, node->children, at, name);
    if (reader->place != place)
        g_error("%s: section %s does not leave the markup as it found it", reader->name, name);
    return at;
}

/* Reads to the end of the section, or of the file where there is none; gives what follows. */
static const char *read_nodes(Reader *reader, GPtrArray *nodes, const char *at, const char *section)
{
    const char *mark;
    while ((mark = strstr(at, "{{"))) {
        const char *end = strstr(mark, "}}");
        if (!end)
            g_error("%s: a mark without end", reader->name);
        read_literal(reader, nodes, at, mark);
        char sign = mark[2];
        gboolean is_value = g_ascii_isalpha(sign);
        const char *begin = mark + (is_value ? 2 : 3);
        g_autofree char *name = g_strndup(begin, (gsize)(end - begin));
        at = end + 2;
        if (is_value) {
            check_value(reader, name);
            node_add(nodes, NODE_VALUE, g_steal_pointer(&name));
            reader->line_open = TRUE;
        } else if (sign == '>') {
            read_file(reader, nodes, name);
        } else if (sign == '/' && g_strcmp0(name, section) == 0) {
            return at;
        } else if (sign == '#' || sign == '?' || sign == '^') {
            NodeKind kind = sign == '#' ? NODE_EACH : sign == '?' ? NODE_ANY : NODE_NONE;
            at = read_section(reader, nodes, kind, g_steal_pointer(&name), at);
        } else {
            g_error("%s: {{%c%s}} has no meaning here", reader->name, sign, name);
        }
    }
    if (section)
        g_error("%s: section %s does not end", reader->name, section);
    read_literal(reader, nodes, at, at + strlen(at));
    return NULL;
}

GtupdTemplate *gtupd_template_new(const char *name, GtupdTemplateFile file)
{
    GtupdTemplate *page = g_new0(GtupdTemplate, 1);
    page->nodes = g_ptr_array_new_with_free_func(node_free);
    Reader reader = {.file = file, .attribute = g_string_new(NULL)};
    read_file(&reader, page->nodes, name);
    g_string_free(reader.attribute, TRUE);
    return page;
}

void gtupd_template_free(GtupdTemplate *page)
{
    if (!page)
        return;
    g_ptr_array_unref(page->nodes);
    g_free(page);
}

/* Values */

typedef struct {
    const char *name;
    char *text;       /* of a value; NULL: none */
    GPtrArray *items; /* of a list; NULL: this is a value */
    GtupdFill fill;
} Entry;

typedef struct {
    gpointer data;
    GDestroyNotify destroy;
} Kept;

struct _GtupdScope {
    const GtupdScope *outer;
    GArray *entries; /* of Entry */
    GArray *kept;    /* of Kept */
};

static void entry_clear(gpointer data)
{
    Entry *entry = data;
    g_free(entry->text);
    g_clear_pointer(&entry->items, g_ptr_array_unref);
}

static void kept_clear(gpointer data)
{
    Kept *kept = data;
    kept->destroy(kept->data);
}

static void scope_add(GtupdScope *scope, const Entry *entry)
{
    g_array_append_val(scope->entries, *entry);
}

void gtupd_scope_take(GtupdScope *scope, const char *name, char *text)
{
    scope_add(scope, &(Entry){.name = name, .text = text});
}

void gtupd_scope_text(GtupdScope *scope, const char *name, const char *text)
{
    gtupd_scope_take(scope, name, g_strdup(text));
}

void gtupd_scope_printf(GtupdScope *scope, const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    gtupd_scope_take(scope, name, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

void gtupd_scope_flag(GtupdScope *scope, const char *name, gboolean value)
{
    gtupd_scope_text(scope, name, value ? "yes" : NULL);
}

void gtupd_scope_rows(GtupdScope *scope, const char *name, GPtrArray *items, GtupdFill fill)
{
    scope_add(scope, &(Entry){.name = name, .items = items, .fill = fill});
}

void gtupd_scope_keep(GtupdScope *scope, gpointer data, GDestroyNotify destroy)
{
    Kept kept = {.data = data, .destroy = destroy};
    g_array_append_val(scope->kept, kept);
}

static const Entry *scope_find(const GtupdScope *scope, const char *name)
{
    for (; scope; scope = scope->outer)
        for (guint i = 0; i < scope->entries->len; i++) {
            const Entry *entry = &g_array_index(scope->entries, Entry, i);
            if (strcmp(entry->name, name) == 0)
                return entry;
        }
    g_error("a template asks for %s, which nobody has set", name);
}

/* Expanding */

typedef struct {
    gpointer user;
    GString *out;
} Expansion;

/* Plain text wherever check_value() lets a value stand; characters that no page may hold as \xNN. */
static void append_escaped(GString *out, const char *text)
{
    g_autofree char *printable = gtupd_format_printable(text);
    for (const char *at = printable; *at; at++) {
        switch (*at) {
        case '&':
            g_string_append(out, "&amp;");
            break;
        case '<':
            g_string_append(out, "&lt;");
            break;
        case '>':
            g_string_append(out, "&gt;");
            break;
        case '"':
            g_string_append(out, "&quot;");
            break;
        case '\'':
            g_string_append(out, "&#39;");
            break;
        default:
            g_string_append_c(out, *at);
        }
    }
}

static void expand_nodes(const Expansion *expansion, const GPtrArray *nodes, const GtupdScope *scope);

static void expand_row(const Expansion *expansion, const GPtrArray *nodes, const GtupdScope *outer, GtupdFill fill,
                       gconstpointer item)
{
    GtupdScope scope = {
        .outer = outer,
        .entries = g_array_new(FALSE, FALSE, sizeof(Entry)),
        .kept = g_array_new(FALSE, FALSE, sizeof(Kept)),
    };
    g_array_set_clear_func(scope.entries, entry_clear);
    g_array_set_clear_func(scope.kept, kept_clear);
    fill(&scope, item, expansion->user);
    expand_nodes(expansion, nodes, &scope);
    g_array_unref(scope.entries);
    g_array_unref(scope.kept);
}

static void expand_section(const Expansion *expansion, const Node *node, const GtupdScope *scope)
{
    const Entry *entry = scope_find(scope, node->text);
    gboolean any = entry->items ? entry->items->len > 0 : entry->text && entry->text[0];
    if (node->kind != NODE_EACH) {
        if (any == (node->kind == NODE_ANY))
            expand_nodes(expansion, node->children, scope);
        return;
    }
    g_assert(entry->items);
    for (guint i = 0; i < entry->items->len; i++)
        expand_row(expansion, node->children, scope, entry->fill, entry->items->pdata[i]);
}

static void expand_nodes(const Expansion *expansion, const GPtrArray *nodes, const GtupdScope *scope)
{
    for (guint i = 0; i < nodes->len; i++) {
        const Node *node = nodes->pdata[i];
        if (node->kind == NODE_LITERAL) {
            g_string_append(expansion->out, node->text);
        } else if (node->kind == NODE_VALUE) {
            const Entry *entry = scope_find(scope, node->text);
            append_escaped(expansion->out, entry->text ? entry->text : "");
        } else {
            expand_section(expansion, node, scope);
        }
    }
}

void gtupd_template_expand(const GtupdTemplate *page, GtupdFill fill, gconstpointer item, gpointer user, GString *out)
{
    Expansion expansion = {.user = user, .out = out};
    expand_row(&expansion, page->nodes, NULL, fill, item);
}
