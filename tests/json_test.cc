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
  for (const Diagnostic& d : found) {
    all += all.empty() ? "" : " | ";
    all += std::to_string(d.span.line) + ":" + std::to_string(d.span.column) + " " + d.Message();
    all += d.path.empty() ? "" : " at " + d.path;
  }
  return all;
}

// Every node and key with the text of its span, in document order.
void Dump(const json::Node& node, const std::string& text, std::string* out) {
  const auto place = [&](const Span& s) {
    *out += std::to_string(s.line) + ":" + std::to_string(s.column) + "=";
    *out += text.substr(s.offset, s.length) + ";";
  };
  place(node.span);
  for (const json::Node& item : node.items) Dump(item, text, out);
  for (const json::Member& m : node.members) {
    place(m.key_span);
    Dump(m.value, text, out);
  }
}

// Accepted documents: what was read, written compactly, and where each part stands.
TEST(Json, AcceptsWithSpans) {
  struct Row {
    std::string text, written, spans;
  };
  const Row kRows[] = {
      {"null", "null", "1:1=null;"},
      {" true ", "true", "1:2=true;"},
      {"\r\n\tfalse\n", "false", "2:2=false;"},
      {"0", "0", "1:1=0;"},
      {"-0.0", "-0.0", "1:1=-0.0;"},
      {"1E+400", "1E+400", "1:1=1E+400;"},
      {"10.50e-07", "10.50e-07", "1:1=10.50e-07;"},
      {"\"\"", "\"\"", "1:1=\"\";"},
      {"[]", "[]", "1:1=[];"},
      {"{ }", "{}", "1:1={ };"},
      {"[1,\n [2]]", "[1,[2]]", "1:1=[1,\n [2]];1:2=1;2:2=[2];2:3=2;"},
      {"{\"a\" :\n  -1}", "{\"a\":-1}", "1:1={\"a\" :\n  -1};1:2=\"a\";2:3=-1;"},
      {"{\"\":{\"\":0}}", "{\"\":{\"\":0}}", "1:1={\"\":{\"\":0}};1:2=\"\";1:5={\"\":0};1:6=\"\";1:9=0;"},
      // Columns count bytes: the key has six of them and two quotes.
      {"{\"\xe9\x87\x91\xe9\xa2\x9d\":1}", "{\"\xe9\x87\x91\xe9\xa2\x9d\":1}",
       "1:1={\"\xe9\x87\x91\xe9\xa2\x9d\":1};1:2=\"\xe9\x87\x91\xe9\xa2\x9d\";1:11=1;"},
      // All escapes; the span is that of the source.
      {R"("\"\\\/\b\f\n\r\t\u0041\u00e9\uFFFF")", "\"\\\"\\\\/\\u0008\\u000c\\n\\r\\tA\xc3\xa9\xef\xbf\xbf\"",
       R"(1:1="\"\\\/\b\f\n\r\t\u0041\u00e9\uFFFF";)"},
      {R"("\u0000\uD834\uDD1E\udbff\udfff")", "\"\\u0000\xf0\x9d\x84\x9e\xf4\x8f\xbf\xbf\"",
       R"(1:1="\u0000\uD834\uDD1E\udbff\udfff";)"},
      // Edges of UTF-8: U+0080, U+07FF, U+0800, U+D7FF, U+E000, U+10000, U+10FFFF; DEL is escaped.
      {"\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\x7f\"",
       "\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\\u007f\"",
       "1:1=\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\x7f\";"},
  };
  for (const Row& row : kRows) {
    json::Node node;
    Diagnostics found;
    ASSERT_TRUE(json::Parse(row.text, {}, "", &node, &found)) << row.text << ' ' << Refusal(row.text);
    EXPECT_TRUE(found.empty());
    EXPECT_EQ(json::Write(node), row.written);
    std::string spans;
    Dump(node, row.text, &spans);
    EXPECT_EQ(spans, row.spans);
  }
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
  const std::pair<std::string, const char*> kCases[] = {
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
      {"-", "1:2 this is not JSON: expected a digit after the minus, found the end of the text"},
      {"-a", "1:2 this is not JSON: expected a digit after the minus, found `a`"},
      {"-01", "1:3 this is not JSON: a number does not begin with 0"},
      {".5", "1:1 this is not JSON: expected a value, found `.`"},
      {"1.e1", "1:3 this is not JSON: expected a digit after the point, found `e`"},
      {"1e", "1:3 this is not JSON: expected a digit of the exponent, found the end of the text"},
      {"1e+-1", "1:4 this is not JSON: expected a digit of the exponent, found `-`"},
      {"0x10", "1:2 this is not JSON: something follows the end of the document"},
      {"truth", "1:1 this is not JSON: expected a value, found `t`"},
      {"nul", "1:1 this is not JSON: expected a value, found `n`"},
      {"True", "1:1 this is not JSON: expected a value, found `T`"},
      {"[true false]", "1:7 this is not JSON: expected `,` or `]`, found `f`"},
      {"[,1]", "1:2 this is not JSON: expected a value, found `,`"},
      {"[1", "1:3 this is not JSON: expected `,` or `]`, found the end of the text"},
      {"[1}", "1:3 this is not JSON: expected `,` or `]`, found `}`"},
      {"{\"a\": 1,}", "1:9 this is not JSON: expected a key in quotes, found `}`"},
      {"{\"a\": 1 \"b\": 2}", "1:9 this is not JSON: expected `,` or `}`, found `\"`"},
      {"{\"a\"}", "1:5 this is not JSON: expected `:`, found `}`"},
      {"{\"a\":}", "1:6 this is not JSON: expected a value, found `}`"},
      {"{a: 1}", "1:2 this is not JSON: expected a key in quotes, found `a`"},
      {"{1: 1}", "1:2 this is not JSON: expected a key in quotes, found `1`"},
      {"[1]]", "1:4 this is not JSON: something follows the end of the document"},
      {"{}\n\n {}", "3:2 this is not JSON: something follows the end of the document"},
      {"[\n\n  \xe9\x87\x91]", "3:3 this is not JSON: expected a value, found `\xe9\x87\x91`"},
      {"[\x0b]", "1:2 this is not JSON: expected a value, found byte 11"},
      {"[\xff]", "1:2 this is not JSON: expected a value, found byte 255"},
      {std::string("1\0", 2), "1:2 this is not JSON: something follows the end of the document"},
      {"[\"a]\n", "1:5 this is not JSON: a control character in a string; write it as an escape"},
      {"[1,\n  \"a]", "2:3 this is not JSON: a string is not closed"},
      {"{\"a", "1:2 this is not JSON: a string is not closed"},
      {"\"a\\", "1:4 this is not JSON: expected one of \"\\/bfnrtu after a backslash, found the end of the text"},
      {"\"\\x\"", "1:3 this is not JSON: expected one of \"\\/bfnrtu after a backslash, found `x`"},
      {"\"\\\xe9\x87\x91\"",
       "1:3 this is not JSON: expected one of \"\\/bfnrtu after a backslash, found `\xe9\x87\x91`"},
      {"\"\\u12g4\"", "1:6 this is not JSON: expected four hexadecimal digits after \\u, found `g`"},
      {"\"\\u12\"", "1:6 this is not JSON: expected four hexadecimal digits after \\u, found `\"`"},
      {"\"\\u12", "1:6 this is not JSON: expected four hexadecimal digits after \\u, found the end of the text"},
      {"\"\\ud800\"", "1:2 this is not JSON: an unpaired surrogate"},
      {"\"ab\\udc00\"", "1:4 this is not JSON: an unpaired surrogate"},
      {"\"\\ud800\\ud800\"", "1:2 this is not JSON: an unpaired surrogate"},
      {"\"\\ud800\\n\"", "1:2 this is not JSON: an unpaired surrogate"},
      {"\"\\ud800\\u00\"", "1:12 this is not JSON: expected four hexadecimal digits after \\u, found `\"`"},
      {"\"a\xe0\x9f\xbf\"", "1:3 this is not JSON: not valid UTF-8"},      // overlong
      {"\"\xf0\x8f\xbf\xbf\"", "1:2 this is not JSON: not valid UTF-8"},  // overlong
      {"\"\xf4\x90\x80\x80\"", "1:2 this is not JSON: not valid UTF-8"},  // U+110000
      {"\"\xf5\x80\x80\x80\"", "1:2 this is not JSON: not valid UTF-8"},
      {"\"\x80\"", "1:2 this is not JSON: not valid UTF-8"},
      {"\"\xe9\x87\"", "1:2 this is not JSON: not valid UTF-8"},
      {"\"\xe9", "1:2 this is not JSON: not valid UTF-8"},
      {"\xff\xfe{\0}", "1:1 this is not JSON: expected a value, found byte 255"},  // UTF-16
      {"\"\xc0\x80\"", "1:2 this is not JSON: not valid UTF-8"},
      {"\"\xed\xa0\x80\"", "1:2 this is not JSON: not valid UTF-8"},
      {"\"a\nb\"", "1:3 this is not JSON: a control character in a string; write it as an escape"},
      {"\xef\xbb\xbf{}", "1:1 this is not JSON: a byte-order mark; save the file as UTF-8 without it"},
      {"{\"a\": 1, \"a\": 2, \"b\": {\"c\": 1, \"c\": 2}}",
       "1:10 key `a` is given twice at /a | 1:32 key `c` is given twice at /b/c"},
      {"[0, {\"a/b~\": [{}, {\"x\": 1,\n\"x\": 2, \"x\": 3}]}]",
       "2:1 key `x` is given twice at /1/a~1b~0/1/x | 2:9 key `x` is given twice at /1/a~1b~0/1/x"},
      {R"({"a": 1, "\u0061": 2})", "1:10 key `a` is given twice at /a"},  // the same key, written otherwise
      // Duplicates inside a duplicate, and a syntax error after them.
      {"{\"a\": 1, \"a\": {\"b\": 1, \"b\": 2}, }",
       "1:10 key `a` is given twice at /a | 1:24 key `b` is given twice at /a/b | "
       "1:33 this is not JSON: expected a key in quotes, found `}`"},
  };
  for (const auto& [text, expected] : kCases) EXPECT_EQ(Refusal(text), expected) << text;
}

TEST(Json, EveryPrefixOfADocumentIsRefusedOnce) {
  const std::string text =
      R"({"a": [1.5e3, -0, "x\u00e9\ud83d\ude00"], "b": {"c": null}, "d": [true, false]})";
  ASSERT_EQ(Refusal(text), "accepted");
  for (std::size_t n = 0; n < text.size(); ++n) {
    json::Node node;
    Diagnostics found;
    EXPECT_FALSE(json::Parse(text.substr(0, n), {}, "f.json", &node, &found)) << n;
    ASSERT_EQ(found.size(), 1u) << n;
    EXPECT_EQ(found[0].code, Code::kBadJson) << n;
    EXPECT_EQ(found[0].file, "f.json");
    EXPECT_LE(found[0].span.offset, n);
  }
}

// One key too many of a large object, where keys are found through a set: first, middle, last, none.
TEST(Json, DuplicatesOfLargeObjects) {
  for (const int size : {15, 16, 17, 18, 40, 1000}) {
    std::string body;
    for (int i = 0; i < size; ++i) body += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",\n";
    EXPECT_EQ(Refusal("{" + body + "\"k\":0}"), "accepted");
    for (const int again : {0, size / 2, size - 1}) {
      const std::string key = "k" + std::to_string(again), where = std::to_string(size + 1) + ":1 ";
      EXPECT_EQ(Refusal("{" + body + "\"" + key + "\":0}"),
                where + "key `" + key + "` is given twice at /" + key);
    }
  }
}

TEST(Json, TheFirstOfDuplicatesIsKeptAndTheResultIsFresh) {
  json::Node node;
  Diagnostics found;
  EXPECT_FALSE(json::Parse(R"({"a": 1, "a": 2})", {}, "", &node, &found));
  EXPECT_EQ(json::Write(node), R"({"a":1})");
  found.clear();
  ASSERT_TRUE(json::Parse("7", {}, "", &node, &found));
  EXPECT_EQ(node.Find("a"), nullptr);  // nothing of the last document is left
  EXPECT_EQ(json::Write(node), "7");
}

TEST(Json, LimitsAreErrors) {
  Limits limits;
  limits.max_json_depth = 3;
  EXPECT_EQ(Refusal("[[[1]]]", limits), "accepted");
  EXPECT_EQ(Refusal("[[[[]]]]", limits), "accepted");
  EXPECT_EQ(Refusal("[[[[1]]]]", limits), "1:5 limit exceeded: nested deeper than 3");
  EXPECT_EQ(Refusal(R"({"a":{"b":{"c":{"d":1}}}})", limits), "1:21 limit exceeded: nested deeper than 3");
  EXPECT_EQ(Refusal(std::string(100000, '[')), "1:130 limit exceeded: nested deeper than 128");
  limits.max_json_depth = UINT32_MAX;  // no promise that the stack could keep
  EXPECT_EQ(Refusal(std::string(1000000, '['), limits), "1:1002 limit exceeded: nested deeper than 1000");
  EXPECT_EQ(Refusal(std::string(1000, '[') + "1" + std::string(1000, ']'), limits), "accepted");
  limits.max_document_bytes = 4;
  EXPECT_EQ(Refusal("[1,2]", limits), "1:1 limit exceeded: the document is larger than 4 bytes");
  EXPECT_EQ(Refusal("[12]", limits), "accepted");
}

// A long key in front of a long list, and below it many duplicates: neither time nor space may be the product.
TEST(Json, ReportsOfDuplicatesAreBounded) {
  const std::string key(100000, 'k');
  std::string text = "{\"" + key + "\":[0";
  for (int i = 0; i < 100000; ++i) text += ",0";
  text += ",{\"a\":0";
  for (int i = 0; i < 100000; ++i) text += ",\"a\":0";
  text += "}]}";
  json::Node node;
  Diagnostics found;
  Limits limits;
  limits.max_document_bytes = text.size();
  EXPECT_FALSE(json::Parse(text, limits, "", &node, &found));
  ASSERT_GT(found.size(), 2u);
  std::size_t bytes = 0;
  for (const Diagnostic& d : found) bytes += d.path.size();
  EXPECT_LE(bytes, text.size());
  EXPECT_EQ(found.front().path, "/" + key + "/100001/a");
  EXPECT_EQ(found.back().code, Code::kLimitExceeded);
  EXPECT_EQ(found.back().Message(), "limit exceeded: too many keys are given twice to name them all");
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
  Value v;
  ASSERT_TRUE(json::ToValue(node, &arena, &v));
  EXPECT_EQ(v.ToJson(), "{\"x\": [0.1, 100, null, true, \"t\"]}");
  ASSERT_TRUE(json::Parse("12345678901234567890123456789012345", {}, "", &node, &found));
  EXPECT_FALSE(json::ToValue(node, &arena, &v));  // 35 digits
  ASSERT_TRUE(json::Parse("1e99999", {}, "", &node, &found));
  EXPECT_FALSE(json::ToValue(node, &arena, &v));  // beyond the exponents of decimal128
}

TEST(Json, ValuesBeyondTheArenaAreRefused) {
  json::Node node;
  Diagnostics found;
  ASSERT_TRUE(json::Parse(R"({"x": [{"y": "text", "z": [1, 2]}, ""]})", {}, "", &node, &found));
  Arena measure;
  Value v;
  ASSERT_TRUE(json::ToValue(node, &measure, &v));
  for (std::size_t limit = 0; limit < measure.used(); limit += 16) {
    Arena arena(limit);
    EXPECT_FALSE(json::ToValue(node, &arena, &v)) << limit;
  }
  Arena enough(measure.used());
  EXPECT_TRUE(json::ToValue(node, &enough, &v));
}

TEST(Json, NodeTypesHaveNames) {
  const std::pair<const char*, const char*> kCases[] = {
      {"null", "null"},         {"true", "true or false"}, {"0", "a number"},
      {"\"0\"", "a string"}, {"[0]", "an array"},       {"{}", "an object"},
  };
  for (const auto& [text, name] : kCases) {
    json::Node node;
    Diagnostics found;
    ASSERT_TRUE(json::Parse(text, {}, "", &node, &found));
    EXPECT_EQ(json::NodeTypeName(node.type), name);
  }
}

}  // namespace
}  // namespace ordain
