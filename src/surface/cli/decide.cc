#include "common.hpp"
namespace ordain::cli { void AddDecide(CLI::App*, int*) {} }
