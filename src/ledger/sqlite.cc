#include "ordain/ledger_sqlite.hpp"
