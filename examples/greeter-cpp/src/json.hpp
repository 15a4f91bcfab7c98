// As much of JSON as this plugin needs. A plugin that needs more puts a JSON library beside this file;
// header-only ones are the easiest.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace json {

// The value of an object's member, as JSON; empty if there is none.
std::string_view member(std::string_view object, std::string_view name);

// What a JSON string says; nothing if the value is no string.
std::optional<std::string> text(std::string_view value);

// A text as a JSON string.
std::string quoted(std::string_view text);

} // namespace json
