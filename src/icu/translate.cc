// See translate.hpp. One pass over the pattern writes ICU's expression; patterns with back-references are read twice, since only
// the first reading knows which groups they refer to.
#include "icu/translate.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <set>
#include <utility>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace ordain::icu_text {
namespace {

constexpr std::size_t kMostPattern = std::size_t{1} << 14;      // bytes
constexpr std::size_t kMostTranslated = std::size_t{1} << 20;   // bytes
constexpr int kMostDepth = 90;                                  // of brackets in what is written: ICU bears 99
constexpr std::uint32_t kMostCount = 1000000;                   // in {n,m}
constexpr std::size_t kMostGroups = 999;
constexpr char32_t kEnd = 0;                                    // behind the pattern: no text has it

// Names of XML (1.0, fifth edition), as the inside of a set.
constexpr char kNameStart[] =
    "\\x{3A}A-Z_a-z\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{1FFF}\\x{200C}\\x{200D}\\x{2070}-\\x{218F}"
    "\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFFD}\\x{10000}-\\x{EFFFF}";
constexpr char kNameMore[] = "\\x{2D}\\x{2E}0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}\\x{2040}";

// What stands in \p{...}: a general category, as XML Schema lists them (there is no Cs, since there are no surrogates).
bool IsCategory(std::string_view name) {
  static constexpr const char* kCategories[] = {"Lultmo", "Mnce", "Ndlo", "Pcdseifo", "Zslp", "Smcko", "Ccfon"};
  for (const char* row : kCategories) {
    if (name[0] != row[0]) continue;
    return name.size() == 1 || (name.size() == 2 && std::strchr(row + 1, name[1]) != nullptr);
  }
  return false;
}

// Whether name is block, a long name of ICU's ("Latin_1_Supplement"), as XML Schema writes it: the name in Unicode's Blocks.txt without
// its spaces ("Latin-1Supplement"). There `and` and `for` are small, and a last word of one character may follow a hyphen.
bool IsBlockName(std::string_view name, std::string_view block) {
  std::size_t i = 0;
  for (std::size_t from = 0; from <= block.size();) {
    const std::size_t end = std::min(block.find('_', from), block.size());
    std::string word(block.substr(from, end - from));
    if (word == "And" || word == "For") word[0] = static_cast<char>(word[0] - 'A' + 'a');
    if (from != 0 && word.size() == 1 && i < name.size() && name[i] == '-') ++i;
    if (name.substr(i, word.size()) != word) return false;
    i += word.size();
    from = end + 1;
  }
  return i == name.size();
}

// ICU's name of the block that XML Schema calls name; empty when there is none.
std::string BlockOf(std::string_view name) {
  // Blocks of Unicode 3.1, which XML Schema 1.0 lists, that are called otherwise today.
  static constexpr std::pair<std::string_view, std::string_view> kFormer[] = {
      {"Greek", "GreekandCoptic"},
      {"CombiningMarksforSymbols", "CombiningDiacriticalMarksforSymbols"},
      {"CyrillicSupplementary", "CyrillicSupplement"},
      {"PrivateUse", "PrivateUseArea"},
      {"Phags-pa", "PhagsPa"},  // written so in Blocks.txt
  };
  for (const auto& [former, today] : kFormer) {
    if (name == former) name = today;
  }
  for (int block = 1; block <= u_getIntPropertyMaxValue(UCHAR_BLOCK); ++block) {  // 0: no block
    const char* icu_name = u_getPropertyValueName(UCHAR_BLOCK, block, U_LONG_PROPERTY_NAME);
    if (icu_name != nullptr && IsBlockName(name, icu_name)) return icu_name;
  }
  return {};
}

bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }
bool IsSpace(char32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The characters of the pattern, each with its number.
struct Char {
  char32_t c;
  std::size_t number;
};

class Translator {
 public:
  Translator(const std::vector<Char>& in, const Flags& flags, const std::set<std::size_t>& referred, Translation* out, std::string* error)
      : in_(in), flags_(flags), referred_in_(referred), out_(out), error_(error) {
    *out_ = {};
  }

  bool Run() {
    if (!Alternatives(0)) return false;
    if (At() != kEnd) return Fail(") without (; write \\) for the character");
    for (const Numbered& group : groups_) out_->groups.push_back(group.icu);
    out_->slots += 3 * static_cast<std::size_t>(icu_groups_);
    return true;
  }
  bool RunLiteral() {
    for (; At() != kEnd; ++i_) Literal(At());
    out_->straight = in_.size();
    out_->groups.push_back(0);
    return SizeIsFine();
  }
  const std::set<std::size_t>& referred() const { return referred_; }

 private:
  char32_t At(std::size_t ahead = 0) const { return i_ + ahead < in_.size() ? in_[i_ + ahead].c : kEnd; }
  void Put(std::string_view s) { out_->icu += s; }
  bool SizeIsFine() { return out_->icu.size() <= kMostTranslated || Fail("the pattern is too large"); }

  bool Fail(const std::string& what) {
    const std::size_t number = i_ < in_.size() ? in_[i_].number : in_.empty() ? 1 : in_.back().number + 1;
    *error_ = "character " + std::to_string(number) + " of the pattern: " + what;
    return false;
  }

  static void PutChar(char32_t c, std::string* out) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c)) {
      *out += static_cast<char>(c);
      return;
    }
    static constexpr char kHex[] = "0123456789ABCDEF";
    *out += "\\x{";
    int shift = 20;
    while (shift > 0 && c >> shift == 0) shift -= 4;
    for (; shift >= 0; shift -= 4) *out += kHex[c >> shift & 15];
    *out += '}';
  }
  // The inside of a set. ICU gets no flag: what is the same but for its case is written out.
  void PutRange(char32_t low, char32_t high, std::string* out) const {
    const auto put = [out](char32_t from, char32_t to) {
      PutChar(from, out);
      if (from == to) return;
      *out += '-';
      PutChar(to, out);
    };
    put(low, high);
    if (!flags_.caseless) return;
    icu::UnicodeSet variants = CaseVariantsOf(icu::UnicodeSet(static_cast<UChar32>(low), static_cast<UChar32>(high)));
    variants.remove(static_cast<UChar32>(low), static_cast<UChar32>(high));
    for (int n = 0; n < variants.getRangeCount(); ++n) {
      put(static_cast<char32_t>(variants.getRangeStart(n)), static_cast<char32_t>(variants.getRangeEnd(n)));
    }
  }
  void Literal(char32_t c) {
    if (!flags_.caseless || !CaseVariable().contains(static_cast<UChar32>(c))) return PutChar(c, &out_->icu);
    Put("[");
    PutRange(c, c, &out_->icu);
    Put("]");
  }

  bool Alternatives(int depth) {
    for (;;) {
      while (At() != kEnd && At() != '|' && At() != ')') {
        if (!Piece(depth)) return false;
      }
      if (At() != '|') return true;
      ++i_;
      Put("|");
      straight_ = 0;
    }
  }

  bool Piece(int depth) {
    const std::size_t start = out_->icu.size();
    const bool anchor = At() == '^' || At() == '$';
    const bool may_be_empty = anchor || At() == '(' || (At() == '\\' && IsDigit(At(1)));
    if (!Atom(depth) || !SizeIsFine()) return false;
    out_->straight = std::max(out_->straight, ++straight_);
    std::string quantifier;
    if (!Quantifier(&quantifier)) return false;
    if (quantifier.empty()) return true;
    // ICU's *? and +? go round for ever in what matches the empty text; its {n,}? see that nothing moves.
    if (may_be_empty && quantifier == "*?") quantifier = "{0,}?";
    if (may_be_empty && quantifier == "+?") quantifier = "{1,}?";
    if (anchor) {  // ICU repeats no \A
      out_->icu.insert(start, "(?:");
      Put(")");
    }
    Put(quantifier);
    out_->slots += 3;
    return true;
  }

  bool Quantifier(std::string* out) {
    if (At() == '?' || At() == '*' || At() == '+') {
      *out = static_cast<char>(At());
      ++i_;
    } else if (At() == '{') {
      ++i_;
      std::uint32_t least = 0, most = 0;
      if (!Count(&least)) return false;
      *out = "{" + std::to_string(least);
      if (At() == ',') {
        ++i_;
        *out += ',';
        if (At() != '}') {
          if (!Count(&most)) return false;
          if (most < least) return Fail("{n,m} with n above m");
          *out += std::to_string(most);
        }
      }
      if (At() != '}') return Fail("{n}, {n,} or {n,m} is expected; write \\{ for the character");
      ++i_;
      *out += '}';
    } else {
      return true;
    }
    if (At() == '?') {
      ++i_;
      *out += '?';
    }
    return true;
  }
  bool Count(std::uint32_t* out) {
    if (!IsDigit(At())) return Fail("a number is expected behind {; write \\{ for the character");
    for (; IsDigit(At()); ++i_) {
      *out = *out * 10 + static_cast<std::uint32_t>(At() - '0');
      if (*out > kMostCount) return Fail("no count may be above " + std::to_string(kMostCount));
    }
    return true;
  }

  bool Atom(int depth) {
    switch (const char32_t c = At()) {
      case '(': return Group(depth);
      case '[': return Class(depth + 1, &out_->icu);
      case '\\': return Escape();
      case '.': Put(flags_.dot_all ? "[\\x{0}-\\x{10FFFF}]" : "[^\\x{A}\\x{D}]"); break;
      case '^':
        Put(flags_.multi_line ? "(?:\\A|(?<=\\x{A})(?!\\z))" : "\\A");
        out_->slots += flags_.multi_line ? 8 : 0;
        break;
      case '$':
        Put(flags_.multi_line ? "(?=\\x{A}|\\z)" : "\\z");
        out_->slots += flags_.multi_line ? 4 : 0;
        break;
      case '?':
      case '*':
      case '+': return Fail(std::string("there is nothing that ") + static_cast<char>(c) + " could repeat");
      case '{':
      case '}':
      case ']': return Fail(std::string("write \\") + static_cast<char>(c) + " for the character");
      default: Literal(c);
    }
    ++i_;
    return true;
  }

  bool Group(int depth) {
    const std::size_t open = i_++;
    std::size_t number = 0;  // of a group that is not counted
    bool referred = false;
    if (At() == '?') {
      ++i_;
      if (At() != ':') return Fail("behind (? only : may stand");
      ++i_;
      Put("(?:");
    } else {
      number = groups_.size();
      if (number > kMostGroups) return Fail("there are too many groups");
      referred = referred_in_.count(number) != 0;
      Put(referred ? "(?:(" : "(");
      groups_.push_back({++icu_groups_, 0, false});
    }
    depth += referred ? 2 : 1;
    if (depth > kMostDepth) return i_ = open, Fail("brackets are nested too deeply");
    if (!Alternatives(depth)) return false;
    if (At() != ')') {
      i_ = open;
      return Fail("( without )");
    }
    ++i_;
    Put(referred ? ")())" : ")");
    if (referred) groups_[number].mark = ++icu_groups_;
    if (number != 0) groups_[number].closed = true;
    return true;
  }

  // REQUIRES: At() is the first digit.
  bool BackReference() {
    if (At() == '0') return Fail("there is no group 0 to refer to");
    std::size_t number = 0;
    // More digits belong to the number as long as so many groups have been opened.
    for (; IsDigit(At()); ++i_) {
      const std::size_t longer = number * 10 + static_cast<std::size_t>(At() - '0');
      if (number != 0 && longer >= groups_.size()) break;
      number = longer;
    }
    if (number >= groups_.size()) return --i_, Fail("there is no group " + std::to_string(number) + " before");
    if (!groups_[number].closed) return --i_, Fail("group " + std::to_string(number) + " is not closed yet");
    referred_.insert(number);
    const std::string same = "\\" + std::to_string(groups_[number].icu);
    Put(flags_.caseless ? "(?:(?i:" + same + ")" : "(?:" + same);
    Put("|(?!\\" + std::to_string(groups_[number].mark) + "))");
    out_->back_references = true;
    out_->caseless_references = flags_.caseless;
    out_->slots += 4;
    return true;
  }

  bool Escape() {
    if (IsDigit(At(1))) {
      ++i_;
      return BackReference();
    }
    std::string inside;
    char32_t c = 0;
    bool single = false;
    if (!AnyEscape(&inside, &c, &single)) return false;
    if (single) {
      Literal(c);
    } else {
      Put("[" + inside + "]");
    }
    return true;
  }

  // REQUIRES: At() is \. Either *single and *c, or the inside of a set is added to *set.
  bool AnyEscape(std::string* set, char32_t* c, bool* single) {
    *single = false;
    const char32_t what = At(1);
    const auto put = [&](const char* inside) {
      *set += inside;
      i_ += 2;
      return true;
    };
    switch (what) {
      case 'd': return put("\\p{Nd}");
      case 'D': return put("\\P{Nd}");
      case 'w': return put("[^\\p{P}\\p{Z}\\p{C}]");
      case 'W': return put("\\p{P}\\p{Z}\\p{C}");
      case 's': return put("\\x{9}\\x{A}\\x{D}\\x{20}");
      case 'S': return put("[^\\x{9}\\x{A}\\x{D}\\x{20}]");
      case 'i': return put(kNameStart);
      case 'I': return put((std::string("[^") + kNameStart + "]").c_str());
      case 'c': return put((std::string(kNameStart) + kNameMore).c_str());
      case 'C': return put((std::string("[^") + kNameStart + kNameMore + "]").c_str());
      case 'p':
      case 'P': return Property(set);
      case 'n': *c = '\n'; break;
      case 'r': *c = '\r'; break;
      case 't': *c = '\t'; break;
      case kEnd: return Fail("\\ with nothing behind it");
      default:
        if (what > 0x7F || std::strchr("\\|.?*+(){}-[]^$", static_cast<int>(what)) == nullptr) {
          return Fail("unknown escape \\" + (what > ' ' && what < 0x7F ? std::string(1, static_cast<char>(what)) : ""));
        }
        *c = what;
    }
    *single = true;
    i_ += 2;
    return true;
  }

  bool Property(std::string* set) {
    const std::size_t start = i_;
    const bool negated = At(1) == 'P';
    i_ += 2;
    if (At() != '{') return Fail("{ is expected behind \\p and \\P");
    std::string name;
    for (++i_; At() != '}'; ++i_) {
      if (At() == kEnd) return i_ = start, Fail("\\p{ without }");
      name += At() < 0x80 ? static_cast<char>(At()) : '?';
    }
    ++i_;
    std::string value;
    if (name.rfind("Is", 0) == 0) {
      const std::string block = BlockOf(std::string_view(name).substr(2));
      if (!block.empty()) value = "blk=" + block;
    } else if (!name.empty() && IsCategory(name)) {
      value = name;
    }
    if (value.empty()) return i_ = start, Fail("there is no category or block \"" + name + "\"");
    *set += (negated ? "\\P{" : "\\p{") + value + "}";
    return true;
  }

  // A class in brackets, of which everything but the outermost brackets may be an inner set to ICU. Rules for - as in XML Schema 1.1:
  // it is itself at the start, at the end, behind a range or an escape for many, and before -[; before [ it subtracts; it begins and ends
  // no range.
  bool Class(int depth, std::string* out) {
    if (depth > kMostDepth) return Fail("brackets are nested too deeply");
    const std::size_t open = i_++;
    const bool negated = At() == '^';
    if (negated) ++i_;
    std::string inside, subtracted;
    while (At() != ']') {
      if (At() == kEnd) return i_ = open, Fail("[ without ]");
      if (At() == '-' && At(1) == '[' && !inside.empty()) {
        ++i_;
        if (!Class(depth + 1, &subtracted)) return false;
        if (At() != ']') return Fail("] is expected behind a class that is subtracted");
        break;
      }
      const bool hyphen = At() == '-';
      char32_t low = 0, high = 0;
      bool single = false;
      if (!ClassChar(&inside, &low, &single)) return false;
      if (!single) continue;
      high = low;
      if (At() == '-' && At(1) != '[' && At(1) != ']' && !(At(1) == '-' && At(2) == '[')) {
        if (hyphen || At(1) == '-') return Fail("no range begins or ends in -; write \\- for the character");
        ++i_;
        const std::size_t end = i_;
        std::string none;
        if (!ClassChar(&none, &high, &single)) return false;
        if (!single) return i_ = end, Fail("a range ends in one character");
        if (high < low) return i_ = end, Fail("a range ends below its start");
      }
      PutRange(low, high, &inside);
      if (inside.size() > kMostTranslated) return Fail("the pattern is too large");
    }
    if (inside.empty()) return Fail("a class needs a character; write \\] for the character");
    ++i_;
    if (!subtracted.empty()) *out += '[';
    *out += (negated ? "[^" : "[") + inside + "]";
    if (!subtracted.empty()) *out += "--" + subtracted + "]";
    return true;
  }
  // One character (*single) or an escape for many, which is added to *set.
  bool ClassChar(std::string* set, char32_t* c, bool* single) {
    if (At() == kEnd) return Fail("] is missing");
    if (At() == '[') return Fail("write \\[ for the character");
    if (At() == '\\') {
      if (IsDigit(At(1))) return Fail("no group can be referred to in a class");
      return AnyEscape(set, c, single);
    }
    *single = true;
    *c = At();
    ++i_;
    return true;
  }

  struct Numbered {  // a group of the pattern
    int icu;         // its number in what is written
    int mark;        // that of the empty group behind it; 0 when there is none
    bool closed;
  };
  const std::vector<Char>& in_;
  const Flags& flags_;
  const std::set<std::size_t>& referred_in_;
  Translation* out_;
  std::string* error_;
  std::size_t i_ = 0;
  int icu_groups_ = 0;
  std::size_t straight_ = 0;  // atoms since the last |
  std::vector<Numbered> groups_{{0, 0, false}};
  std::set<std::size_t> referred_;
};

// Under the flag x white space is no part of the pattern, except in classes. That is decided before anything is read: "\ s" is \s.
void RemoveSpace(std::vector<Char>* in) {
  std::vector<Char> out;
  int depth = 0;
  bool escaped = false;
  for (const Char& c : *in) {
    if (depth == 0 && IsSpace(c.c)) continue;
    if (escaped) {
      escaped = false;
    } else if (c.c == '\\') {
      escaped = true;
    } else if (c.c == '[') {
      ++depth;
    } else if (c.c == ']' && depth != 0) {
      --depth;
    }
    out.push_back(c);
  }
  *in = std::move(out);
}

}  // namespace

bool IsText(std::string_view text) {
  const auto* s = reinterpret_cast<const std::uint8_t*>(text.data());
  for (std::size_t i = 0; i < text.size();) {
    if (s[i] != 0 && s[i] < 0x80) {
      ++i;
      continue;
    }
    UChar32 c;
    U8_NEXT(s, i, text.size(), c);
    if (c <= 0) return false;
  }
  return true;
}

const icu::UnicodeSet& CaseVariable() {
  static const icu::UnicodeSet kSet = [] {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeSet set(icu::UnicodeString("[[:Changes_When_Casemapped:][:Changes_When_Casefolded:]]"), status);
    set.freeze();
    return set;
  }();
  return kSet;
}

// To XPath two characters are variants when they have the same capital or the same small letter. Case folding, which ICU closes over,
// says the same but for U+0131, whose capital is I, and for U+03D1 and U+03F4, which are variants of theta and not of each other.
icu::UnicodeSet CaseVariantsOf(const icu::UnicodeSet& set) {
  icu::UnicodeSet out(set);
  out.retainAll(CaseVariable());  // closeOver() goes through all characters of the set
  out.closeOver(USET_CASE_INSENSITIVE);
  out.removeAllStrings();         // "ss" for U+00DF: a variant is one character
  if (set.contains('i') || set.contains('I') || set.contains(0x131)) out.add('i').add('I').add(0x131);
  if (!set.contains(0x398) && !set.contains(0x3B8)) {
    if (!set.contains(0x3D1)) out.remove(0x3D1);
    if (!set.contains(0x3F4)) out.remove(0x3F4);
    if (set.contains(0x3D1) || set.contains(0x3F4)) out.add(0x398).add(0x3B8);
  }
  out.addAll(set);
  return out;
}

const icu::UnicodeSet& FoldsUnlike() {
  static const icu::UnicodeSet kSet = [] {
    icu::UnicodeSet set;
    set.add(0x131).add(0x3F4);
    for (int n = 0; n < CaseVariable().getRangeCount(); ++n) {
      for (UChar32 c = CaseVariable().getRangeStart(n); c <= CaseVariable().getRangeEnd(n); ++c) {
        icu::UnicodeString folded(c);
        folded.foldCase();
        if (folded.countChar32() > 1) set.add(c);
      }
    }
    set.freeze();
    return set;
  }();
  return kSet;
}

bool ParseFlags(std::string_view text, Flags* out, std::string* error) {
  *out = {};
  for (const char c : text) {
    switch (c) {
      case 's': out->dot_all = true; break;
      case 'm': out->multi_line = true; break;
      case 'i': out->caseless = true; break;
      case 'x': out->spaced = true; break;
      case 'q': out->literal = true; break;
      default: *error = "the flags are s, m, i, x and q"; return false;
    }
  }
  return true;
}

bool Translate(std::string_view pattern, const Flags& flags, Translation* out, std::string* error) {
  if (pattern.size() > kMostPattern) {
    *error = "the pattern is longer than " + std::to_string(kMostPattern) + " bytes";
    return false;
  }
  std::vector<Char> in;
  const auto* s = reinterpret_cast<const std::uint8_t*>(pattern.data());
  for (std::size_t i = 0; i < pattern.size();) {
    UChar32 c;
    U8_NEXT(s, i, pattern.size(), c);
    in.push_back({static_cast<char32_t>(c), in.size() + 1});
  }
  const std::set<std::size_t> none;
  Translator first(in, flags, none, out, error);
  if (flags.literal) return first.RunLiteral();
  if (flags.spaced) RemoveSpace(&in);
  if (!first.Run()) return false;
  if (!out->back_references) return true;
  return Translator(in, flags, first.referred(), out, error).Run();
}

}  // namespace ordain::icu_text
