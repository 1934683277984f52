# Is every rule of the catalogue expected somewhere in the rows of the exchange tests, as "rule@line"?
# RULES: rules.h. FOLDER, TESTS: the test programs.
set(all "")
foreach(test IN LISTS TESTS)
  file(READ ${FOLDER}/${test}.c text)
  string(APPEND all "${text}")
endforeach()

file(STRINGS ${RULES} rows REGEX "^ *X\\([A-Z_0-9]+, +\"[a-z-]+\"")
if(NOT rows)
  message(FATAL_ERROR "no rules in ${RULES}")
endif()
foreach(row IN LISTS rows)
  string(REGEX REPLACE "^[^\"]*\"([a-z-]+)\".*$" "\\1" rule "${row}")
  if(NOT all MATCHES "[\" ]${rule}@[0-9]")
    message(SEND_ERROR "no exchange shows ${rule}")
  endif()
endforeach()
