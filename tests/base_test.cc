// Codes, diagnostics, nearest names, SHA-256.
#include "ordain/base.hpp"

#include <gtest/gtest.h>

#include <set>

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
    ASSERT_TRUE(CodeFromText(row.text).has_value());
    EXPECT_EQ(CodeText(*CodeFromText(row.text)), row.text);
  }
  EXPECT_EQ(CodeCount(), seen.size());
  EXPECT_FALSE(CodeFromText("no_such_code").has_value());
}

TEST(Diagnostics, FormatSaysWhereWhatAndHint) {
  Diagnostic d = MakeDiagnostic(Code::kUnknownName, "/policies/p/formula/x", {10, 3, 4, 7}, {{"name", "amuont"}}, "did you mean `amount`?");
  d.file = "a.json";
  EXPECT_EQ(d.Format(), "a.json:4:7: error: unknown name `amuont` [unknown_name] at /policies/p/formula/x; did you mean `amount`?");
  EXPECT_EQ(d.Message(Language::kChinese), "\xe6\x9c\xaa\xe7\x9f\xa5\xe5\x90\x8d\xe7\xa7\xb0\xe2\x80\x9c" "amuont\xe2\x80\x9d");
}

TEST(NearestName, FindsTypingErrorsAndNothingElse) {
  const std::vector<std::string> names = {"amount", "direct_loss", "refund", "\xe9\x87\x91\xe9\xa2\x9d\xe5\x90\x88\xe8\xae\xa1"};
  EXPECT_EQ(NearestName("amuont", names), "amount");
  EXPECT_EQ(NearestName("direct_lose", names), "direct_loss");
  EXPECT_EQ(NearestName("\xe9\x87\x91\xe9\xa2\x9d\xe5\x90\x88", names), "\xe9\x87\x91\xe9\xa2\x9d\xe5\x90\x88\xe8\xae\xa1");
  EXPECT_EQ(NearestName("salary", names), "");
  EXPECT_EQ(NearestName("x", {}), "");
}

TEST(Sha256, VectorsOfFips180) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Sha256Hex(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace ordain
