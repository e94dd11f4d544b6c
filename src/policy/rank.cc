// The body `rank`: top places. The list is filtered, its places are computed once (`ranks`), and each place
// that is asked for is taken from it by the declared rule for ties.
#include "policy/reader.hpp"

namespace ordain::policy {

using feel::Op;

void ReadRank(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  ObjectReader object(loader, node, path);
  if (node.type != json::NodeType::kObject) return;
  Policy& policy = *reader->policy;
  const Remark remark = object.ReadRemark();
  const Trees t{loader, node.span};
  Expression of = object.NeedFeel("of"), by = object.NeedFeel("by"), where = object.Feel("where");
  std::size_t order = 0, ties = 0;
  if (!object.Word("order", {"highest", "lowest"}, &order)) object.Need("order");
  static const std::vector<std::string> kTies = {"vacate", "earlier", "all"};
  if (!object.Word("ties", kTies, &ties)) object.Need("ties");
  std::string tied;
  const bool wants_tied = object.Text("tied", &tied);
  const json::Node* places = object.Need("places");
  if (!of || !by || places == nullptr || places->type != json::NodeType::kObject) {
    if (places != nullptr && places->type != json::NodeType::kObject) ObjectReader complain(loader, *places, object.Path("places"));
    return;
  }
  const auto name_of = [&](int s) { return policy.symbols[static_cast<std::size_t>(s)].name; };
  const auto each = [&](feel::ExprPtr list, feel::ExprPtr value) {
    feel::ExprPtr loop = t.Node(Op::kFor);
    loop->names = {"item"};
    loop->args.push_back(std::move(list));
    loop->args.push_back(std::move(value));
    return loop;
  };
  feel::ExprPtr list = std::move(of.tree);
  if (where) {
    feel::ExprPtr filter = t.Node(Op::kFilter);
    filter->args.push_back(std::move(list));
    filter->args.push_back(std::move(where.tree));
    list = std::move(filter);
  }
  const int list_symbol = reader->DefineHidden("rank_list", remark);
  reader->AddFormula(list_symbol, std::move(list), remark);
  const int place_symbol = reader->DefineHidden("rank_places", remark);
  reader->AddFormula(place_symbol,
                     t.Call("ranks", each(t.Name(name_of(list_symbol)), std::move(by.tree)), t.Boolean(order == 0)), remark);

  int last_place = 0;
  for (const json::Member& m : places->members) {
    const std::string at = json::Child(object.Path("places"), m.key);
    ObjectReader place(loader, m.value, at);
    const Remark place_remark = place.ReadRemark();
    int number = 0;
    if (place.Need("place") != nullptr && place.Integer("place", &number) && number < 1) {
      loader.Report(Code::kBadValue, place.Path("place"), m.value.span, {{"what", "places are counted from 1"}});
    }
    Expression take = place.NeedFeel("take");
    if (number < 1 || !take || !loader.ReadName(m.key, at, m.key_span)) continue;
    last_place = std::max(last_place, number);
    const int symbol = reader->Define(m.key, at, m.key_span);
    if (symbol < 0) continue;
    std::vector<feel::ExprPtr> args;
    args.push_back(each(t.Name(name_of(list_symbol)), std::move(take.tree)));
    args.push_back(t.Name(name_of(place_symbol)));
    args.push_back(t.Number(number));
    static const char* const kTake[] = {"alone at place", "first at place", "all at place"};
    reader->AddFormula(symbol, t.Call(kTake[ties], std::move(args)), place_remark);
  }
  if (wants_tied) {
    const int symbol = reader->Define(tied, object.Path("tied"), node.span);
    feel::ExprPtr some = t.Node(Op::kSome);
    some->names = {"place"};
    some->args.push_back(t.Name(name_of(place_symbol)));
    feel::ExprPtr local = t.Name("place");
    feel::ExprPtr covered = t.Binary(Op::kLessEqual, t.Name("place"), t.Number(last_place));
    feel::ExprPtr shared = t.Binary(Op::kGreater,
                                    t.Call("count", t.Call("index of", t.Name(name_of(place_symbol)), std::move(local))),
                                    t.Number(1));
    some->args.push_back(t.Binary(Op::kAnd, std::move(covered), std::move(shared)));
    if (symbol >= 0) reader->AddFormula(symbol, std::move(some), remark, Type::Of(Kind::kBoolean));
  }
}

}  // namespace ordain::policy
