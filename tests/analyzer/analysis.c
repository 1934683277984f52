/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"

#include "merge.h"
#include "savefile.h"

GtupdModel *analysis_new(const GByteArray *file, const char *const *devices)
{
    char *folder = savefile_folder_new();
    g_autofree char *path = savefile_write(folder, "x.pcap", file, file->len);
    GtupdModel *model = gtupd_model_new(devices);
    GtupdSink sink = gtupd_model_sink(model);
    g_autoptr(GtupdEngine) engine = gtupd_engine_new(&sink);
    g_autoptr(GtupdMerge) merge = gtupd_merge_new((const char *const[]){path, NULL});
    GtupdPacket packet;
    while (gtupd_merge_next(merge, &packet))
        gtupd_engine_packet(engine, &packet);
    GtupdCaptureInfo info = *gtupd_merge_info(merge, 0);
    info.file = "x.pcap";
    gtupd_model_add_capture(model, &info);
    gtupd_engine_settle(engine);
    gtupd_model_complete(model, engine);
    savefile_folder_free(folder);
    return model;
}
