// Internal to the room. See resolve.cc.
#ifndef ORDAIN_FEEL_RESOLVE_HPP_
#define ORDAIN_FEEL_RESOLVE_HPP_

#include "feel/feel.hpp"

namespace ordain::feel {

// Resolves the names of a tree whose types are not known. REQUIRES: context.dynamic.
void Resolve(Expr* e, const CheckContext& context);

}  // namespace ordain::feel

#endif  // ORDAIN_FEEL_RESOLVE_HPP_
