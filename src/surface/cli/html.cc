// What the HTML pages of the command share. See html.hpp. Tested by tests/python/test_doc.py and tests/python/test_close.py.
#include "html.hpp"

#include <algorithm>

namespace ordain::cli {

Both operator+(const Both& a, const Both& b) { return {a.en + b.en, a.zh + b.zh}; }
bool operator==(const Both& a, const Both& b) { return a.en == b.en && a.zh == b.zh; }

std::string E(const std::string& s) {
  std::string out;
  for (const char c : s) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 32 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return out;
}

std::string T(const std::string& en, const std::string& zh) {
  return en == zh ? E(en) : "<span class=\"en\" lang=\"en\">" + E(en) + "</span><span class=\"zh\" lang=\"zh\">" + E(zh) + "</span>";
}

Both FirstSentence(const Both& says) { return {says.en.substr(0, says.en.find(". ")), says.zh.substr(0, says.zh.find("\u3002"))}; }

std::string Money(const std::string& amount) {
  std::string s = amount;
  const std::size_t point = s.find('.');
  std::size_t i = point == std::string::npos ? s.size() : point;
  const std::size_t first = !s.empty() && s[0] == '-' ? 1 : 0;
  while (i > first + 3) s.insert(i -= 3, ",");
  return s;
}

const Both* Find(std::span<const Word> table, std::string_view code) {
  const auto it = std::find_if(table.begin(), table.end(), [&](const Word& w) { return code == w.code; });
  return it == table.end() ? nullptr : &it->words;
}

namespace {
const Word kEffects[] = {
    {"fine", {"fine", "\u7f5a\u6b3e"}}, {"pay", {"pay", "\u5956\u52b1"}}, {"points", {"points", "\u79ef\u5206"}}, {"sanction", {"sanction", "\u5904\u5206"}},
    {"bar", {"barred from", "\u53d6\u6d88"}}, {"notice", {"notice", "\u901a\u62a5"}}, {"duty", {"duty", "\u5f85\u529e"}}, {"review", {"review", "\u590d\u6838"}},
};
const Word kDetails[] = {
    {"oral_warning", {"oral warning", "\u53e3\u5934\u8b66\u544a"}},
    {"written_warning", {"written warning", "\u4e66\u9762\u8b66\u544a"}},
    {"demerit", {"demerit", "\u8bb0\u5c0f\u8fc7"}},
    {"major_demerit", {"major demerit", "\u8bb0\u5927\u8fc7"}},
    {"suspension_with_observation", {"suspension with observation", "\u505c\u804c\u67e5\u770b"}},
    {"probation", {"probation", "\u7559\u5c97\u67e5\u770b"}},
    {"dismissal", {"dismissal", "\u89e3\u96c7"}},
    {"removal_from_post", {"removal from post", "\u514d\u9664\u804c\u4f4d"}},
    {"demotion", {"demotion", "\u964d\u7ea7"}},
    {"year_end_award", {"year-end award", "\u5e74\u5e95\u8bc4\u5956\u8d44\u683c"}},
    {"performance_pay", {"performance pay", "\u7ee9\u6548\u91d1"}},
    {"post_allowance", {"post allowance", "\u5c97\u4f4d\u6d25\u8d34"}},
    {"outstanding_department_award", {"award of outstanding departments", "\u6770\u51fa\u90e8\u95e8\u53c2\u9009\u8d44\u683c"}},
    {"lapse_notice", {"of the lapse", "\u8fdd\u89c4\u544a\u77e5"}},
    {"oa_notice", {"office system (OA)", "OA\u7cfb\u7edf"}},
    {"hospital_circular", {"whole hospital", "\u5168\u9662"}},
    {"criticism_circular", {"criticism before the whole hospital", "\u5168\u9662\u6279\u8bc4"}},
};
}  // namespace

const Both* EffectWord(const std::string& code) { return Find(kEffects, code); }
const Both* DetailWord(const std::string& code) { return Find(kDetails, code); }

const char kLanguageStyle[] = R"(.lang{float:right;display:flex;border:1px solid var(--accent);border-radius:8px;overflow:hidden;font-size:14px;line-height:1.5}.lang label{cursor:pointer;padding:3px 11px;color:var(--accent)}.lang label+label{border-left:1px solid var(--accent)}
#zh:checked~main label[for=zh],#en:checked~main label[for=en],#both:checked~main label[for=both]{background:var(--accent);color:var(--paper)}
#zh:focus-visible~main label[for=zh],#en:focus-visible~main label[for=en],#both:focus-visible~main label[for=both]{text-decoration:underline}
input.l{position:absolute;opacity:0}#zh:checked~main .en,#en:checked~main .zh{display:none}#both:checked~main span.zh:before{content:" "}@media print{.lang{display:none}}
)";

std::string LanguageButtons() {
  return "<input class=\"l\" type=\"radio\" name=\"l\" id=\"zh\" checked=\"checked\" aria-label=\"\u4e2d\u6587\"/><input class=\"l\" type=\"radio\" name=\"l\" id=\"en\" aria-label=\"English\"/>"
         "<input class=\"l\" type=\"radio\" name=\"l\" id=\"both\" aria-label=\"\u4e2d\u6587 English\"/>";
}

std::string LanguageLabels() {
  return "<div class=\"lang\"><label for=\"zh\">\u4e2d\u6587</label><label for=\"en\">English</label><label for=\"both\">\u4e2d+En</label></div>";
}

}  // namespace ordain::cli
