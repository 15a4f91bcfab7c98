// As much of JSON as this plugin needs: members of objects, as they stand in the text. A plugin that needs more
// puts a JSON library beside this file; header-only ones are the easiest.

#pragma once

#include <string_view>

namespace json {

// The value of an object's member, as JSON; empty if there is none.
std::string_view member(std::string_view object, std::string_view name);

// A JSON string without its quotes, its escapes left as they are.
std::string_view inside(std::string_view value);

} // namespace json
