// A plain main for fuzz targets where libFuzzer is not linked: replays files and folders, then runs mutations of them, the
// same ones every time. So every target is built and run in every build.
//   json_fuzz [--runs N] [--seed S] FILE|FOLDER...
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

const std::string* current = nullptr;

// Shows the input that failed.
void OnAbort(int) {
  std::cerr << "failing input:\n" << *current << "\n";
  std::_Exit(1);
}

void Run(const std::string& input) {
  current = &input;
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

std::string Mutate(std::string s, const std::vector<std::string>& corpus, std::mt19937* random) {
  static const char* const kPieces[] = {"null", "true", "-", "..", "[", "]", "(", ")", "{", "}", "\"", "\\u0000", "1e999", "if ", " then ", " else ", "not(", "@\"", "\xff", "0.1", ",", ":", "for x in ", " return "};
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>((*random)() % (n == 0 ? 1 : n)); };
  for (std::size_t k = 1 + pick(4); k-- > 0;) {
    const std::size_t at = pick(s.size() + 1);
    switch (pick(5)) {
      case 0: s.insert(at, kPieces[pick(std::size(kPieces))]); break;
      case 1: if (at < s.size()) s.erase(at, 1 + pick(8)); break;
      case 2: if (at < s.size()) s[at] = static_cast<char>(pick(256)); break;
      case 3: {
        const std::string& other = corpus[pick(corpus.size())];
        const std::size_t from = pick(other.size() + 1);
        s.insert(at, other.substr(from, pick(40)));
        break;
      }
      default: if (at < s.size()) s.insert(at, s.substr(at, pick(20))); break;
    }
  }
  return s;
}

}  // namespace

int main(int argc, char** argv) {
  unsigned long runs = 0, seed = 1;
  std::vector<std::string> corpus;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if ((arg == "--runs" || arg == "--seed") && i + 1 < argc) {
      (arg == "--runs" ? runs : seed) = std::strtoul(argv[++i], nullptr, 10);
    } else if (std::filesystem::is_directory(arg)) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(arg)) {
        if (entry.is_regular_file()) corpus.push_back(Read(entry.path()));
      }
    } else {
      corpus.push_back(Read(arg));
    }
  }
  if (corpus.empty()) {
    std::cerr << "no corpus\n";
    return 2;
  }
  std::signal(SIGABRT, OnAbort);
  for (const std::string& input : corpus) Run(input);
  std::mt19937 random(static_cast<unsigned>(seed));
  for (unsigned long n = 0; n < runs; ++n) Run(Mutate(corpus[random() % corpus.size()], corpus, &random));
  std::cout << corpus.size() << " files, " << runs << " mutations with seed " << seed << '\n';
  return 0;
}
