#include "engine/wide.hpp"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#define ORDAIN_AVX2
#include <immintrin.h>
#endif

namespace ordain::engine {
namespace {

std::int64_t DotPlain(const std::int64_t* a, const std::int64_t* b, std::uint32_t n, std::int64_t k) {
  for (std::uint32_t i = 0; i < n; ++i) k += a[i] * b[i];
  return k;
}

bool WidenPlain(const char* from, std::uint32_t n, std::int32_t low, std::uint32_t span, std::int64_t* to) {
  std::uint32_t most = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    std::int32_t v;
    std::memcpy(&v, from + i * sizeof v, sizeof v);
    to[i] = v;
    most = std::max(most, static_cast<std::uint32_t>(v) - static_cast<std::uint32_t>(low));
  }
  return most > span;
}

std::int64_t BendsPlain(const std::int64_t* a, const std::int64_t* b, const std::int64_t* below, const std::int64_t* above, std::uint32_t n) {
  std::int64_t sum = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::int64_t d = a[i] - b[i], mask = d >> 63;
    sum += d * ((below[i] & mask) | (above[i] & ~mask));
  }
  return sum;
}

#ifdef ORDAIN_AVX2
[[gnu::target("avx2")]] std::int64_t BendsAvx2(const std::int64_t* a, const std::int64_t* b, const std::int64_t* below, const std::int64_t* above, std::uint32_t n) {
  __m256i sum = _mm256_setzero_si256();
  std::uint32_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const auto load = [i](const std::int64_t* p) __attribute__((target("avx2"))) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + i)); };
    const __m256i d = _mm256_sub_epi64(load(a), load(b)), negative = _mm256_cmpgt_epi64(_mm256_setzero_si256(), d);
    sum = _mm256_add_epi64(sum, _mm256_mul_epi32(d, _mm256_blendv_epi8(load(above), load(below), negative)));
  }
  const __m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  return _mm_cvtsi128_si64(half) + _mm_extract_epi64(half, 1) + BendsPlain(a + i, b + i, below + i, above + i, n - i);
}

[[gnu::target("avx2")]] std::int64_t DotAvx2(const std::int64_t* a, const std::int64_t* b, std::uint32_t n, std::int64_t k) {
  __m256i sum = _mm256_setzero_si256();
  std::uint32_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(a + i)), y = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b + i));
    sum = _mm256_add_epi64(sum, _mm256_mul_epi32(x, y));  // of the low halves, which are the values
  }
  const __m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  k += _mm_cvtsi128_si64(half) + _mm_extract_epi64(half, 1);
  for (; i < n; ++i) k += a[i] * b[i];
  return k;
}

[[gnu::target("avx2")]] bool WidenAvx2(const char* from, std::uint32_t n, std::int32_t low, std::uint32_t span, std::int64_t* to) {
  const __m128i lows = _mm_set1_epi32(low);
  __m128i most = _mm_setzero_si128();
  std::uint32_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i * 4));
    most = _mm_max_epu32(most, _mm_sub_epi32(v, lows));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), _mm256_cvtepi32_epi64(v));
  }
  const __m128i spans = _mm_set1_epi32(static_cast<std::int32_t>(span));
  const bool wrong = _mm_movemask_epi8(_mm_cmpeq_epi32(_mm_max_epu32(most, spans), spans)) != 0xFFFF;
  return wrong | WidenPlain(from + i * 4, n - i, low, span, to + i);
}

bool HasAvx2() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") != 0;
}
const bool kAvx2 = HasAvx2();
#endif

}  // namespace

std::int64_t Dot(const std::int64_t* a, const std::int64_t* b, std::uint32_t n, std::int64_t k) {
#ifdef ORDAIN_AVX2
  if (kAvx2) return DotAvx2(a, b, n, k);
#endif
  return DotPlain(a, b, n, k);
}

std::int64_t Bends(const std::int64_t* a, const std::int64_t* b, const std::int64_t* below, const std::int64_t* above, std::uint32_t n) {
#ifdef ORDAIN_AVX2
  if (kAvx2) return BendsAvx2(a, b, below, above, n);
#endif
  return BendsPlain(a, b, below, above, n);
}

bool Widen(const char* from, std::uint32_t n, std::int32_t low, std::uint32_t span, std::int64_t* to) {
#ifdef ORDAIN_AVX2
  if (kAvx2) return WidenAvx2(from, n, low, span, to);
#endif
  return WidenPlain(from, n, low, span, to);
}

}  // namespace ordain::engine
