# Writes a C++ file that holds the bytes of IN. Run by the build with -DIN=... -DOUT=...
file(READ ${IN} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "((0x[0-9a-f][0-9a-f],){24})" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "// Made from src/policy/schema.json by the build.
#include \"ordain/schema.hpp\"
namespace ordain {
namespace {
constexpr unsigned char kBytes[] = {\n${bytes}};
}
std::string_view RuleSetSchema() { return {reinterpret_cast<const char*>(kBytes), sizeof kBytes}; }
}  // namespace ordain
")
