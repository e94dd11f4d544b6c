// Regular expressions against what is true of any: no pattern of ours is refused by ICU, every failure has a reason, results are text,
// and the three operations agree with each other.
//
// The input is four parts, ended by line feeds: flags, pattern, replacement, and the text, which is the rest. Patterns are bounded
// to 300 bytes and texts to 30: every rule of the grammar fits, and few matches take more steps than they may, which is slow.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/icu.hpp"

namespace {

#define CHECK(condition)                                                           \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                \
    }                                                                              \
  } while (false)

std::string_view Part(std::string_view* rest) {
  const std::size_t end = rest->find('\n');
  const std::string_view part = rest->substr(0, end);
  *rest = end == rest->npos ? std::string_view() : rest->substr(end + 1);
  return part;
}
bool IsText(std::string_view s) {
  std::string ignored;
  return ordain::IcuText().Lower(s, &ignored);
}
// A failure says why, and the reason is not one of ICU's own; it may quote the input, which may hold the words.
bool Done(bool done, const std::string& error, std::string_view input) {
  CHECK(done == error.empty());
  CHECK(error.find("ICU says") == error.npos || (!error.starts_with("ICU says") && input.find("ICU says") != input.npos));
  return done;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string_view text = input;
  const std::string_view flags = Part(&text), pattern = Part(&text), replacement = Part(&text);
  if (pattern.size() > 300 || text.size() > 30) return 0;

  std::string error;
  const std::shared_ptr<const ordain::Regex> regex = ordain::IcuText().Compile(pattern, flags, &error);
  if (!Done(regex != nullptr, error, input)) return 0;
  CHECK(IsText(pattern));
  bool found = false, same = false;
  if (!Done(regex->Find(text, &found, &error), error, input)) return 0;
  CHECK(IsText(text) && regex->Find(text, &same, &error) && same == found);
  const bool literal = flags.find('q') != flags.npos;
  if (literal && flags.find('i') == flags.npos) CHECK(found == (text.find(pattern) != text.npos));

  std::string whole = "untouched", without = "untouched", replaced = "untouched";
  std::vector<std::string> parts;
  if (!Done(regex->Split(text, &parts, &error), error, input)) {
    CHECK(parts.empty());
    return 0;
  }
  CHECK((parts.size() > 1) == found);
  CHECK(regex->Replace(text, literal ? pattern : "$0", &whole, &error));
  if (!literal) CHECK(whole == text);
  CHECK(regex->Replace(text, "", &without, &error));
  std::string joined;
  for (const std::string& part : parts) {
    CHECK(IsText(part));
    joined += part;
  }
  CHECK(joined == without);
  if (Done(regex->Replace(text, replacement, &replaced, &error), error, input)) {
    CHECK(IsText(replaced) && IsText(replacement));
    if (!found) CHECK(replaced == text);
  } else {
    CHECK(replaced == "untouched");
  }
  return 0;
}
