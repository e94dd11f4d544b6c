// Internal. The few loops that are worth an instruction set of their own: written once plainly, once for AVX2; which runs, the processor says.
#ifndef ORDAIN_ENGINE_WIDE_HPP_
#define ORDAIN_ENGINE_WIDE_HPP_

#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace ordain::engine {

// k + sum of a[i] * b[i]. REQUIRES: all of a and b fit in 32 bits.
std::int64_t Dot(const std::int64_t* a, const std::int64_t* b, std::uint32_t n, std::int64_t k);
// to[i] = from[i]; whether one of them is outside of [low, low + span]. from need not be aligned.
bool Widen(const char* from, std::uint32_t n, std::int32_t low, std::uint32_t span, std::int64_t* to);

// Sum of d * below[i] where d = a[i] - b[i] is negative, else of d * above[i]. REQUIRES: all d and factors fit in 32 bits.
std::int64_t Bends(const std::int64_t* a, const std::int64_t* b, const std::int64_t* below, const std::int64_t* above, std::uint32_t n);

// Sixteen bytes side by side as one index: sum of (byte - low) * stride.
struct ByteWindow {
  std::uint8_t low[16] = {}, span[16] = {};  // a byte that does not matter: span 255, stride 0
  std::int16_t stride[16] = {};
  // Whether no byte - low exceeds its span; *index is then the sum.
  bool Index(const char* bytes, std::uint64_t* index) const {
#if defined(__SSE2__)
    const auto load = [](const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); };
    const __m128i v = _mm_sub_epi8(load(bytes), load(low)), spans = load(span), zero = _mm_setzero_si128();
    const __m128i first = _mm_madd_epi16(_mm_unpacklo_epi8(v, zero), load(stride)), second = _mm_madd_epi16(_mm_unpackhi_epi8(v, zero), load(stride + 8));
    const __m128i four = _mm_add_epi32(first, second), two = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4E));
    *index = static_cast<std::uint32_t>(_mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 0xB1))));
    return _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(v, spans), spans)) == 0xFFFF;
#else
    bool good = true;
    std::uint64_t sum = 0;
    for (int i = 0; i < 16; ++i) {
      const auto v = static_cast<std::uint8_t>(static_cast<std::uint8_t>(bytes[i]) - low[i]);
      good &= v <= span[i];
      sum += std::uint64_t{v} * static_cast<std::uint64_t>(stride[i]);
    }
    *index = sum;
    return good;
#endif
  }
};

}  // namespace ordain::engine

#endif  // ORDAIN_ENGINE_WIDE_HPP_
