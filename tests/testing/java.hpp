// The functions of the Java class library that the DMN kit's external functions name, emulated in C++ as functions of the host.
// No Java runs. They are for the tests: a host that needs them registers its own.
//
//   java.lang.Math      cos(double), max of two double, float, int or long
//   java.lang.Integer, Double, Float   valueOf(String)
//   java.lang.Byte, Short              valueOf(byte), valueOf(short)
//   java.lang.String    valueOf(char); format(String, Object[]) with %s, %d, %f, %.Nf, %n and %% only
#ifndef ORDAIN_TESTS_TESTING_JAVA_HPP_
#define ORDAIN_TESTS_TESTING_JAVA_HPP_

#include "ordain/host.hpp"

namespace ordain::testing {

constexpr int kJavaFunctions = 12;

HostFunctions JavaFunctions();

}  // namespace ordain::testing

#endif  // ORDAIN_TESTS_TESTING_JAVA_HPP_
