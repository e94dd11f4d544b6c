// Expressions as words. See words.hpp. Tested by tests/python/test_doc.py.
#include "words.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace ordain::cli {
namespace {

bool Starts(unsigned char c) { return std::isalpha(c) != 0 || c == '_' || c >= 0x80; }
bool Continues(unsigned char c) { return Starts(c) || std::isdigit(c) != 0; }

struct Token {
  enum Kind { kWord, kNumber, kText, kLiteral, kSign } kind = kSign;
  std::string text;
};

std::vector<Token> Split(const std::string& s) {
  static const char* const kSigns[] = {"<=", ">=", "!=", "**", "->", ".."};
  std::vector<Token> out;
  for (std::size_t i = 0; i < s.size();) {
    const auto c = static_cast<unsigned char>(s[i]);
    const std::size_t from = i;
    if (std::isspace(c) != 0) {
      ++i;
    } else if (Starts(c)) {
      while (i < s.size() && Continues(static_cast<unsigned char>(s[i]))) ++i;
      out.push_back({Token::kWord, s.substr(from, i - from)});
    } else if (std::isdigit(c) != 0) {
      while (i < s.size() && (std::isdigit(static_cast<unsigned char>(s[i])) != 0 || (s[i] == '.' && i + 1 < s.size() && std::isdigit(static_cast<unsigned char>(s[i + 1])) != 0))) ++i;
      out.push_back({Token::kNumber, s.substr(from, i - from)});
    } else if (c == '"' || (c == '@' && i + 1 < s.size() && s[i + 1] == '"')) {
      const bool at = c == '@';
      std::string text;
      for (i += at ? 2 : 1; i < s.size() && s[i] != '"'; ++i) {
        if (s[i] == '\\' && i + 1 < s.size()) ++i;
        text += s[i];
      }
      ++i;
      out.push_back({at ? Token::kLiteral : Token::kText, text});
    } else {
      const auto sign = std::find_if(std::begin(kSigns), std::end(kSigns), [&](const char* two) { return s.compare(i, 2, two) == 0; });
      i += sign != std::end(kSigns) ? 2 : 1;
      out.push_back({Token::kSign, s.substr(from, i - from)});
    }
  }
  return out;
}

// Functions; {0}, {1} are the arguments, {*} all of them. "to 0": with no places after the point.
const Word kFunctions[] = {
    {"list contains", {"{0} includes {1}", "{0}\u542b{1}"}},
    {"count", {"the number of {0}", "{0}\u7684\u4e2a\u6570"}},
    {"sum", {"the sum of {0}", "{0}\u4e4b\u548c"}},
    {"max", {"the greatest of ({*})", "({*})\u4e2d\u7684\u6700\u5927\u503c"}},
    {"min", {"the least of ({*})", "({*})\u4e2d\u7684\u6700\u5c0f\u503c"}},
    {"mean", {"the mean of {0}", "{0}\u7684\u5e73\u5747\u503c"}},
    {"not", {"not ({0})", "\u975e({0})"}},
    {"abs", {"|{0}|", "|{0}|"}},
    {"number", {"{0}", "{0}"}},
    {"money", {"{0}", "{0}"}},
    {"points", {"{0}", "{0}"}},
    {"percent", {"({0}) as a percentage", "({0})\u7684\u767e\u5206\u6bd4"}},
    {"duration", {"{0}", "{0}"}},
    {"years and months duration", {"the years and months from {0} to {1}", "{0}\u81f3{1}\u7684\u5e74\u6708\u6570"}},
    {"date and time", {"{*}", "{*}"}},
    {"string", {"{0}", "{0}"}},
    {"add months", {"{0} plus {1} months", "{0}\u4e4b\u540e{1}\u4e2a\u6708"}},
    {"end of month", {"the end of the month of {0}", "{0}\u6240\u5728\u6708\u7684\u6708\u672b"}},
    {"local date", {"the day of {0}", "{0}\u5f53\u65e5"}},
    {"local time", {"the time of day of {0}", "{0}\u7684\u65f6\u523b"}},
    {"start of day", {"the start of {0}", "{0}\u96f6\u65f6"}},
    {"day of week", {"the weekday of {0}", "{0}\u7684\u661f\u671f"}},
    {"seconds between", {"the seconds from {0} to {1}", "{0}\u81f3{1}\u7684\u79d2\u6570"}},
    {"add working days", {"{1} working days after {0}", "{0}\u4e4b\u540e\u7b2c{1}\u4e2a\u5de5\u4f5c\u65e5"}},
    {"working days between", {"the working days from {0} to {1}", "{0}\u81f3{1}\u7684\u5de5\u4f5c\u65e5\u6570"}},
    {"is working day", {"{0} is a working day", "{0}\u4e3a\u5de5\u4f5c\u65e5"}},
    {"distinct values", {"the distinct {0}", "{0}(\u4e0d\u91cd\u590d)"}},
    {"concatenate", {"{*} together", "{*}\u5408\u5e76"}},
    {"union", {"{*} together", "{*}\u5408\u5e76"}},
    {"flatten", {"{0}", "{0}"}},
    {"append", {"{*} together", "{*}\u5408\u5e76"}},
    {"string length", {"the length of {0}", "{0}\u7684\u957f\u5ea6"}},
    {"contains", {"{0} contains {1}", "{0}\u5305\u542b{1}"}},
    {"floor", {"{0} rounded down", "{0}\u5411\u4e0b\u53d6\u6574"}},
    {"ceiling", {"{0} rounded up", "{0}\u5411\u4e0a\u53d6\u6574"}},
    {"round half up", {"{0} rounded half up to {1} places", "{0}\u56db\u820d\u4e94\u5165\u81f3{1}\u4f4d\u5c0f\u6570"}},
    {"round down", {"{0} cut off after {1} places", "{0}\u622a\u81f3{1}\u4f4d\u5c0f\u6570"}},
    {"round up", {"{0} rounded up to {1} places", "{0}\u5411\u4e0a\u53d6\u81f3{1}\u4f4d\u5c0f\u6570"}},
    {"round half up to 0", {"{0} rounded half up to a whole number", "{0}\u56db\u820d\u4e94\u5165\u53d6\u6574"}},
    {"round down to 0", {"{0} cut off to a whole number", "{0}\u820d\u53bb\u5c0f\u6570"}},
    {"round up to 0", {"{0} rounded up to a whole number", "{0}\u5411\u4e0a\u53d6\u6574"}},
    {"modulo", {"the rest of {0} divided by {1}", "{0}\u9664\u4ee5{1}\u7684\u4f59\u6570"}},
};

// An argument that is loose gets brackets, unless the pattern has them, or it is all that remains of the `whole` expression.
std::string Filled(const std::string& pattern, const std::vector<Both>& arguments, std::string Both::*language, const std::vector<bool>& loose, const std::string& all, bool whole) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{' || i + 2 >= pattern.size() || pattern[i + 2] != '}') {
      out += pattern[i];
      continue;
    }
    const char which = pattern[i + 1];
    const auto n = static_cast<std::size_t>(which - '0');
    const bool held = (i > 0 && (pattern[i - 1] == '(' || pattern[i - 1] == '|')) || (whole && pattern.size() == 3);
    if (which == '*') {
      out += all;
    } else if (n < arguments.size()) {
      out += loose[n] && !held ? "(" + arguments[n].*language + ")" : arguments[n].*language;
    } else if (n == 1) {
      out += "0";
    }
    i += 2;
  }
  return out;
}

// P1DT2H -> 1 day 2 hours. What is no duration stays as it is.
Both Literal(const std::string& s) {
  const bool negative = s.size() > 1 && s[0] == '-';
  const std::size_t start = negative ? 2 : 1;
  if (s.size() < start + 2 || s[start - 1] != 'P' || s.find_first_not_of("0123456789.YMWDTHS", start) != std::string::npos || s.find_first_of("0123456789") == std::string::npos) return Same(s);
  Both out = Same(negative ? "-" : "");
  bool time = false;
  std::string digits;
  for (std::size_t i = start; i < s.size(); ++i) {
    const char c = s[i];
    if (c == 'T') {
      time = true;
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.') {
      digits += c;
    } else {
      const Both unit = c == 'Y' ? Both{"year", "\u5e74"} : c == 'W' ? Both{"week", "\u5468"} : c == 'D' ? Both{"day", "\u5929"} : c == 'H' ? Both{"hour", "\u5c0f\u65f6"} : c == 'S' ? Both{"second", "\u79d2"} : time ? Both{"minute", "\u5206\u949f"} : Both{"month", "\u4e2a\u6708"};
      out.en += (out.en.size() > (negative ? 1U : 0U) ? " " : "") + digits + " " + unit.en + (digits == "1" ? "" : "s");
      out.zh += digits + unit.zh;
      digits.clear();
    }
  }
  return out;
}

class Sayer {
 public:
  Sayer(const std::string& text, const Names& names) : tokens_(Split(text)), names_(names) {}
  Both All(const Both& subject) {
    subject_ = subject;
    return Range(0, tokens_.size());
  }

 private:
  bool Is(std::size_t i, const char* sign) const { return i < tokens_.size() && tokens_[i].kind == Token::kSign && tokens_[i].text == sign; }
  bool IsWord(std::size_t i, const char* word) const { return i < tokens_.size() && tokens_[i].kind == Token::kWord && tokens_[i].text == word; }

  std::size_t Close(std::size_t open, std::size_t end) const {
    int depth = 0;
    for (std::size_t i = open; i < end; ++i) {
      if (Is(i, "(") || Is(i, "[") || Is(i, "{")) ++depth;
      if ((Is(i, ")") || Is(i, "]") || Is(i, "}")) && --depth == 0) return i;
    }
    return end;
  }

  // Words that join and are no name: a bracket after one begins something new, and one within a name of several words ends it.
  bool Joins(std::size_t i) const {
    static const char* const kJoins[] = {"and", "or", "if", "then", "else", "in", "return", "satisfies", "between"};
    return i < tokens_.size() && tokens_[i].kind == Token::kWord && std::any_of(std::begin(kJoins), std::end(kJoins), [&](const char* w) { return tokens_[i].text == w; });
  }
  // Whether an operand ends with the token: a minus behind it subtracts, a bracket behind it selects.
  bool Ends(std::size_t i) const { return tokens_[i].kind == Token::kSign ? Is(i, ")") || Is(i, "]") || Is(i, "}") : !Joins(i); }
  // Whether it holds together only by what stands around it.
  bool Loose(std::size_t from, std::size_t to) const {
    for (std::size_t i = from; i < to; ++i) {
      if (Is(i, "(") || Is(i, "[") || Is(i, "{")) i = Close(i, to);
      if (i >= to) break;
      const bool sign = tokens_[i].kind == Token::kSign && !Is(i, ".") && !Is(i, "?") && !Is(i, ",") && !Is(i, ")") && !Is(i, "]") && !Is(i, "}") && !(i == from && Is(i, "-"));
      if (sign || Joins(i) || IsWord(i, "for") || IsWord(i, "some") || IsWord(i, "every")) return true;
    }
    return false;
  }

  // What stands between commas; `loose` tells of each whether it needs brackets.
  std::vector<Both> List(std::size_t from, std::size_t to, std::vector<bool>* loose = nullptr) {
    std::vector<Both> out;
    std::size_t start = from;
    int depth = 0;
    for (std::size_t i = from; i <= to; ++i) {
      if (i < to && (Is(i, "(") || Is(i, "[") || Is(i, "{"))) ++depth;
      if (i < to && (Is(i, ")") || Is(i, "]") || Is(i, "}"))) --depth;
      if (i < to && !(depth == 0 && Is(i, ","))) continue;
      if (i > start && loose != nullptr) loose->push_back(Loose(start, i));
      if (i > start) out.push_back(Range(start, i));
      start = i + 1;
    }
    return out;
  }
  static Both Joined(const std::vector<Both>& list, const Both& between) {
    Both out;
    for (std::size_t i = 0; i < list.size(); ++i) out = out + (i == 0 ? Both{} : between) + list[i];
    return out;
  }

  void Put(const Both& b, bool tight = false) {
    if (!tight && !out_.en.empty() && out_.en.back() != ' ' && out_.en.back() != '(' && !b.en.starts_with(':')) out_.en += ' ';
    out_ = out_ + b;
  }

  // a.b.c -> "c of b of a"; item.b -> "b".
  Both Path(std::size_t* i, std::size_t end) {
    std::vector<std::string> parts{tokens_[*i].text};
    while (*i + 2 < end && Is(*i + 1, ".") && tokens_[*i + 2].kind == Token::kWord) parts.push_back(tokens_[*i += 2].text);
    if (parts.size() > 1 && parts[0] == "item") parts.erase(parts.begin());
    Both out = names_.Of(parts[0]);
    for (std::size_t k = 1; k < parts.size(); ++k) out = Both{names_.Of(parts[k]).en + " of " + out.en, out.zh + "\u7684" + names_.Of(parts[k]).zh};
    return out;
  }

  Both WordAt(std::size_t* i, std::size_t end) {
    const std::string& w = tokens_[*i].text;
    static const Word kKeywords[] = {
        {"and", {"and", " \u4e14 "}}, {"or", {"or", " \u6216 "}}, {"if", {"if", "\u82e5 "}}, {"then", {"then", ",\u5219 "}}, {"else", {"otherwise", ",\u5426\u5219 "}},
        {"true", {"yes", "\u662f"}}, {"false", {"no", "\u5426"}}, {"null", {"not stated", "\u672a\u586b"}}, {"for", {"for each", "\u5bf9\u6bcf\u4e2a"}}, {"in", {"in", " \u5c5e\u4e8e "}},
        {"return", {": ", ":"}}, {"some", {"for some", "\u6709"}}, {"every", {"for every", "\u6bcf\u4e2a"}}, {"satisfies", {"holds", "\u6ee1\u8db3"}}, {"item", {"it", "\u8be5\u9879"}},
        {"today", {"the day of the decision", "\u5f53\u65e5"}}, {"at", {"the moment of the decision", "\u5f53\u65f6"}}, {"instance", {"instance", "\u5c5e\u4e8e"}}, {"of", {"of", "\u7684"}},
    };
    // Longest name of a function before a bracket.
    std::string name = w;
    bool joins = false;
    for (std::size_t k = *i; k < end && k < *i + 4 && tokens_[k].kind == Token::kWord; ++k) {
      if (k > *i) name += " " + tokens_[k].text;
      joins |= Joins(k);
      if (!Is(k + 1, "(") || k + 1 >= end) continue;
      const Both* f = Find(kFunctions, name);
      if (f == nullptr && joins) break;
      const std::size_t close = Close(k + 1, end);
      std::vector<bool> loose;
      const std::vector<Both> arguments = List(k + 2, close, &loose);
      const bool whole = *i == 0 && close + 1 == tokens_.size();
      *i = close;
      const Both all = Joined(arguments, {", ", "\u3001"});
      const Both* to_whole = arguments.size() == 2 && arguments[1] == Same("0") ? Find(kFunctions, name + " to 0") : nullptr;
      if (to_whole != nullptr) f = to_whole;
      if (f != nullptr) return {Filled(f->en, arguments, &Both::en, loose, all.en, whole), Filled(f->zh, arguments, &Both::zh, loose, all.zh, whole)};
      Both called = names_.Of(name);
      while (*i + 2 < end && Is(*i + 1, ".") && tokens_[*i + 2].kind == Token::kWord) {
        const Both part = names_.Of(tokens_[*i += 2].text);
        called = {part.en + " by " + called.en, called.zh + "\u7684" + part.zh};
      }
      return called + Both{" (" + all.en + ")", "(" + all.zh + ")"};
    }
    const Both* keyword = Find(kKeywords, w);
    return keyword != nullptr && !Is(*i + 1, ".") && !names_.labels.contains(w) ? *keyword : Path(i, end);
  }

  Both Range(std::size_t from, std::size_t to) {
    const Both saved = out_;
    out_ = {};
    std::size_t signed_at = to;  // what a minus of its own stands before
    for (std::size_t i = from; i < to; ++i) {
      const Token& t = tokens_[i];
      const bool after = i > from && Ends(i - 1), tight = i == signed_at;
      switch (t.kind) {
        case Token::kNumber: Put(Same(Money(t.text)), i == from + 1 && Is(from, "-")); break;
        case Token::kText: {
          const Both duration = Literal(t.text);
          Put(duration == Same(t.text) ? Identifier(t.text) : duration);
          break;
        }
        case Token::kLiteral: Put(Literal(t.text)); break;
        case Token::kWord: Put(WordAt(&i, to), tight); break;
        case Token::kSign:
          if (t.text == "(" || t.text == "[" || t.text == "{") {
            const std::size_t close = Close(i, to);
            const bool interval = close + 1 > i && [&] {
              int depth = 0;
              for (std::size_t k = i + 1; k < close; ++k) {
                depth += Is(k, "(") || Is(k, "[") ? 1 : Is(k, ")") || Is(k, "]") ? -1 : 0;
                if (depth == 0 && Is(k, "..")) return true;
              }
              return false;
            }();
            if (interval) {
              std::size_t dots = i + 1;
              while (!Is(dots, "..")) ++dots;
              const Both low = Range(i + 1, dots), high = Range(dots + 1, close);
              Put(Both{low.en + " to " + high.en, low.zh + " \u81f3 " + high.zh});
              if (Is(i, "(")) Put({"(without the first)", "(\u4e0d\u542b\u524d\u8005)"});
              if (Is(close, ")")) Put({"(without the last)", "(\u4e0d\u542b\u540e\u8005)"});
            } else if (t.text == "[" && after) {
              const bool index = close == i + 2 && tokens_[i + 1].kind == Token::kNumber;
              const Both inner = Range(i + 1, close);
              Put(index ? Both{"no. " + inner.en, "\u7b2c" + inner.zh + "\u9879"} : Both{"(where " + inner.en + ")", "(\u5176\u4e2d " + inner.zh + ")"});
            } else if (t.text == "[") {
              const std::vector<Both> list = List(i + 1, close);
              Put(list.empty() ? Both{"nobody or nothing", "\u65e0"} : Joined(list, {", ", "\u3001"}));
            } else {
              const Both inner = Joined(List(i + 1, close), {", ", "\u3001"});
              Put(Both{"(" + inner.en + ")", "(" + inner.zh + ")"}, tight);
            }
            i = close;
            while (i + 2 < to && Is(i + 1, ".") && tokens_[i + 2].kind == Token::kWord) {
              const Both part = names_.Of(tokens_[i += 2].text);
              Put(Both{"(" + part.en + ")", "\u7684" + part.zh});
            }
          } else if (t.text == "?") {
            Put(subject_);
          } else if (t.text == "-" && !after) {
            const auto minus = [](const std::string& s) { return s.empty() || s.back() == ' ' ? "-" : " -"; };
            out_ = out_ + Both{minus(out_.en), minus(out_.zh)};
            signed_at = i + 1;
            if (i + 1 < to && tokens_[i + 1].kind == Token::kNumber) out_ = out_ + Same(Money(tokens_[++i].text));
          } else if (t.text == ",") {
            out_ = out_ + Both{" or", " \u6216 "};
          } else if (t.text == ":") {
            out_ = out_ + Both{":", ":"};
          } else if ((t.text == "=" || t.text == "!=") && IsWord(i + 1, "null") && i + 1 < to) {
            Put(t.text == "=" ? Both{"is not stated", " \u672a\u586b"} : Both{"is stated", " \u5df2\u586b"});
            ++i;
          } else {
            static const Word kSigns[] = {
                {"<=", {"\u2264", " \u2264 "}}, {">=", {"\u2265", " \u2265 "}}, {"!=", {"\u2260", " \u2260 "}}, {"=", {"=", " = "}}, {"*", {"\u00d7", " \u00d7 "}}, {"/", {"\u00f7", " \u00f7 "}},
                {"**", {"to the power", " \u7684\u5e42 "}}, {"..", {"to", " \u81f3 "}}, {"<", {"<", " < "}}, {">", {">", " > "}}, {"+", {"+", " + "}}, {"-", {"-", " - "}}};
            const Both* sign = Find(kSigns, t.text);
            Put(sign != nullptr ? *sign : Same(t.text));
          }
      }
    }
    const Both said = out_;
    out_ = saved;
    return said;
  }

  std::vector<Token> tokens_;
  const Names& names_;
  Both out_, subject_{"it", "\u5176"};
};

std::size_t Letters(const std::string& s) {
  return static_cast<std::size_t>(std::count_if(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Up to the first stop.
std::string First(const std::string& s, const std::vector<std::string>& stops) {
  std::size_t end = s.size();
  for (const std::string& stop : stops) end = std::min(end, s.find(stop));
  std::string out = s.substr(0, end);
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// What a word is when it is the whole name and no part of one.
const Word kAlone[] = {{"day", {"day", "\u65e5"}}, {"week", {"week", "\u5468"}}, {"month", {"month", "\u6708"}}, {"year", {"year", "\u5e74"}}};
// Names, and parts of names, that handbooks have in common; a name of which each part is here has a Chinese reading. Others show as they are written.
constexpr std::pair<const char*, const char*> kWords[] = {
    // Offices, which are more than their parts.
    {"service_supervisor", "\u5ba2\u670d\u4e3b\u4efb"}, {"service_director", "\u5ba2\u670d\u603b\u76d1"}, {"hospital_director", "\u9662\u957f"}, {"business_director", "\u4e1a\u52a1\u9662\u957f"},
    {"administrative_director", "\u884c\u653f\u9662\u957f"}, {"medical_head", "\u533b\u52a1\u90e8\u4e3b\u4efb"}, {"authorised_person", "\u6388\u6743\u8d23\u4efb\u4eba"}, {"general_manager", "\u603b\u7ecf\u7406"},
    {"group_medical", "\u96c6\u56e2\u533b\u52a1\u90e8"}, {"group_legal", "\u96c6\u56e2\u6cd5\u52a1\u90e8"}, {"medical_office", "\u533b\u52a1\u5904"}, {"customer_service", "\u5ba2\u670d\u90e8"},
    {"in_order", "\u5408\u89c4"}, {"in_time", "\u6309\u65f6"}, {"on_time", "\u6309\u65f6"}, {"due_on", "\u5230\u671f\u65e5"}, {"wrong_type", "\u6570\u636e\u7c7b\u578b\u4e0d\u7b26"}, {"missing_fact", "\u7f3a\u5c11\u4e8b\u5b9e"}, {"missing_parameter", "\u7f3a\u5c11\u53c2\u6570"},
    {"out_of_range", "\u8d85\u51fa\u8303\u56f4"}, {"born_on", "\u51fa\u751f\u65e5\u671f"}, {"on_duty", "\u5f53\u503c"}, {"not_in_force", "\u672a\u751f\u6548"}, {"uncovered", "\u65e0\u89c4\u5219\u9002\u7528"}, {"refused", "\u4e0d\u53d7\u7406"}, {"self_inspection", "\u81ea\u67e5"}, {"fine_and_probation", "\u7f5a\u6b3e\u5e76\u7559\u5c97\u67e5\u770b"},
    {"employee", "\u5458\u5de5"}, {"missing", "\u7f3a\u9879"}, {"amount", "\u91d1\u989d"}, {"count", "\u6b21\u6570"}, {"fine", "\u7f5a\u6b3e"}, {"collective", "\u96c6\u4f53"}, {"individual", "\u4e2a\u4eba"},
    {"points", "\u79ef\u5206"}, {"violations", "\u8fdd\u89c4\u6570"}, {"violation", "\u8fdd\u89c4"}, {"overdue", "\u903e\u671f"}, {"day", "\u5f53\u65e5"}, {"month", "\u5f53\u6708"}, {"year", "\u5f53\u5e74"},
    {"quarter", "\u5b63\u5ea6"}, {"allowed", "\u5141\u8bb8"}, {"item", "\u9879\u76ee"}, {"department", "\u90e8\u95e8"}, {"due", "\u5230\u671f"}, {"total", "\u5408\u8ba1"}, {"tier", "\u7ea7\u522b"},
    {"met", "\u8fbe\u6807"}, {"missed", "\u672a\u8fbe\u6807"}, {"reasons", "\u539f\u56e0"}, {"reason", "\u539f\u56e0"}, {"step", "\u6b65\u9aa4"}, {"score", "\u5f97\u5206"}, {"scores", "\u5f97\u5206"},
    {"owner", "\u8d23\u4efb\u4eba"}, {"person", "\u4eba\u5458"}, {"deduction", "\u6263\u6b3e"}, {"deducted", "\u6263\u9664"}, {"added", "\u52a0\u8ba1"}, {"status", "\u72b6\u6001"}, {"money", "\u91d1\u989d"},
    {"late", "\u8fdf\u5230"}, {"name", "\u540d\u79f0"}, {"complete", "\u5b8c\u6574"}, {"next", "\u4e0b\u4e00"}, {"kind", "\u7c7b\u522b"}, {"consultant", "\u54a8\u8be2\u5e08"}, {"leader", "\u7ec4\u957f"},
    {"team", "\u5c0f\u7ec4"}, {"dismissed", "\u89e3\u96c7"}, {"least", "\u81f3\u5c11"}, {"most", "\u81f3\u591a"}, {"measure", "\u63aa\u65bd"}, {"measures", "\u63aa\u65bd"}, {"other", "\u5176\u4ed6"},
    {"review", "\u590d\u6838"}, {"valid", "\u6709\u6548"}, {"bonus", "\u5956\u91d1"}, {"monthly", "\u6708\u5ea6"}, {"chosen", "\u9009\u5b9a"}, {"choice", "\u9009\u62e9"}, {"mode", "\u65b9\u5f0f"},
    {"date", "\u65e5\u671f"}, {"target", "\u6307\u6807"}, {"quantity", "\u6570\u91cf"}, {"group", "\u96c6\u56e2"}, {"spent", "\u5df2\u6d88\u8d39"}, {"director", "\u4e3b\u4efb"}, {"class", "\u7c7b\u522b"},
    {"label", "\u5904\u5206"}, {"none", "\u65e0"}, {"forbidden", "\u7981\u6b62"}, {"invoice", "\u53d1\u7968"}, {"content", "\u5185\u5bb9"}, {"praise", "\u8868\u626c"}, {"decision", "\u51b3\u5b9a"},
    {"number", "\u7f16\u53f7"}, {"customers", "\u987e\u5ba2\u6570"}, {"customer", "\u987e\u5ba2"}, {"absence", "\u7f3a\u52e4"}, {"absent", "\u7f3a\u52e4"}, {"rank", "\u540d\u6b21"}, {"rule", "\u89c4\u5219"},
    {"rate", "\u6bd4\u7387"}, {"new", "\u65b0"}, {"occurrence", "\u7d2f\u8ba1\u6b21\u6570"}, {"issue", "\u95ee\u9898"}, {"open", "\u672a\u5b8c\u6210"}, {"award", "\u5956\u52b1"}, {"form", "\u8868"},
    {"assessment", "\u8003\u6838"}, {"signature", "\u7b7e\u540d"}, {"signed", "\u5df2\u7b7e\u540d"}, {"guest", "\u5bbe\u5ba2"}, {"first", "\u7b2c\u4e00"}, {"second", "\u7b2c\u4e8c"}, {"third", "\u7b2c\u4e09"},
    {"attendance", "\u8003\u52e4"}, {"quality", "\u8d28\u91cf"}, {"service", "\u670d\u52a1"}, {"both", "\u4e24\u8005"}, {"doctor", "\u533b\u751f"}, {"required", "\u5fc5\u987b"}, {"fines", "\u7f5a\u6b3e"},
    {"damaged", "\u635f\u574f"}, {"role", "\u89d2\u8272"}, {"share", "\u4efd\u989d"}, {"level", "\u7ea7\u522b"}, {"superior", "\u4e0a\u7ea7"}, {"superiors", "\u4e0a\u7ea7"}, {"add", "\u52a0\u8ba1"},
    {"success", "\u6210\u529f"}, {"error", "\u5dee\u9519"}, {"finance", "\u8d22\u52a1"}, {"verdict", "\u7ed3\u8bba"}, {"earned", "\u6240\u5f97"}, {"vetoed", "\u5426\u51b3"}, {"price", "\u4ef7\u683c"},
    {"difference", "\u5dee\u989d"}, {"graded", "\u5df2\u8bc4\u7ea7"}, {"allowance", "\u6d25\u8d34"}, {"lost", "\u4e27\u5931"}, {"handler", "\u7ecf\u529e\u4eba"}, {"telephone", "\u7535\u8bdd"}, {"demand", "\u9700\u6c42"},
    {"failed", "\u672a\u901a\u8fc7"}, {"votes", "\u7968\u6570"}, {"may", "\u53ef"}, {"dismiss", "\u8f9e\u9000"}, {"never", "\u4ece\u4e0d"}, {"sales", "\u9500\u552e\u989d"}, {"actions", "\u5904\u7406"},
    {"gender", "\u6027\u522b"}, {"issuer", "\u53d1\u653e\u4eba"}, {"own", "\u81ea\u6709"}, {"days", "\u5929\u6570"}, {"converted", "\u6210\u4ea4"}, {"refused", "\u4e0d\u4e88"}, {"each", "\u9010\u9879"},
    {"returning", "\u56de\u5934\u5ba2"}, {"until", "\u622a\u81f3"}, {"time", "\u65f6\u95f4"}, {"receiver", "\u63a5\u6536\u4eba"}, {"unit", "\u5355\u4f4d"}, {"general", "\u4e00\u822c"}, {"method", "\u65b9\u6cd5"},
    {"net", "\u51c0\u989d"}, {"tied", "\u5e76\u5217"}, {"registration", "\u767b\u8bb0"}, {"nursing", "\u62a4\u7406"}, {"origin", "\u6765\u6e90"}, {"responsible", "\u8d23\u4efb\u4eba"},
    {"suggestion", "\u5efa\u8bae"}, {"head", "\u8d1f\u8d23\u4eba"}, {"reached", "\u5df2\u8fbe\u5230"}, {"assessed", "\u5df2\u8003\u6838"}, {"approval", "\u5ba1\u6279"}, {"approved", "\u5df2\u6279\u51c6"},
    {"balance", "\u4f59\u989d"}, {"responsibility", "\u8d23\u4efb"}, {"verified", "\u5df2\u6838\u5b9e"}, {"winner", "\u83b7\u5956\u8005"}, {"company", "\u516c\u53f8"}, {"pay", "\u85aa\u91d1"},
    {"performance", "\u7ee9\u6548"}, {"professional", "\u4e13\u4e1a"}, {"granted", "\u51c6\u4e88"}, {"tags", "\u6807\u7b7e"}, {"record", "\u8bb0\u5f55"}, {"recorded", "\u5df2\u8bb0\u5f55"},
    {"report", "\u62a5\u544a"}, {"reports", "\u62a5\u544a"}, {"task", "\u4efb\u52a1"}, {"commission", "\u63d0\u6210"}, {"owed", "\u5e94\u4ed8"}, {"warning", "\u8b66\u544a"}, {"sanctions", "\u5904\u5206"},
    {"sanction", "\u5904\u5206"}, {"persons", "\u4eba\u6570"}, {"complaint", "\u6295\u8bc9"}, {"complained", "\u6295\u8bc9"}, {"refund", "\u9000\u8d39"}, {"eligible", "\u7b26\u5408\u6761\u4ef6"},
    {"asked", "\u5df2\u8be2\u95ee"}, {"state", "\u72b6\u6001"}, {"answer", "\u7b54\u590d"}, {"answered", "\u5df2\u7b54\u590d"}, {"filed", "\u5df2\u63d0\u4ea4"}, {"failing", "\u4e0d\u7b26\u9879"}, {"type", "\u7c7b\u578b"},
    {"wrong", "\u9519\u8bef"}, {"fact", "\u4e8b\u5b9e"}, {"parameter", "\u53c2\u6570"}, {"before", "\u4e4b\u524d"}, {"after", "\u4e4b\u540e"}, {"on", "\u4e8e"}, {"manager", "\u7ecf\u7406"},
    {"supervisor", "\u4e3b\u7ba1"}, {"member", "\u4f1a\u5458"}, {"card", "\u5361"}, {"major", "\u4e13\u4e1a"}, {"degree", "\u5b66\u5386"}, {"experience", "\u7ecf\u9a8c"}, {"known", "\u5df2\u77e5"},
    {"waived", "\u8c41\u514d"}, {"strict", "\u4e25\u683c"}, {"cause", "\u539f\u56e0"}, {"place", "\u540d\u6b21"}, {"found", "\u53d1\u73b0"}, {"inspection", "\u68c0\u67e5"}, {"channel", "\u6e20\u9053"},
    {"phone", "\u7535\u8bdd"}, {"visit", "\u5230\u8bbf"}, {"visits", "\u5230\u8bbf\u6570"}, {"meeting", "\u4f1a\u8bae"}, {"held", "\u5df2\u53ec\u5f00"}, {"duty", "\u503c\u73ed"}, {"leave", "\u8bf7\u5047"},
    {"payment", "\u4ed8\u6b3e"}, {"budget", "\u9884\u7b97"}, {"asset", "\u8d44\u4ea7"}, {"assets", "\u8d44\u4ea7"}, {"goods", "\u7269\u54c1"}, {"file", "\u6863\u6848"}, {"files", "\u6863\u6848"},
    {"contract", "\u5408\u540c"}, {"training", "\u57f9\u8bad"}, {"follow", "\u8ddf\u8fdb"}, {"call", "\u7535\u8bdd"}, {"calls", "\u7535\u8bdd"}, {"survey", "\u8c03\u67e5"},
    {"satisfaction", "\u6ee1\u610f\u5ea6"}, {"satisfied", "\u6ee1\u610f"}, {"hours", "\u5c0f\u65f6"}, {"minutes", "\u5206\u949f"}, {"seconds", "\u79d2"}, {"months", "\u6708\u6570"}, {"started", "\u5f00\u59cb"},
    {"ended", "\u7ed3\u675f"}, {"closed", "\u5df2\u7ed3\u6848"}, {"proposal", "\u63d0\u8bae"}, {"oral", "\u53e3\u5934"}, {"written", "\u4e66\u9762"}, {"lifetime", "\u7ec8\u8eab"}, {"default", "\u9ed8\u8ba4"},
    {"higher", "\u8f83\u9ad8"}, {"lower", "\u8f83\u4f4e"}, {"sum", "\u5408\u8ba1"}, {"highest", "\u6700\u9ad8"}, {"offence", "\u8fdd\u89c4"}, {"repeat", "\u91cd\u590d"}, {"limit", "\u9650\u989d"},
    {"times", "\u6b21\u6570"}, {"applies", "\u9002\u7528"}, {"list", "\u5217\u8868"}, {"hospital", "\u533b\u9662"}, {"institution", "\u673a\u6784"}, {"office", "\u529e\u516c\u5ba4"}, {"key", "\u5173\u952e"},
    {"good", "\u826f\u597d"}, {"excellent", "\u4f18\u79c0"}, {"poor", "\u8f83\u5dee"}, {"qualified", "\u5408\u683c"}, {"unqualified", "\u4e0d\u5408\u683c"}, {"passed", "\u901a\u8fc7"},
    {"pending", "\u5f85\u5b9a"},
};

}  // namespace

Both Identifier(const std::string& name) {
  for (const Both* word : {DetailWord(name), Find(kAlone, name)}) {
    if (word != nullptr) return *word;
  }
  Both out{name, ""};
  std::replace(out.en.begin(), out.en.end(), '_', ' ');
  const auto chinese = [](std::string_view part) {
    const auto w = std::find_if(std::begin(kWords), std::end(kWords), [&](const auto& x) { return part == x.first; });
    return w == std::end(kWords) ? "" : w->second;
  };
  out.zh = chinese(name);
  if (!out.zh.empty()) return out;
  for (std::size_t i = 0; i <= out.en.size();) {
    const std::size_t end = std::min(out.en.find(' ', i), out.en.size());
    const std::string part = chinese(std::string_view(out.en).substr(i, end - i));
    if (part.empty()) return Same(out.en);
    out.zh += part;
    i = end + 1;
  }
  return out;
}

Both WordOf(std::span<const Word> table, const std::string& code) {
  const Both* words = Find(table, code);
  return words != nullptr ? *words : Identifier(code);
}

Both Says(const json::Node& node) {
  const json::Node* says = node.Find("says");
  if (says == nullptr) return {};
  const json::Node *en = says->Find("en"), *zh = says->Find("zh");
  if (says->type == json::NodeType::kString) return Same(says->text);
  const std::string one = en != nullptr ? en->text : zh != nullptr ? zh->text : "";
  return {one, zh != nullptr ? zh->text : one};
}

void Names::Add(const std::string& name, const json::Node& declared) {
  const Both says = Says(declared);
  const json::Node* values = declared.type == json::NodeType::kArray ? &declared : declared.Find("values");
  if (values != nullptr && !values->items.empty() && values->items[0].type == json::NodeType::kString) {  // a setting: its sentence tells its readings
    labels[name] = Both{"the reading ", "\u8bfb\u6cd5 "} + Identifier(name);
    return;
  }
  if (says.en.empty() && says.zh.empty()) return;
  const std::string en = First(says.en, {", ", "; ", ": ", " (", "."}), zh = First(says.zh, {",", ";", ":", "(", "\u3002", ", ", "(", ":"});
  const Both plain = Identifier(name);
  labels[name] = {en.empty() || Letters(en) > 60 ? plain.en : en, zh.empty() || Letters(zh) > 24 ? plain.zh : zh};
}

Both Names::Of(const std::string& name) const {
  const auto it = labels.find(name);
  return it != labels.end() ? it->second : Identifier(name);
}

Both Say(const std::string& expression, const Names& names) { return Sayer(expression, names).All({"it", "\u5176"}); }

std::optional<Band> BandOf(const std::string& test) {
  Band b;
  const auto number = [](std::string s, std::optional<Decimal>* value, std::string* text) {
    s.erase(0, s.find_first_not_of(' '));
    s.erase(s.find_last_not_of(' ') + 1);
    Decimal d;
    if (s.empty() || Decimal::Parse(s, &d) != DecimalStatus::kOk) return false;
    *value = d;
    *text = Money(s);
    return true;
  };
  const std::string s = test;
  if (s.size() > 1 && (s[0] == '<' || s[0] == '>')) {
    const bool in = s[1] == '=';
    const std::string rest = s.substr(in ? 2 : 1);
    if (s[0] == '<' ? !number(rest, &b.high, &b.high_text) : !number(rest, &b.low, &b.low_text)) return std::nullopt;
    (s[0] == '<' ? b.high_in : b.low_in) = in;
    return b;
  }
  const std::size_t dots = s.find("..");
  if (s.size() > 4 && dots != std::string::npos && (s[0] == '(' || s[0] == '[' || s[0] == ']') && (s.back() == ')' || s.back() == ']' || s.back() == '[')) {
    if (!number(s.substr(1, dots - 1), &b.low, &b.low_text) || !number(s.substr(dots + 2, s.size() - dots - 3), &b.high, &b.high_text)) return std::nullopt;
    b.low_in = s[0] == '[';
    b.high_in = s.back() == ']';
    return b;
  }
  if (!number(s, &b.low, &b.low_text)) return std::nullopt;
  b.high = b.low;
  b.high_text = b.low_text;
  b.low_in = b.high_in = true;
  return b;
}

Both SayTest(const std::string& test, const Both& subject, const Names& names) {
  if (test == "true") return Same("\u2713 ") + subject;
  if (test == "false") return Same("\u2717 ") + subject;
  if (test == "null") return subject + Both{": not stated", "\uff1a\u672a\u586b"};
  if (const std::optional<Band> b = BandOf(test)) {
    if (b->low && b->high && b->low_in && b->high_in && b->low_text == b->high_text) return subject + Same(" = " + b->low_text);
    if (!b->low) return subject + Same((b->high_in ? " \u2264 " : " < ") + b->high_text);
    if (!b->high) return subject + Same((b->low_in ? " \u2265 " : " > ") + b->low_text);
    return Same(b->low_text + (b->low_in ? " \u2264 " : " < ")) + subject + Same((b->high_in ? " \u2264 " : " < ") + b->high_text);
  }
  const Both said = Sayer(test, names).All(subject);
  if (test.find('?') != std::string::npos) return said;
  if (test[0] == '<' || test[0] == '>') return subject + Same(" ") + said;
  if (test.starts_with("not(")) return subject + Both{" is ", "\uff1a"} + said;
  return subject + Both{": ", "\uff1a"} + said;
}

Both Plain(const json::Node& v, bool expression, const Names& names) {
  switch (v.type) {
    case json::NodeType::kNull: return {"none", "\u65e0"};
    case json::NodeType::kBoolean: return v.boolean ? Both{"yes", "\u662f"} : Both{"no", "\u5426"};
    case json::NodeType::kNumber: return Same(Money(v.text));
    case json::NodeType::kString: return v.text.empty() ? Both{"(empty)", "(\u7a7a)"} : expression ? Say(v.text, names) : Identifier(v.text);
    case json::NodeType::kArray: {
      Both out;
      for (std::size_t i = 0; i < v.items.size(); ++i) out = out + (i == 0 ? Both{} : Both{", ", "\u3001"}) + Plain(v.items[i], expression, names);
      return v.items.empty() ? Both{"none", "\u65e0"} : out;
    }
    case json::NodeType::kObject: {
      if (const json::Node* feel = v.Find("feel")) return Say(feel->text, names);
      Both out;
      for (std::size_t i = 0; i < v.members.size(); ++i) {
        const Both name = names.Of(v.members[i].key), value = Plain(v.members[i].value, expression, names);
        out = out + (i == 0 ? Both{} : Both{"; ", "\uff1b"}) + Both{name.en + ": " + value.en, name.zh + "\uff1a" + value.zh};
      }
      return v.members.empty() ? Both{"none", "\u65e0"} : out;
    }
  }
  return {};
}

Both WindowWords(const std::string& w) {
  static const Word kWindows[] = {
      {"lifetime", {"ever", "\u7d2f\u8ba1\u4e0d\u9650\u671f"}}, {"day", {"on the same day", "\u5f53\u65e5"}}, {"calendar_day", {"on the same day", "\u5f53\u65e5"}}, {"week", {"in the same week", "\u5f53\u5468"}},
      {"calendar_week", {"in the same week", "\u5f53\u5468"}}, {"calendar_month", {"in the same calendar month", "\u5f53\u6708"}}, {"month", {"in the same calendar month", "\u5f53\u6708"}},
      {"calendar_quarter", {"in the same quarter", "\u5f53\u5b63"}}, {"quarter", {"in the same quarter", "\u5f53\u5b63"}}, {"calendar_year", {"in the same calendar year", "\u5f53\u5e74"}}, {"year", {"in the same calendar year", "\u5f53\u5e74"}}};
  if (const Both* words = Find(kWindows, w)) return *words;
  if (w.starts_with("last ")) {
    const std::size_t space = w.find(' ', 5);
    const std::string n = w.substr(5, space - 5), unit = space == std::string::npos ? "" : w.substr(space + 1);
    return {"in the " + w, "\u6700\u8fd1" + n + (unit.starts_with("month") ? "\u4e2a\u6708" : "\u5929")};
  }
  return Identifier(w);
}

}  // namespace ordain::cli
