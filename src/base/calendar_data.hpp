// Internal. The calendars that are compiled in, as the JSON that Calendar::FromJson reads.
#ifndef ORDAIN_BASE_CALENDAR_DATA_HPP_
#define ORDAIN_BASE_CALENDAR_DATA_HPP_

#include <string_view>

namespace ordain {

std::string_view CalendarDataCn();  // an array of the files of rules/calendars/cn

}  // namespace ordain

#endif  // ORDAIN_BASE_CALENDAR_DATA_HPP_
