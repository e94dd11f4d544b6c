// Internal. A set of days with rank and select: how many before a day, and which is the n-th.
//
// Eight days are one word of 32 bits: how many days of the set come before them (24 bits), and the eight days
// themselves (8 bits). Rank is one load and a table of 256 bytes; no instruction that old machines lack.
//
//   bits 31..8  days of the set before the first of the eight      bits 7..0  the eight days, the first one lowest
//
// Select is a plain array: four bytes a member. Two centuries of working days take 37 KB and 209 KB, of which a
// program that asks about twenty years touches a tenth. Limits: 2^24 days.
// Tested by tests/calendar_test.cc.
#ifndef ORDAIN_BASE_DAY_SET_HPP_
#define ORDAIN_BASE_DAY_SET_HPP_

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace ordain {

class DaySet {
 public:
  DaySet() = default;
  // Days first .. first + member.size() - 1.
  DaySet(std::int64_t first, const std::vector<bool>& member) : first_(first), count_(static_cast<std::int64_t>(member.size())) {
    words_.assign(member.size() / 8 + 1, 0);
    for (std::size_t i = 0; i < member.size(); ++i) {
      if (i % 8 == 0) words_[i / 8] = static_cast<std::uint32_t>(nth_.size()) << 8;
      if (!member[i]) continue;
      words_[i / 8] |= 1u << (i % 8);
      nth_.push_back(static_cast<std::int32_t>(i));
    }
    if (member.size() % 8 == 0) words_.back() = static_cast<std::uint32_t>(nth_.size()) << 8;
  }

  std::int64_t first() const { return first_; }
  std::int64_t last() const { return first_ + count_ - 1; }
  std::int64_t size() const { return static_cast<std::int64_t>(nth_.size()); }
  bool InHorizon(std::int64_t day) const {  // for any day: the difference wraps to something large
    return static_cast<std::uint64_t>(day) - static_cast<std::uint64_t>(first_) < static_cast<std::uint64_t>(count_);
  }

  // REQUIRES: InHorizon(day).
  bool Has(std::int64_t day) const {
    const auto i = static_cast<std::uint64_t>(day - first_);
    return (words_[i >> 3] >> (i & 7) & 1) != 0;
  }
  // Members before `day`. REQUIRES: InHorizon(day) or day == last() + 1.
  std::int64_t Before(std::int64_t day) const {
    const auto i = static_cast<std::uint64_t>(day - first_);
    const std::uint32_t word = words_[i >> 3];
    return static_cast<std::int64_t>(word >> 8) + kOnes[word & ((1u << (i & 7)) - 1)];
  }
  // The n-th member, from 0. REQUIRES: 0 <= n < size().
  std::int64_t Nth(std::int64_t n) const { return first_ + nth_[static_cast<std::size_t>(n)]; }

 private:
  static constexpr std::array<std::uint8_t, 256> kOnes = [] {
    std::array<std::uint8_t, 256> ones{};
    for (unsigned i = 0; i < 256; ++i) ones[i] = static_cast<std::uint8_t>(std::popcount(i));
    return ones;
  }();
  std::int64_t first_ = 0, count_ = 0;
  std::vector<std::uint32_t> words_;
  std::vector<std::int32_t> nth_;
};

}  // namespace ordain

#endif  // ORDAIN_BASE_DAY_SET_HPP_
