// Functions of the host, called by name from expressions: FEEL's external functions
// (`function(angle) external {java: {class: "java.lang.Math", method signature: "cos(double)"}}`) and DMN's functions of kind Java.
// There is no Java in here: a host says what stands behind a class and a signature, in C++.
//
//   ordain::HostFunctions functions;
//   functions.Add("com.example.Rates", "surcharge(java.lang.String, int)",
//                 [](const ordain::Value* args, std::size_t, ordain::Arena*, ordain::Value* out) {
//                   if (args[0].text() != "DE") return false;                       // no value: null, with a warning
//                   *out = ordain::Value::Number(ordain::Decimal(args[1].number().IsZero() ? 0 : 7));
//                   return true;
//                 });
//   ordain::Services services;
//   services.functions = &functions;
//   ordain::Evaluator evaluator(rules, {}, services);
//
// Signatures are compared as types, not as texts: white space does not count, nor does the package java.lang; an array is written
// T[], T... or [LT;. What the types ask of arguments is checked before the function is called (see Add).
//
// A function must be pure: the same arguments give the same value, always, and nothing else happens. Decisions are made again
// when they are recorded, explained or tested, and expect the same answer.
//
// Threads: add first, then share with any number of evaluators; functions are called by the threads that decide, several at
// once. Errors: a class, method or number or kind of arguments that is not known, and a function that returns false: the call
// has no value and the reason is kUnavailable (null with that warning or an error of the decision, as NullMode says). A
// function must not throw.
#ifndef ORDAIN_HOST_HPP_
#define ORDAIN_HOST_HPP_

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/value.hpp"

namespace ordain {

class HostFunctions {
 public:
  // What it returns in *out holds until the decision is done: texts and lists that it makes are made in the arena.
  using Function = std::function<bool(const Value* args, std::size_t count, Arena* arena, Value* out)>;

  // By the type of its parameter an argument is: byte, short, int, long, BigInteger: a whole number in its range; float, double,
  // Number, BigDecimal: a number; boolean; char: a text of one character; String: a text; List, Set, Collection: a list; Map: a
  // context; T[]: a list of T (as the last parameter: or all arguments that are left); any other type: whatever is not null.
  // False when the signature is none or is there already.
  bool Add(std::string_view type, std::string_view signature, Function function);

  // False as told above.
  bool Call(std::string_view type, std::string_view signature, const Value* args, std::size_t count, Arena* arena, Value* out) const;

 private:
  struct Entry {
    std::vector<std::string> parameters;
    Function function;
  };
  std::map<std::string, Entry, std::less<>> entries_;  // by "type#name(type,type)"
};

}  // namespace ordain

#endif  // ORDAIN_HOST_HPP_
