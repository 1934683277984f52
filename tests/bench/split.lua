-- SPDX-License-Identifier: GPL-2.0-or-later
-- What a field engineer writes in an afternoon: splits @Track at `$`, over segments too. The plugin's yardstick.
local track = Proto("track_lua", "@Track, split at $")
local text = ProtoField.string("track_lua.text", "Message")
track.fields = { text }

function track.dissector(buffer, packet, tree)
    local bytes = buffer:range():string()
    local first = 1
    packet.cols.protocol = "TRACK"
    while first <= #bytes do
        local last = bytes:find("$", first, true)
        if not last then
            packet.desegment_offset = first - 1
            packet.desegment_len = DESEGMENT_ONE_MORE_SEGMENT
            return
        end
        tree:add(text, buffer(first - 1, last - first + 1))
        first = last + 1
    end
end

DissectorTable.get("tcp.port"):add(5000, track)
