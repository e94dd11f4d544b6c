// The body `number`: serial numbers. The serial is one more than the serial recorded last under the
// same key and period, so that a number once given is not given again while later ones stand.
#include "policy/reader.hpp"

namespace ordain::policy {

using feel::Op;

void ReadNumber(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  ObjectReader object(loader, node, path);
  if (node.type != json::NodeType::kObject) return;
  Policy& policy = *reader->policy;
  const Remark remark = object.ReadRemark();
  const Trees t{loader, node.span};
  std::string number_name, serial_name = "serial", format;
  if (object.Need("as") != nullptr) object.Text("as", &number_name);
  object.Text("serial", &serial_name);
  if (object.Need("format") != nullptr) object.Text("format", &format);
  const json::Node* per = object.Array("per");
  if (per == nullptr) object.Need("per");
  const json::Node* within = object.Need("within");
  Window window = Window::kLifetime;
  int span = 0;
  if (within != nullptr) loader.ReadWindow(*within, object.Path("within"), &window, &span);
  if (window == Window::kLastDays || window == Window::kLastMonths) {
    loader.Report(Code::kBadValue, object.Path("within"), within->span, {{"what", "a serial starts again with a calendar period"}});
    return;
  }
  if (number_name.empty() || format.empty() || per == nullptr) return;
  const Type integer = Type::Of(Kind::kNumber, Unit::kInteger);
  const int serial = reader->Define(serial_name, path, node.span);
  const int number = reader->Define(number_name, path, node.span);
  if (serial < 0 || number < 0) return;

  Read read;
  read.kind = ReadKind::kLatest;
  read.including_this = false;
  read.symbol = reader->DefineHidden("last_serial", remark);
  Symbol& last = policy.symbols[static_cast<std::size_t>(read.symbol)];
  last.type = integer;
  last.typed = true;
  const std::string last_name = last.name;
  read.default_value.source = {path, node.span};
  read.default_value.tree = t.Number(0);
  Stream stream;
  for (std::size_t k = 0; k < per->items.size(); ++k) {
    stream.key.push_back(loader.ReadExpression(per->items[k], json::Child(object.Path("per"), k)));
  }
  // The period is part of the key.
  const char* period = window == Window::kDay       ? "string(today)"
                       : window == Window::kWeek    ? "string(today - duration(\"P1D\") * (today.weekday - 1))"
                       : window == Window::kMonth   ? "year month(today)"
                       : window == Window::kQuarter ? "string(today.year) + \"-Q\" + string(floor((today.month + 2) / 3))"
                       : window == Window::kYear    ? "string(today.year)"
                                                    : nullptr;
  if (period != nullptr) {
    Expression e;
    e.source = {path, node.span};
    e.tree = t.Parse(period, path);
    stream.key.push_back(std::move(e));
  }
  stream.of.source = {path, node.span};
  stream.of.tree = t.Name(serial_name);
  reader->AddRead(std::move(read), std::move(stream), last_name, remark);
  reader->AddFormula(serial, t.Binary(Op::kAdd, t.Name(last_name), t.Number(1)), remark, integer);

  // The format: literal text, {name}, {name:digits}.
  feel::ExprPtr text;
  const auto append = [&](feel::ExprPtr part) {
    text = text ? t.Binary(Op::kAdd, std::move(text), std::move(part)) : std::move(part);
  };
  const auto bad = [&](const std::string& what) {
    loader.Report(Code::kBadValue, object.Path("format"), node.Find("format")->span, {{"what", what}},
                  "literal text, {name} and {name:digits}");
  };
  for (std::size_t i = 0; i < format.size();) {
    if (format[i] == '}') return bad("a closing brace without an opening one");
    if (format[i] != '{') {
      const std::size_t end = format.find_first_of("{}", i);
      append(t.Text(format.substr(i, end == std::string::npos ? end : end - i)));
      i = end == std::string::npos ? format.size() : end;
      continue;
    }
    const std::size_t end = format.find('}', i);
    if (end == std::string::npos) return bad("an opening brace without a closing one");
    std::string name = format.substr(i + 1, end - i - 1);
    i = end + 1;
    int digits = 0;
    const std::size_t colon = name.find(':');
    if (colon != std::string::npos) {
      for (std::size_t k = colon + 1; k < name.size(); ++k) {
        if (name[k] < '0' || name[k] > '9' || digits > 9) return bad("not a number of digits: " + name.substr(colon + 1));
        digits = digits * 10 + (name[k] - '0');
      }
      if (digits < 1 || digits > 30) return bad("between 1 and 30 digits are possible");
      name.resize(colon);
    }
    feel::ExprPtr value;
    if (name == "year" || name == "month" || name == "day") {
      value = t.Node(Op::kPath);
      value->name = name;
      value->args.push_back(t.Name("today"));
    } else {
      value = t.Name(name);
    }
    append(digits > 0 ? t.Call("pad", std::move(value), t.Number(digits)) : t.Call("string", std::move(value)));
  }
  reader->AddFormula(number, std::move(text), remark, Type::Of(Kind::kText));
}

}  // namespace ordain::policy
