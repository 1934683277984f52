# Can the check of the rooms fail? CHECK: rooms.cmake. SCRATCH: a folder to build made-up rooms in.
cmake_minimum_required(VERSION 3.25)

# A house in which all is well.
function(build_house)
  file(REMOVE_RECURSE ${SCRATCH})
  file(WRITE ${SCRATCH}/protocol/frame.h "#include <glib.h>\n")
  file(WRITE ${SCRATCH}/protocol/frame.c "#include \"frame.h\"\n#include <string.h>\n/* not printed */\n")
  file(WRITE ${SCRATCH}/protocol/CMakeLists.txt
    "target_link_libraries(gtupd_protocol PUBLIC PkgConfig::GLIB # not epan\n  PRIVATE gtupd_options)\n")
  file(WRITE ${SCRATCH}/engine/stream.h "#include \"frame.h\"\n")
  file(WRITE ${SCRATCH}/engine/CMakeLists.txt "target_link_libraries(gtupd_engine PUBLIC gtupd_protocol)\n")
  file(WRITE ${SCRATCH}/analyzer/capture.c "#include \"stream.h\"\n#include <pcap/pcap.h>\n#include <stdio.h>\n")
  file(WRITE ${SCRATCH}/analyzer/CMakeLists.txt
    "pkg_check_modules(PCAP REQUIRED IMPORTED_TARGET libpcap>=1.10)\n"
    "target_link_libraries(gtupd_report PUBLIC gtupd_engine PkgConfig::PCAP)\n")
  file(WRITE ${SCRATCH}/dissector/plugin.c "#include \"stream.h\"\n#include <epan/packet.h>\n")
  file(WRITE ${SCRATCH}/dissector/CMakeLists.txt
    "find_package(Wireshark 4.0 CONFIG QUIET)\ntarget_link_libraries(gtupd_plugin PRIVATE gtupd_engine)\n")
endfunction()

function(run_check result output)
  execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${SCRATCH} -P ${CHECK}
    RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
  set(${result} ${code} PARENT_SCOPE)
  set(${output} "${out}${err}" PARENT_SCOPE)
endfunction()

# Adds a line to a file of the good house: the check must fail, and show file and line.
function(must_fail file line shown)
  build_house()
  file(APPEND ${SCRATCH}/${file} "${line}\n")
  run_check(code output)
  string(FIND "${output}" "${shown}" line_at)
  string(FIND "${output}" "${file}" file_at)
  if(code EQUAL 0 OR line_at EQUAL -1 OR file_at EQUAL -1)
    message(SEND_ERROR "not found out: ${file}: ${line}\n${output}")
  endif()
endfunction()

build_house()
run_check(code output)
if(NOT code EQUAL 0)
  message(SEND_ERROR "a good house does not pass:\n${output}")
endif()

foreach(include IN ITEMS
    "protocol/frame.c <stdio.h>" "protocol/frame.c <pcap/pcap.h>" "protocol/frame.c <epan/packet.h>"
    "protocol/frame.c <gio/gio.h>" "protocol/frame.h \"stream.h\"" "protocol/frame.h \"../engine/stream.h\""
    "engine/stream.h <pcap/pcap.h>" "engine/stream.h <epan/packet.h>" "engine/stream.h <stdio.h>"
    "engine/stream.h \"capture.h\"" "analyzer/capture.c <epan/packet.h>" "analyzer/capture.c <wiretap/wtap.h>"
    "analyzer/capture.c <wireshark.h>" "dissector/plugin.c <pcap/pcap.h>" "dissector/plugin.c <pcap.h>"
    "dissector/plugin.c <archive.h>" "dissector/plugin.c HEADER")
  string(REGEX MATCH "^([^ ]+) (.*)$" matched "${include}")
  must_fail(${CMAKE_MATCH_1} "#include ${CMAKE_MATCH_2}" "#include ${CMAKE_MATCH_2}")
endforeach()

must_fail(protocol/frame.c "    printf(text)" "printf(text)")
must_fail(protocol/frame.c "    g_warning (text)" "g_warning (text)")
must_fail(protocol/CMakeLists.txt "target_link_libraries(gtupd_protocol\n  PRIVATE epan)" "epan")
must_fail(protocol/CMakeLists.txt "pkg_check_modules(GLIB libpcap)" "libpcap")
must_fail(engine/CMakeLists.txt "target_link_libraries(gtupd_engine PRIVATE PkgConfig::PCAP)" "PkgConfig::PCAP")
must_fail(engine/CMakeLists.txt "find_library(PCAP pcap)" "PCAP")
must_fail(analyzer/CMakeLists.txt "target_link_libraries(gtupd_report PRIVATE wiretap)" "wiretap")
must_fail(analyzer/CMakeLists.txt "find_package(Wireshark 4.0)" "Wireshark")
must_fail(dissector/CMakeLists.txt "target_link_libraries(gtupd_plugin PRIVATE PkgConfig::PCAP)" "PkgConfig::PCAP")
must_fail(dissector/CMakeLists.txt "pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET libpcap>=1.10)" "libpcap>=1.10")

# A room without sources means that the check looks in the wrong place.
build_house()
file(REMOVE ${SCRATCH}/engine/stream.h)
run_check(code output)
if(code EQUAL 0)
  message(SEND_ERROR "an empty room passes")
endif()
