// The pictures of a handbook's page, as SVG without styles of its own: bands on a line, ladders as stairs, straight scales.
// A full dot is an end that belongs to the band, an empty one an end that does not; an arrow goes on without end. Thresholds stand at
// equal distances, since 50 and 1,000,000 on one scale would leave nothing to see of the small ones. Text is wrapped by the
// width of its letters: one for Chinese, a good half for Latin. Tested by tests/python/test_doc.py.
#include <algorithm>

#include "doc.hpp"

namespace ordain::cli {
namespace {

constexpr int kWidth = 360;

std::vector<std::string> Characters(const std::string& s) {
  std::vector<std::string> out;
  for (const char c : s) {
    if (out.empty() || (static_cast<unsigned char>(c) & 0xC0) != 0x80) out.emplace_back();
    out.back() += c;
  }
  return out;
}
constexpr double kLatin = 0.6;
double Wide(const std::string& character) { return character.size() >= 3 ? 1.0 : kLatin; }
// A line neither begins with one of these nor ends with an opening bracket.
bool Closes(const std::string& c) {
  static const char* const kClosing[] = {",", ".", ";", ":", ")", "\uff0c", "\u3002", "\uff1b", "\uff1a", "\uff09", "\u3001"};
  return std::any_of(std::begin(kClosing), std::end(kClosing), [&](const char* k) { return c == k; });
}
bool Opens(const std::string& c) { return c == "(" || c == "\uff08"; }

// Lines of at most `width` ems; the last ends in dots when there is more.
std::vector<std::string> Lines(const std::string& text, double width, std::size_t most) {
  std::vector<std::string> lines;
  std::string line, word, before;
  double used = 0, word_used = 0;
  const auto flush = [&] {
    if (used + word_used > width && !line.empty()) {
      lines.push_back(line);
      line.clear();
      used = 0;
      if (word[0] == ' ') word.erase(0, 1), word_used -= kLatin;
    }
    line += word;
    used += word_used;
    word.clear();
    word_used = 0;
  };
  for (const std::string& c : Characters(text)) {
    const bool may_break = c == " " || ((c.size() >= 3 || before.size() >= 3) && !Closes(c) && !Opens(before));
    if (may_break || word_used > width - 1) flush();
    word += c;
    word_used += Wide(c);
    before = c;
  }
  flush();
  if (!line.empty()) lines.push_back(line);
  if (lines.size() > most) {
    lines.resize(most);
    std::vector<std::string> last = Characters(lines.back());
    double wide = 1;  // the dots
    for (const std::string& c : last) wide += Wide(c);
    while (last.size() > 2 && wide > width) wide -= Wide(last.back()), last.pop_back();
    lines.back().clear();
    for (const std::string& c : last) lines.back() += c;
    lines.back() += "\u2026";
  }
  return lines;
}

std::string N(double n) {
  std::string s = std::to_string(static_cast<int>(n * 10));
  const bool minus = s[0] == '-';
  if (minus) s.erase(0, 1);
  while (s.size() < 2) s.insert(0, "0");
  s.insert(s.size() - 1, ".");
  return (minus ? "-" : "") + s;
}

std::string Text(double x, double y, const std::string& kind, const std::vector<std::string>& lines, const std::string& language) {
  std::string out = "<text class=\"" + kind + (language.empty() ? "" : " " + language) + "\" x=\"" + N(x) + "\" y=\"" + N(y) + "\">";
  for (std::size_t i = 0; i < lines.size(); ++i) out += "<tspan x=\"" + N(x) + "\" dy=\"" + (i == 0 ? "0" : "16") + "\">" + E(lines[i]) + "</tspan>";
  return out + "</text>";
}

// Both languages at one place; with both shown, Chinese stands alone (the page says so in its style).
std::string Texts(double x, double y, const std::string& kind, const Both& both, double ems, std::size_t most, std::size_t* lines = nullptr) {
  const std::vector<std::string> en = Lines(both.en, ems, most), zh = Lines(both.zh, ems, most);
  if (lines != nullptr) *lines = std::max(en.size(), zh.size());
  return en == zh ? Text(x, y, kind, en, "") : Text(x, y, kind, en, "en") + Text(x, y, kind, zh, "zh");
}

std::string Line(double x1, double y1, double x2, double y2, const std::string& kind) {
  return "<line class=\"" + kind + "\" x1=\"" + N(x1) + "\" y1=\"" + N(y1) + "\" x2=\"" + N(x2) + "\" y2=\"" + N(y2) + "\"/>";
}

std::string Svg(double height, const Both& title, const std::string& body) {
  return "<svg class=\"pic\" viewBox=\"0 0 " + std::to_string(kWidth) + " " + N(height) + "\" role=\"img\"><title>" + E(title.zh == title.en ? title.en : title.zh + " / " + title.en) + "</title>" + body + "</svg>";
}

}  // namespace

std::string DrawBands(const Both& axis, const std::vector<BandRow>& rows) {
  std::vector<std::pair<Decimal, std::string>> marks;
  for (const BandRow& r : rows) {
    if (r.band.low) marks.emplace_back(*r.band.low, r.band.low_text);
    if (r.band.high) marks.emplace_back(*r.band.high, r.band.high_text);
  }
  std::sort(marks.begin(), marks.end(), [](const auto& a, const auto& b) { return Compare(a.first, b.first) < 0; });
  marks.erase(std::unique(marks.begin(), marks.end(), [](const auto& a, const auto& b) { return Compare(a.first, b.first) == 0; }), marks.end());
  if (marks.empty() || marks.size() > 9) return "";
  const auto place = [&](const Decimal& d) {
    std::size_t i = 0;
    while (i < marks.size() && Compare(marks[i].first, d) != 0) ++i;
    return marks.size() == 1 ? kWidth / 2.0 : 44 + static_cast<double>(i) * (kWidth - 88.0) / static_cast<double>(marks.size() - 1);
  };
  const bool staggered = marks.size() > 5;
  std::size_t title = 1;
  std::string out = Texts(4, 15, "axis", axis, 26, 2, &title);
  const double top = (staggered ? 54 : 38) + 16 * static_cast<double>(title - 1);
  double y = top;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    out += Text(place(marks[i].first), staggered && i % 2 == 1 ? top - 20 : top - 4, "tick", {marks[i].second}, "");
  }
  std::string bars;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const BandRow& r = rows[i];
    std::size_t lines = 1;
    bars += Texts(4, y + 18, "label", r.label, 26, 2, &lines);
    y += 30 + 16 * static_cast<double>(lines - 1);
    const double from = r.band.low ? place(*r.band.low) : 10, to = r.band.high ? place(*r.band.high) : kWidth - 10;
    bars += Line(from, y, to, y, "band b" + std::to_string(i % 5));
    if (!r.band.low) bars += "<path class=\"arrow b" + std::to_string(i % 5) + "\" d=\"M12 " + N(y - 6) + "L3 " + N(y) + "L12 " + N(y + 6) + "Z\"/>";
    if (!r.band.high) bars += "<path class=\"arrow b" + std::to_string(i % 5) + "\" d=\"M348 " + N(y - 6) + "L357 " + N(y) + "L348 " + N(y + 6) + "Z\"/>";
    const auto dot = [&](double x, bool in) { bars += "<circle class=\"" + std::string(in ? "in" : "out") + " b" + std::to_string(i % 5) + "\" cx=\"" + N(x) + "\" cy=\"" + N(y) + "\" r=\"5\"/>"; };
    if (r.band.low) dot(from, r.band.low_in);
    if (r.band.high && (to != from || !r.band.low)) dot(to, r.band.high_in);
    y += 10;
  }
  for (const auto& [mark, text] : marks) out += Line(place(mark), top, place(mark), y, "grid");
  return Svg(y + 6, axis, out + bars);
}

std::string DrawStairs(const std::vector<StairStep>& steps) {
  const std::size_t n = steps.size();
  const double indent = n > 1 ? std::min(26.0, 130.0 / static_cast<double>(n - 1)) : 0;
  std::string out;
  double y = 4;
  for (std::size_t k = 0; k < n; ++k) {  // from the top: the gravest
    const StairStep& s = steps[n - 1 - k];
    const double x = 4 + indent * static_cast<double>(n - 1 - k), ems = (kWidth - 16 - x) / 13.0;
    // Each language has its own lines, one below the other; the step is as high as the longer needs.
    std::string text;
    std::size_t most = 0;
    const bool same = s.when.en == s.when.zh && s.then.en == s.then.zh;
    for (const char* language : {"en", "zh"}) {
      const bool en = *language == 'e';
      if (same && !en) continue;
      const std::vector<std::string> when = Lines(en ? s.when.en : s.when.zh, ems, 2), then = Lines(en ? s.then.en : s.then.zh, ems, 3);
      text += Text(x + 8, y + 19, "label", when, same ? "" : language) + Text(x + 8, y + 21 + 16 * static_cast<double>(when.size()), "then", then, same ? "" : language);
      most = std::max(most, when.size() + then.size());
    }
    const double height = 18 + 16 * static_cast<double>(most);
    out += "<rect class=\"stair b" + std::to_string(std::min<std::size_t>(n - 1 - k, 4)) + "\" x=\"" + N(x) + "\" y=\"" + N(y) + "\" width=\"" + N(kWidth - 4 - x) + "\" height=\"" + N(height) + "\"/>" + text;
    y += height;
  }
  return Svg(y + 4, {"ladder", "\u9636\u68af"}, out);
}

std::string DrawFlow(const std::vector<FlowStep>& steps) {
  constexpr double kLeft = 52, kRight = 308, kLane = 8;
  struct Box { double top, bottom; };
  std::vector<Box> boxes;
  std::string out;
  double y = 4;
  for (const FlowStep& s : steps) {
    std::size_t lines = 1, below = 0;
    std::string text = Texts(kLeft + 8, y + 17, "label", s.name, (kRight - kLeft - 16) / 13, 2, &lines);
    if (!s.below.en.empty() || !s.below.zh.empty()) text += Texts(kLeft + 8, y + 17 + 16 * static_cast<double>(lines), "then", s.below, (kRight - kLeft - 16) / 13, 2, &below);
    const double height = 10 + 16 * static_cast<double>(lines + below);
    out += "<rect class=\"stair " + std::string(s.end ? "b4" : "b0") + "\" x=\"" + N(kLeft) + "\" y=\"" + N(y) + "\" width=\"" + N(kRight - kLeft) + "\" height=\"" + N(height) + "\" rx=\"" + (s.end ? "12" : "3") + "\"/>" + text;
    boxes.push_back({y, y + height});
    y += height + 16;
  }
  const auto head = [](double x, double at, double dx, double dy) {  // the tip at (x, at), pointing along (dx, dy)
    return "<path class=\"arrow b1\" d=\"M" + N(x) + " " + N(at) + "L" + N(x - 7 * dx - 4 * dy) + " " + N(at - 7 * dy - 4 * dx) + "L" + N(x - 7 * dx + 4 * dy) + " " + N(at - 7 * dy + 4 * dx) + "Z\"/>";
  };
  // Lines beside the boxes: a lane is free where none of its lines runs. Short lines first, so that they are near.
  struct Edge { std::size_t from, to; };
  std::vector<Edge> edges;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const std::size_t to : steps[i].to) {
      if (to == i + 1) out += Line(180, boxes[i].bottom, 180, boxes[to].top - 6, "flow") + head(180, boxes[to].top, 0, 1);
      else edges.push_back({i, to});
    }
  }
  const auto length = [](const Edge& e) { return e.to > e.from ? e.to - e.from : e.from - e.to; };
  std::stable_sort(edges.begin(), edges.end(), [&](const Edge& a, const Edge& b) { return length(a) < length(b); });
  std::vector<std::vector<Edge>> lanes[2];
  for (const Edge& e : edges) {
    const bool on = e.to > e.from;
    std::vector<std::vector<Edge>>& side = lanes[on ? 1 : 0];
    const auto clear = [&](const std::vector<Edge>& lane) {
      return std::all_of(lane.begin(), lane.end(), [&](const Edge& o) { return o.to == e.to || std::max(o.from, o.to) < std::min(e.from, e.to) || std::max(e.from, e.to) < std::min(o.from, o.to); });
    };
    auto lane = std::find_if(side.begin(), side.end(), clear);
    if (lane == side.end()) lane = side.insert(side.end(), std::vector<Edge>());
    lane->push_back(e);
    const double edge = on ? kRight : kLeft, out_of = std::min(kLane * static_cast<double>(lane - side.begin() + 1), 46.0), x = on ? edge + out_of : edge - out_of;
    const double from = on ? boxes[e.from].bottom - 6 : boxes[e.from].top + 6, to = on ? boxes[e.to].top + 8 : boxes[e.to].bottom - 8;
    out += "<path class=\"flow\" d=\"M" + N(edge) + " " + N(from) + "L" + N(x) + " " + N(from) + "L" + N(x) + " " + N(to) + "L" + N(edge) + " " + N(to) + "\"/>" + head(edge, to, on ? -1 : 1, 0);
  }
  return Svg(y, {"the steps", "\u6b65\u9aa4"}, out);
}

std::string DrawLinear(const Both& axis, const std::string& from, const std::string& step, const std::string& value, const std::string& min, const std::string& max) {
  const bool falls = !value.empty() && value[0] == '-';
  // The bounds cut the line: `max` its upper part, `min` its lower one.
  const auto zero = [](const std::string& s) {
    Decimal d;
    return Decimal::Parse(s, &d) == DecimalStatus::kOk && d.IsZero();
  };
  std::string out = Texts(4, 15, "axis", axis, 26, 1);
  const double y0 = 80;
  const double left = falls ? 40 : 120, right = falls ? 120 : 40;
  out += Line(10, y0, 350, y0, "grid") + Line(180, 28, 180, 128, "grid");
  const auto half = [&](double x, double y) {
    const bool up = y < y0;
    const std::string& bound = up ? max : min;
    out += zero(bound) ? Line(180, y0, x, y0, "band b0") : Line(180, y0, x, y, "band b0");
  };
  half(20, left);
  half(340, right);
  out += "<circle class=\"in b0\" cx=\"180\" cy=\"80\" r=\"5\"/>" + Text(180, 142, "tick", {from}, "") + Text(10, 75, "tick", {"0"}, "");
  const Both each = Both{value + " for each " + step, "\u6bcf " + step + " \u8ba1 " + value} + (max.empty() ? Both{} : Both{"; at most " + max, "\uff1b\u6700\u591a " + max}) + (min.empty() ? Both{} : Both{"; at least " + min, "\uff1b\u6700\u5c11 " + min});
  out += Texts(4, 160, "label", each, 26, 1);
  return Svg(168, axis, out);
}

}  // namespace ordain::cli
