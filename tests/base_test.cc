// Codes, diagnostics, nearest names, SHA-256.
#include "ordain/base.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/sha256.hpp"

namespace ordain {
namespace {

struct Row {
  std::string_view text, english, chinese;
};
constexpr Row kRows[] = {
#define ORDAIN_CODE(id, text, severity, english, chinese) {text, english, chinese},
#include "ordain/codes.inc"
#undef ORDAIN_CODE
};

std::set<std::string> Placeholders(std::string_view form) {
  std::set<std::string> names;
  for (std::size_t i = form.find('{'); i != std::string_view::npos; i = form.find('{', i + 1)) {
    names.insert(std::string(form.substr(i + 1, form.find('}', i) - i - 1)));
  }
  return names;
}

TEST(Codes, AreUniqueAndSaidAlikeInBothLanguages) {
  std::set<std::string_view> seen;
  for (const Row& row : kRows) {
    EXPECT_TRUE(seen.insert(row.text).second) << row.text;
    EXPECT_EQ(Placeholders(row.english), Placeholders(row.chinese)) << row.text;
    EXPECT_FALSE(row.english.empty() || row.chinese.empty()) << row.text;
    EXPECT_EQ(row.text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << row.text;
    const auto count = [&](char c) { return std::count(row.english.begin(), row.english.end(), c); };
    EXPECT_EQ(count('{'), count('}')) << row.text;
    ASSERT_TRUE(CodeFromText(row.text).has_value());
    EXPECT_EQ(CodeText(*CodeFromText(row.text)), row.text);
  }
  EXPECT_EQ(CodeCount(), seen.size());
  EXPECT_FALSE(CodeFromText("no_such_code").has_value());
}

TEST(Diagnostics, FormatSaysWhereWhatAndHint) {
  Diagnostic d = MakeDiagnostic(Code::kUnknownName, "/policies/p/formula/x", {10, 3, 4, 7},
                                {{"name", "amuont"}}, "did you mean `amount`?");
  d.file = "a.json";
  EXPECT_EQ(d.Format(),
            "a.json:4:7: error: unknown name `amuont` [unknown_name] at /policies/p/formula/x; "
            "did you mean `amount`?");
  EXPECT_EQ(d.Message(Language::kChinese),
            "\xe6\x9c\xaa\xe7\x9f\xa5\xe5\x90\x8d\xe7\xa7\xb0\xe2\x80\x9c" "amuont\xe2\x80\x9d");
}

TEST(Diagnostics, SeverityIsTheTablesAndFormatLeavesOutWhatIsNotKnown) {
  EXPECT_EQ(CodeSeverity(Code::kUnusedName), Severity::kWarning);
  EXPECT_EQ(CodeSeverity(Code::kBadJson), Severity::kError);
  Diagnostic d = MakeDiagnostic(Code::kUnusedName, "", {}, {{"name", "x"}});
  EXPECT_EQ(d.Format(), "warning: `x` is defined but nothing reads it [unused_name]");
  EXPECT_EQ(d.Format(Language::kChinese).substr(0, 9), "\xe8\xad\xa6\xe5\x91\x8a\xef\xbc\x9a");
  d.span = {5, 1, 2, 3};
  EXPECT_EQ(d.Format(), "2:3: warning: `x` is defined but nothing reads it [unused_name]");
  d.file = "a.json";
  d.span = {};
  d.severity = Severity::kError;  // a caller may be stricter than the table
  EXPECT_EQ(d.Format(), "a.json: error: `x` is defined but nothing reads it [unused_name]");
}

TEST(Diagnostics, ArgumentsAreReplacedByNameAndNeverReadAgain) {
  using Args = std::vector<std::pair<std::string, std::string>>;
  const std::pair<Args, const char*> kCases[] = {
      {{{"found", "a string"}, {"expected", "a number"}}, "expected a number, found a string"},
      {{{"expected", "{found}"}, {"found", "{"}}, "expected {found}, found {"},  // braces of an argument stay
      {{{"expected", "a number"}}, "expected a number, found {found}"},          // what is missing is seen
      {{{"expected", "x"}, {"expected", "y"}, {"found", ""}, {"other", "z"}}, "expected x, found "},
  };
  for (const auto& [args, expected] : kCases) {
    EXPECT_EQ(MakeDiagnostic(Code::kWrongJsonType, "", {}, args).Message(), expected);
  }
}

TEST(NearestName, FindsTypingErrorsAndNothingElse) {
  const std::string total = "\xe9\x87\x91\xe9\xa2\x9d\xe5\x90\x88\xe8\xae\xa1";  // four characters
  const std::vector<std::string> names = {"amount", "direct_loss", "refund", total};
  EXPECT_EQ(NearestName("amuont", names), "amount");
  EXPECT_EQ(NearestName("direct_lose", names), "direct_loss");
  EXPECT_EQ(NearestName(total.substr(0, 9), names), total);
  EXPECT_EQ(NearestName("salary", names), "");
  EXPECT_EQ(NearestName("x", {}), "");
}

TEST(NearestName, CountsCharactersAndAllowsAThird) {
  struct NameCase {
    const char* wrong;
    std::vector<std::string> names;
    const char* nearest;
  };
  const NameCase kNames[] = {
      {"abcdef", {"bacdfe"}, "bacdfe"},                    // two swaps: 2 of 6
      {"abcdef", {"abcxyz"}, ""},                          // 3 of 6
      {"abcde", {"abcxy"}, ""},                            // 2 of 5
      {"abc", {"abx"}, "abx"},                             // 1 of 3
      {"ab", {"a"}, "a"},                                  // at least 1 is allowed ...
      {"a", {"b"}, ""},                                    // ... but not every character
      {"", {"a"}, ""},
      {"\xe7\x8e\x87", {"\xe9\xa2\x9d"}, ""},
      {"ca", {"abc"}, ""},                                 // 3 without edits inside a swapped pair
      {"abcd", {"abcdx", "abcx", "abdc"}, "abcdx"},        // all 1: the first
      {"abcdef", {"abcxxf", "abcdxf"}, "abcdxf"},          // the nearer, wherever it stands
      // One wrong character of three Chinese ones is 1, not 3 bytes; two are too many.
      {"\xe7\x9b\xb4\xe6\x8e\xa5\xe6\x8d\x9f", {"\xe7\x9b\xb4\xe6\x8e\xa5\xe9\x87\x91"},
       "\xe7\x9b\xb4\xe6\x8e\xa5\xe9\x87\x91"},
      {"\xe7\x9b\xb4\xe6\x8e\xa5\xe6\x8d\x9f", {"\xe7\x9b\xb4\xe6\x8d\x9f\xe9\x87\x91"}, ""},
      {"\xff\xfe\x80", {"amount"}, ""},                   // not UTF-8: no crash, no suggestion
  };
  for (const NameCase& row : kNames) EXPECT_EQ(NearestName(row.wrong, row.names), row.nearest) << row.wrong;
}

TEST(NearestName, LongNamesAreNotCompared) {
  std::string name(64, 'a'), longer(65, 'a');
  EXPECT_EQ(NearestName(name, {std::string(63, 'a') + "b"}), std::string(63, 'a') + "b");
  EXPECT_EQ(NearestName(name, {longer}), "");
  EXPECT_EQ(NearestName(longer, {name}), "");
  std::string wide;
  for (int i = 0; i < 64; ++i) wide += "\xf0\x9f\x98\x80";  // 256 bytes, 64 characters
  EXPECT_EQ(NearestName(wide, {wide.substr(4)}), wide.substr(4));
}

TEST(Sha256, VectorsOfFips180) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Sha256Hex(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace ordain
