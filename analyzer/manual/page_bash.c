/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "option_table.h"
#include "pages.h"

/* What completes an option's value. Free with g_free(). */
static char *value_code(GtupdOptionValues values)
{
    g_auto(GStrv) list = gtupd_option_values(values);
    if (list[0]) {
        g_autofree char *joined = g_strjoinv(" ", list);
        return g_strdup_printf("COMPREPLY=($(compgen -W '%s' -- \"$cur\"))", joined);
    }
    if (values == GTUPD_VALUES_FILE)
        return g_strdup("_filedir");
    if (values == GTUPD_VALUES_INTERFACE)
        return g_strdup("COMPREPLY=($(compgen -W \"$(command ls /sys/class/net 2>/dev/null) any\" -- \"$cur\"))");
    return g_strdup(values == GTUPD_VALUES_USER ? "COMPREPLY=($(compgen -u -- \"$cur\"))" : ":");
}

static void add_values(GString *out)
{
    gsize count;
    const GtupdOptionRow *rows = gtupd_option_rows(&count);
    g_string_append(out, "    case $prev in\n");
    for (gsize i = 0; i < count; i++) {
        if (!rows[i].argument)
            continue;
        g_autofree char *code = value_code(rows[i].values);
        g_string_append_printf(out, "        --%s", rows[i].name);
        if (rows[i].letter)
            g_string_append_printf(out, "|-%c", rows[i].letter);
        g_string_append_printf(out, ")\n            %s\n            return\n            ;;\n", code);
    }
    g_string_append(out, "    esac\n");
}

static void add_names(GString *out)
{
    gsize count;
    const GtupdOptionRow *rows = gtupd_option_rows(&count);
    g_string_append(out, "        COMPREPLY=($(compgen -W '");
    for (gsize i = 0; i < count; i++)
        g_string_append_printf(out, "%s--%s%s", i > 0 ? " " : "", rows[i].name, rows[i].argument ? "=" : "");
    g_string_append(out, "' -- \"$cur\"))\n");
}

void page_bash(GString *out)
{
    g_string_append(out, "# bash completion for gtupd-analyzer, made by gtupd-manual\n"
                         "_gtupd_analyzer()\n"
                         "{\n"
                         "    local cur prev words cword split\n"
                         "    _init_completion -s || return\n");
    add_values(out);
    g_string_append(out, "    $split && return\n"
                         "    if [[ $cur == -* ]]; then\n");
    add_names(out);
    g_string_append(out, "        [[ ${COMPREPLY-} == *= ]] && compopt -o nospace\n"
                         "        return\n"
                         "    fi\n"
                         "    _filedir '@(pcap|pcapng|cap)*([0-9])?(.gz|.zst|.lz4|.xz)'\n"
                         "} &&\n"
                         "    complete -F _gtupd_analyzer gtupd-analyzer\n");
}
