// JSON: whatever is accepted is written and read again to the same text; whatever is refused says why.
#include <cstdlib>

#include "ordain/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 1 << 16) return 0;  // long inputs find nothing that short ones do not, and cost time
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ordain::json::Node node, again;
  ordain::Diagnostics found;
  if (!ordain::json::Parse(text, {}, "", &node, &found)) {
    if (found.empty()) std::abort();
    return 0;
  }
  const std::string written = ordain::json::Write(node);
  if (!ordain::json::Parse(written, {}, "", &again, &found) || ordain::json::Write(again) != written) std::abort();
  ordain::Arena arena(1 << 22);
  std::vector<std::unique_ptr<ordain::Shape>> shapes;
  ordain::Value value;
  if (ordain::json::ToValue(node, &arena, &shapes, &value) && !ordain::SameValue(value, value)) std::abort();
  return 0;
}
