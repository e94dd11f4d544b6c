// The strict JSON reader: what it accepts with which spans, what it refuses where.
#include "ordain/json.hpp"

#include <gtest/gtest.h>

namespace ordain {
namespace {

std::string Refusal(const std::string& text, const Limits& limits = {}) {
  json::Node node;
  Diagnostics found;
  if (json::Parse(text, limits, "", &node, &found)) return "accepted";
  std::string all;
  for (const Diagnostic& d : found) all += (all.empty() ? "" : " | ") + std::to_string(d.span.line) + ":" + std::to_string(d.span.column) + " " + d.Message();
  return all;
}

TEST(Json, KeepsNumbersOrderAndSpans) {
  const std::string text = "{\"b\": 20000.010,\n \"a\": [1e2, -0, \"\\u00e9\\ud83d\\ude00\\n\"], \"c\": {}}";
  json::Node node;
  Diagnostics found;
  ASSERT_TRUE(json::Parse(text, {}, "f", &node, &found));
  EXPECT_EQ(json::Write(node), "{\"b\":20000.010,\"a\":[1e2,-0,\"\xc3\xa9\xf0\x9f\x98\x80\\n\"],\"c\":{}}");
  ASSERT_EQ(node.members.size(), 3u);
  EXPECT_EQ(node.members[1].key_span.line, 2u);
  EXPECT_EQ(node.members[1].key_span.column, 2u);
  EXPECT_EQ(node.Find("a")->items[0].span.offset, 24u);
  EXPECT_EQ(node.Find("a")->items[0].span.length, 3u);
  EXPECT_EQ(node.Find("none"), nullptr);
}

TEST(Json, Refuses) {
  const std::pair<const char*, const char*> kCases[] = {
      {"", "1:1 this is not JSON: expected a value, found the end of the text"},
      {"{", "1:2 this is not JSON: expected a key in quotes, found the end of the text"},
      {"{\"a\" 1}", "1:6 this is not JSON: expected `:`, found `1`"},
      {"[1,\n 2,]", "2:4 this is not JSON: expected a value, found `]`"},
      {"[1 2]", "1:4 this is not JSON: expected `,` or `]`, found `2`"},
      {"{'a': 1}", "1:2 this is not JSON: expected a key in quotes, found `'`"},
      {"01", "1:2 this is not JSON: a number does not begin with 0"},
      {"1.", "1:3 this is not JSON: expected a digit after the point, found the end of the text"},
      {"+1", "1:1 this is not JSON: expected a value, found `+`"},
      {"NaN", "1:1 this is not JSON: expected a value, found `N`"},
      {"1 // no", "1:3 this is not JSON: something follows the end of the document"},
      {"\"\\x\"", "1:3 this is not JSON: an unknown escape \\x"},
      {"\"\\ud800\"", "1:8 this is not JSON: an unpaired surrogate"},
      {"\"\xc0\x80\"", "1:2 this is not JSON: not valid UTF-8"},
      {"\"\xed\xa0\x80\"", "1:2 this is not JSON: not valid UTF-8"},
      {"\"a\nb\"", "1:3 this is not JSON: a control character in a string; write it as an escape"},
      {"\xef\xbb\xbf{}", "1:1 this is not JSON: a byte-order mark; save the file as UTF-8 without it"},
      {"{\"a\": 1, \"a\": 2, \"b\": {\"c\": 1, \"c\": 2}}", "1:10 key `a` is given twice | 1:32 key `c` is given twice"},
  };
  for (const auto& [text, expected] : kCases) EXPECT_EQ(Refusal(text), expected) << text;
}

TEST(Json, LimitsAreErrors) {
  Limits limits;
  limits.max_json_depth = 3;
  EXPECT_EQ(Refusal("[[[1]]]", limits), "accepted");
  EXPECT_EQ(Refusal("[[[[1]]]]", limits), "1:5 limit exceeded: nested deeper than 3");
  EXPECT_NE(Refusal(std::string(100000, '[')).find("nested deeper"), std::string::npos);
  limits.max_document_bytes = 4;
  EXPECT_EQ(Refusal("[1,2]", limits), "1:1 limit exceeded: the document is larger than 4 bytes");
}

TEST(Json, PointersEscape) {
  EXPECT_EQ(json::Child("/a", "b/c~d"), "/a/b~1c~0d");
  EXPECT_EQ(json::Child("", std::size_t{3}), "/3");
}

TEST(Json, ValuesAreExact) {
  json::Node node;
  Diagnostics found;
  ASSERT_TRUE(json::Parse("{\"x\": [0.1, 1e2, null, true, \"t\"]}", {}, "", &node, &found));
  Arena arena;
  std::vector<std::unique_ptr<Shape>> shapes;
  Value v;
  ASSERT_TRUE(json::ToValue(node, &arena, &shapes, &v));
  EXPECT_EQ(v.ToJson(), "{\"x\": [0.1, 100, null, true, \"t\"]}");
  ASSERT_TRUE(json::Parse("12345678901234567890123456789012345", {}, "", &node, &found));
  EXPECT_FALSE(json::ToValue(node, &arena, &shapes, &v));  // 35 digits
}

}  // namespace
}  // namespace ordain
