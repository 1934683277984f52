# Is every rule of the catalogue found somewhere in these files? RULES: rules.h. FILES: their names, with globs. PATTERN:
# how a file tells of a rule, as a regular expression in which RULE stands for its id.
file(GLOB files ${FILES})
set(all "")
foreach(file IN LISTS files)
  file(READ ${file} text)
  string(APPEND all "${text}")
endforeach()

# Only what comes before a line's end: a backslash there would join the rows of the list to one.
file(READ ${RULES} catalogue)
string(REGEX MATCHALL "X\\([A-Z_0-9]+, +\"[a-z-]+\"" rows "${catalogue}")
if(NOT rows)
  message(FATAL_ERROR "no rules in ${RULES}")
endif()
foreach(row IN LISTS rows)
  string(REGEX REPLACE "^.*\"([a-z-]+)\"$" "\\1" rule "${row}")
  string(REPLACE RULE ${rule} pattern "${PATTERN}")
  if(NOT all MATCHES "${pattern}")
    message(SEND_ERROR "nothing shows ${rule}")
  endif()
endforeach()
