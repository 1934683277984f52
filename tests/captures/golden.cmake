# The analyzer's report on one capture, beside it as NAME.json. MODE: check, or write. The analyzer is called from
# inside the captures' folder, so that file names in the report do not depend on where the project lies.
file(GLOB captures RELATIVE ${FOLDER} ${FOLDER}/${NAME}.pcap*)
list(SORT captures)
execute_process(COMMAND ${ANALYZER} --format=json ${captures} WORKING_DIRECTORY ${FOLDER}
  OUTPUT_VARIABLE report ERROR_VARIABLE complaint RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR NOT complaint STREQUAL "")
  message(FATAL_ERROR "${NAME}: exit status ${status}\n${complaint}")
endif()

set(golden ${FOLDER}/${NAME}.json)
if(MODE STREQUAL "write")
  file(WRITE ${golden} "${report}")
  return()
endif()
if(NOT EXISTS ${golden})
  message(FATAL_ERROR "${golden} is missing: build the target golden, and read it")
endif()
file(READ ${golden} expected)
if(NOT report STREQUAL expected)
  message(FATAL_ERROR "${NAME}: the report is not ${golden}, but:\n${report}")
endif()
