# What the compiler and the linker can do against bugs of ours, for all that is shipped: hardening_compile_options and
# hardening_link_options. tests/packaging/hardening.sh reads it back out of what was built.
include(CheckCCompilerFlag)
include(CheckCSourceCompiles)
include(CheckLinkerFlag)

set(hardening_compile_options "")
foreach(flag IN ITEMS -fstack-protector-strong -fstack-clash-protection -fcf-protection)
  string(MAKE_C_IDENTIFIER "has${flag}" has)
  check_c_compiler_flag(${flag} ${has})
  if(${has})
    list(APPEND hardening_compile_options ${flag})
  endif()
endforeach()

# The C library warns where it cannot do as much; it does nothing without optimisation.
set(CMAKE_REQUIRED_FLAGS "-O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3")
check_c_source_compiles("#include <string.h>\nint main(void) { return (int)strlen(\"\"); }" has_fortify_source_3)
unset(CMAKE_REQUIRED_FLAGS)
set(level $<IF:$<BOOL:${has_fortify_source_3}>,3,2>)
list(APPEND hardening_compile_options
  $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=${level}>)

set(hardening_link_options "")
foreach(flag IN ITEMS -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
  string(MAKE_C_IDENTIFIER "has${flag}" has)
  check_linker_flag(C ${flag} ${has})
  if(${has})
    list(APPEND hardening_link_options ${flag})
  endif()
endforeach()
