# Writes a C++ file that holds the bytes of IN behind a function. Run by the build with -DIN=... -DOUT=...
# -DHEADER=ordain/schema.hpp -DFUNCTION=RuleSetSchema. Several files in IN, separated by |, become one JSON array.
string(REPLACE "|" ";" files "${IN}")
list(LENGTH files count)
set(bytes "")
foreach(file ${files})
  file(READ ${file} one HEX)
  if(bytes)
    string(APPEND bytes "2c")  # a comma
  endif()
  string(APPEND bytes "${one}")
endforeach()
if(count GREATER 1)
  set(bytes "5b${bytes}5d")  # brackets
endif()
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "((0x[0-9a-f][0-9a-f],){24})" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "// Made by the build.
#include \"${HEADER}\"
namespace ordain {
namespace {
constexpr unsigned char kBytes[] = {\n${bytes}};
}  // namespace
std::string_view ${FUNCTION}() { return {reinterpret_cast<const char*>(kBytes), sizeof kBytes}; }
}  // namespace ordain
")
