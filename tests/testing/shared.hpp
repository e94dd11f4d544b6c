// Where the worked cases of the handbooks are: ORDAIN_SHARED, or ../shared beside the project.
#ifndef ORDAIN_TESTS_TESTING_SHARED_HPP_
#define ORDAIN_TESTS_TESTING_SHARED_HPP_

#include <string>

namespace ordain::testing {

std::string SharedFolder();                    // may not exist: skip by name then
std::string ReadWhole(const std::string& path);  // empty when it cannot be read

}  // namespace ordain::testing

#endif  // ORDAIN_TESTS_TESTING_SHARED_HPP_
