// A policy compiled to a kernel: decisions from the host's own structs, without JSON, maps, allocation or locks.
//
//   struct Complaint { std::int64_t fen; bool direct_loss, refund, accident, death; };
//   ordain::Binding<Complaint> binding;
//   binding.Add("amount", &Complaint::fen, 2).Add("direct_loss", &Complaint::direct_loss).Add("refund", &Complaint::refund)
//       .Add("grave_accident", &Complaint::accident).Add("death", &Complaint::death);
//   ordain::Instant at;
//   ordain::Instant::Parse("2016-03-05T10:00:00+08:00", &at);
//   const auto kernel = ordain::Kernel::Make(rules, "complaint_tier", binding, ordain::Terms(rules), at);
//   if (!kernel.ok()) return Report(kernel.error());
//   ordain::Kernel::Answer answer(kernel.value());
//   const int tier = kernel.value().FindOutcome("tier");
//   if (kernel.value().Decide(complaint, &answer)) Book(answer.Text(tier));
//
// Numbers are whole units of 10^-scale (fen: scale 2), on which the kernel computes with 64-bit integers; intervals from the declared
// bounds prove that none can overflow. Decide says false for every record that it leaves to the evaluator: facts outside of their
// declared bounds (or beyond about 1.4e14 units where none are declared), decisions that end in an error. Fill then
// hands the same record over, and the evaluator gives the answer or the reason:
//
//   ordain::Facts facts(rules, policy);
//   kernel.value().Fill(complaint, &facts);
//   const ordain::Decision& d = evaluator.Decide(facts, at);
//
// A kernel is made for policies that need neither ledger nor clock nor lists of unknown length; for others Make says why not. Settings,
// parameters and guards are those of the terms, for the days from first_day() to last_day(), within which nothing of them changes.
//
// Threads: a Kernel is immutable; an Answer belongs to one thread at a time. A copied kernel shares what it was made of.
// Source: docs/performance.md. Tested by tests/kernel_test.cc against the evaluator.
#ifndef ORDAIN_KERNEL_HPP_
#define ORDAIN_KERNEL_HPP_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "ordain/engine.hpp"

namespace ordain {

// Where a fact stands in a record, and as what.
struct BoundFact {
  enum class Storage : std::uint8_t { kBoolean, kInt8, kInt16, kInt32, kInt64, kUint8, kUint16, kUint32, kText };
  std::string fact;
  Storage storage = Storage::kInt64;
  std::size_t offset = 0;
  int scale = 0;            // numbers: units of 10^-scale; dates are days since 1970-01-01
  bool may_be_absent = false;
  std::int64_t absent = 0;  // the integer that stands for no value; of texts it is the empty one
};

// The members of T by the names of facts. Members: bool, integers of up to 64 bits (uint64_t excepted), std::string_view. T must be
// default-constructible and of standard layout.
template <class T>
class Binding {
 public:
  static_assert(std::is_standard_layout_v<T> && std::is_default_constructible_v<T>);
  template <class M>
  Binding& Add(std::string fact, M T::*member, int scale = 0) {
    facts_.push_back(Place(std::move(fact), member, scale));
    return *this;
  }
  // absent: the integer that means that there is no value, for a boolean fact in an integer member one besides 0 and 1.
  template <class M>
  Binding& AddOptional(std::string fact, M T::*member, std::int64_t absent = 0, int scale = 0) {
    facts_.push_back(Place(std::move(fact), member, scale));
    facts_.back().may_be_absent = true;
    facts_.back().absent = absent;
    return *this;
  }
  const std::vector<BoundFact>& facts() const { return facts_; }

 private:
  template <class M>
  static BoundFact Place(std::string fact, M T::*member, int scale) {
    static const T kRecord{};
    using S = BoundFact::Storage;
    BoundFact b;
    b.fact = std::move(fact);
    b.offset = static_cast<std::size_t>(reinterpret_cast<const char*>(&(kRecord.*member)) - reinterpret_cast<const char*>(&kRecord));
    b.scale = scale;
    if constexpr (std::is_same_v<M, bool>) {
      b.storage = S::kBoolean;
    } else if constexpr (std::is_same_v<M, std::string_view>) {
      b.storage = S::kText;
    } else {
      static_assert(std::is_integral_v<M> && (sizeof(M) < 8 || std::is_signed_v<M>), "bool, an integer of up to 64 bits or std::string_view");
      b.storage = sizeof(M) == 8   ? S::kInt64
                  : sizeof(M) == 4 ? (std::is_signed_v<M> ? S::kInt32 : S::kUint32)
                  : sizeof(M) == 2 ? (std::is_signed_v<M> ? S::kInt16 : S::kUint16)
                                   : (std::is_signed_v<M> ? S::kInt8 : S::kUint8);
    }
    return b;
  }
  std::vector<BoundFact> facts_;
};

class Kernel {
 public:
  // policy: its name within the rule set. terms: of this rule set. at: an instant of a day for which the kernel is made. Facts that are not bound are absent.
  // Errors: kUnknownPolicy, kUnknownFact, kDuplicateName, kWrongType (a member that cannot hold the fact), kNotInForce,
  // kNotCompiled (a policy that stays with the evaluator, and why).
  template <class T>
  static Result<Kernel> Make(const RuleSet& rules, std::string_view policy, const Binding<T>& binding, const Terms& terms, const Instant& at) {
    return Make(rules, policy, binding.facts(), sizeof(T), terms, at);
  }
  static Result<Kernel> Make(const RuleSet& rules, std::string_view policy, const std::vector<BoundFact>& facts, std::size_t record_size, const Terms& terms,
                             const Instant& at);

  // What a decision may cause, in the order of the policy; which of it applies is in the answer.
  struct EffectInfo {
    EffectKind kind = EffectKind::kReview;
    std::int32_t group = 0, share = 0;
    int scale = 0;  // of the amount
  };

  // The answer to one record: good until the next Decide. Texts point into the kernel or into the record.
  class Answer {
   public:
    explicit Answer(const Kernel& kernel);
    bool IsNull(int field) const;
    bool Boolean(int field) const;       // REQUIRES for each: the kind of the field, and that it is not null
    std::int64_t Units(int field) const; // of a number: units of 10^-Kernel::scale(field); of a date: days
    Decimal Number(int field) const;
    std::string_view Text(int field) const;
    bool Applies(int effect) const;
    std::int64_t AmountUnits(int effect) const;
    Effect effect(int effect) const;     // as the evaluator would give it. REQUIRES: it applies

    Answer(Answer&&) = default;
    Answer& operator=(Answer&&) = default;
    Answer(const Answer&) = delete;  // it points into itself
    Answer& operator=(const Answer&) = delete;

   private:
    friend class Kernel;
    std::int64_t Register(std::uint32_t r) const { return from_[r - first_]; }
    std::shared_ptr<const struct KernelState> state_;
    std::vector<std::int64_t> registers_;
    const std::int64_t* from_ = nullptr;   // registers from first_ on: registers_, or a line of the kernel's table
    std::uint32_t first_ = 0;
    std::vector<std::string_view> texts_;  // by fact, of those handed through
  };

  // True: decided. False: this record is the evaluator's, and the answer is not to be read.
  // REQUIRES: T is the type of the binding, the answer was made for this kernel.
  template <class T>
  bool Decide(const T& record, Answer* answer) const {
    return DecideAt(&record, answer);
  }
  bool DecideAt(const void* record, Answer* answer) const;
  // The facts of a record as values, for the evaluator. REQUIRES: facts is of this policy.
  template <class T>
  void Fill(const T& record, Facts* facts) const {
    FillFrom(&record, facts);
  }
  void FillFrom(const void* record, Facts* facts) const;

  int policy() const;
  int FindOutcome(std::string_view field) const;  // -1 when there is none
  int outcome_count() const;
  Kind kind(int field) const;                     // kNull: the field never has a value
  int scale(int field) const;
  const std::vector<EffectInfo>& effects() const;
  Date first_day() const;  // of the days for which it decides; local days of the rule set
  Date last_day() const;
  std::string Dump() const;  // the program, for people

 private:
  explicit Kernel(std::shared_ptr<const struct KernelState> state) : state_(std::move(state)) {}
  std::shared_ptr<const struct KernelState> state_;
};

}  // namespace ordain

#endif  // ORDAIN_KERNEL_HPP_
