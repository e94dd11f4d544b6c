// A plain main for the fuzz targets, for compilers without libFuzzer and for every run of the test suite.
//
//   json_fuzz [--runs N] [--seed S] FILE|FOLDER...
//
// runs the target on every file (folders: all files below, sorted by path), and then on N mutations of them.
// The same arguments give the same inputs on every machine. An input on which the target dies is written to
// crash-<run> in the working folder, which is an argument for the next run and, once mended, a file of the
// corpus. libFuzzer searches better, since it sees what code an input reaches; scripts/nightly uses it.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 16;  // of a mutation: more is only slower

// What the handlers below write: the input that is being run.
struct Current {
  const char* data = nullptr;
  std::size_t size = 0;
  char file[32] = "";
} current;

// Calls only what POSIX allows in a signal handler.
void SaveCurrent() {
  if (current.data == nullptr) return;
  const auto say = [](std::string_view s) { return write(STDERR_FILENO, s.data(), s.size()) >= 0; };
  const int file = open(current.file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  const bool saved =
      file >= 0 && write(file, current.data, current.size) == static_cast<ssize_t>(current.size);
  (void)(say(saved ? "\ndied; the input is in " : "\ndied; the input could not be written to ") &&
         say({current.file, std::strlen(current.file)}) && say("\n"));
  current.data = nullptr;
}
void OnSignal(int number) {
  SaveCurrent();
  std::signal(number, SIG_DFL);
  std::raise(number);
}

void Run(const std::string& input, std::uint64_t run) {
  std::snprintf(current.file, sizeof current.file, "crash-%llu", static_cast<unsigned long long>(run));
  // A copy of exactly this size on the heap, so that a read beyond it is one beyond an allocation.
  const std::vector<char> exact(input.begin(), input.end());
  current.data = exact.empty() ? "" : exact.data();
  current.size = exact.size();
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current.data), current.size);
  current.data = nullptr;
}

// SplitMix64: the distributions of the standard library differ between libraries, this does not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::size_t Below(std::size_t n) {  // n > 0; the bias is of no matter here
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return static_cast<std::size_t>((z ^ z >> 31) % n);
  }

 private:
  std::uint64_t state_;
};

// Changes s in one place. What is put in is a byte, a word of JSON or of expressions, a copy of a part of s, or
// a part of another input. No two random numbers are drawn as arguments of one call: their order would differ
// between compilers.
void Mutate(const std::vector<std::string>& corpus, Random* random, std::string* s) {
  static constexpr char kBytes[] =  // and 0, at the end
      "\t\n\r \"'\\/+-.,:;0189eEu_[](){}<>=?@\x7f\x80\xc0\xe9\xed\xf4\xff";
  static constexpr std::string_view kWords[] = {
      "null", "true", "1e999",  "0.1", "\\u0000", "\\ud83d", "\xe9\x87\x91", "{\"\":",     "..",  "@\"",  "**",
      "if ",  "then ", "else ", "not(", " in ",   " and ",   "for x in ",    " return ", "[]", "item.", "- "};
  const std::size_t kind = random->Below(7), at = random->Below(s->size() + 1);
  const std::size_t most = 1 + random->Below(32);
  const std::size_t length = 1 + random->Below(most);  // short ones more often
  const std::string& other = kind == 5 ? *s : corpus[random->Below(corpus.size())];
  const std::size_t from = random->Below(other.size() + 1), byte = random->Below(sizeof kBytes);
  switch (kind) {
    case 0: s->erase(at, length); break;
    case 1: s->insert(at, 1, kBytes[byte]); break;
    case 2:
      if (at < s->size()) (*s)[at] = kBytes[byte];
      break;
    case 3:
      if (at < s->size()) (*s)[at] = static_cast<char>((*s)[at] ^ (1 << byte % 8));
      break;
    case 4: s->insert(at, kWords[random->Below(std::size(kWords))]); break;
    case 5: s->insert(at, other.substr(from, length)); break;
    default: s->replace(at, random->Below(2) * length, other, from, length * 4); break;
  }
}

bool ReadInputs(const std::string& path, std::vector<std::string>* inputs) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<std::string> files;
  if (fs::is_directory(path, error)) {
    for (fs::recursive_directory_iterator it(path, error), end; it != end; it.increment(error)) {
      if (it->is_regular_file(error)) files.push_back(it->path().string());
    }
    std::sort(files.begin(), files.end());
  } else {
    files.push_back(path);
  }
  for (const std::string& name : files) {
    std::ifstream file(name, std::ios::binary);
    if (!file) return false;
    inputs->emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return !files.empty();
}

bool ReadNumber(std::string_view text, std::uint64_t* out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t runs = 0, seed = 1;
  std::vector<std::string> corpus;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--runs" || arg == "--seed") {
      if (++i < argc && ReadNumber(argv[i], arg == "--runs" ? &runs : &seed)) continue;
      std::fprintf(stderr, "%s needs a number\n", arg.c_str());
      return 2;
    }
    if (!ReadInputs(arg, &corpus)) {
      std::fprintf(stderr, "cannot read %s, or there is no file in it\n", arg.c_str());
      return 2;
    }
  }
  if (corpus.empty()) {
    std::fprintf(stderr, "usage: %s [--runs N] [--seed S] FILE|FOLDER...\n", argv[0]);
    return 2;
  }
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(number, OnSignal);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(SaveCurrent);

  std::uint64_t run = 0;
  Run("", run++);
  for (const std::string& input : corpus) Run(input, run++);
  Random random(seed);
  for (std::uint64_t i = 0; i < runs; ++i) {
    std::string input = corpus[random.Below(corpus.size())];
    for (std::size_t n = 1 + random.Below(6); n != 0; --n) Mutate(corpus, &random, &input);
    input.resize(std::min(input.size(), kMostBytes));
    Run(input, run++);
  }
  std::printf("%zu files, %llu mutations with seed %llu\n", corpus.size(), static_cast<unsigned long long>(runs),
              static_cast<unsigned long long>(seed));
  return 0;
}
