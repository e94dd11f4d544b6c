#include "testing/shared.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace ordain::testing {

std::string SharedFolder() {
  const char* set = std::getenv("ORDAIN_SHARED");
  return set != nullptr ? set : std::string(ORDAIN_SOURCE_DIR) + "/../shared";
}

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

}  // namespace ordain::testing
