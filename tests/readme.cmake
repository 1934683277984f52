# README shows real output: every "output of" block must be what the program prints today.
# Called with ANALYZER, README and CAPTURES.
file(READ ${README} readme)

function(expect_output arguments begin end)
  separate_arguments(words UNIX_COMMAND "${arguments}")
  execute_process(COMMAND ${ANALYZER} ${words} WORKING_DIRECTORY ${CAPTURES}
    OUTPUT_VARIABLE output RESULT_VARIABLE status)
  string(STRIP "${output}" output)
  if(NOT status EQUAL 0 OR output STREQUAL "")
    message(FATAL_ERROR "gtupd-analyzer ${arguments}: exit status ${status}, or nothing printed")
  endif()
  string(FIND "${readme}" "<!-- output of: gtupd-analyzer ${arguments} -->\n${begin}${output}\n${end}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "README.md does not show what this prints today: gtupd-analyzer ${arguments}\n${output}")
  endif()
endfunction()

expect_output("10-download-failed.pcap" "```\n" "```")
expect_output("--rules --format=markdown" "" "<!-- end of output -->")
