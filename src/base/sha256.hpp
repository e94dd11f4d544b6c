// Internal. SHA-256 (FIPS 180-4): names rule sets and streams, chains the events of a ledger.
#ifndef ORDAIN_BASE_SHA256_HPP_
#define ORDAIN_BASE_SHA256_HPP_

#include <string>
#include <string_view>

namespace ordain {

std::string Sha256Hex(std::string_view data);  // 64 lower-case hexadecimal digits

}  // namespace ordain

#endif  // ORDAIN_BASE_SHA256_HPP_
