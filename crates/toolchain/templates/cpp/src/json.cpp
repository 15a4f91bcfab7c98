#include "json.hpp"

namespace {

constexpr std::string_view SPACE = " \t\r\n";

std::string_view skip(std::string_view json, std::size_t count)
{
    json.remove_prefix(count < json.size() ? count : json.size());
    std::size_t space = json.find_first_not_of(SPACE);
    return space == json.npos ? std::string_view{} : json.substr(space);
}

// How long the value is that the text begins with.
std::size_t length(std::string_view json)
{
    int depth = 0;
    bool is_quoted = false;
    for (std::size_t at = 0; at < json.size(); at++) {
        char one = json[at];
        if (is_quoted) {
            if (one == '\\') {
                at++;
            } else if (one == '"') {
                is_quoted = false;
                if (depth == 0) {
                    return at + 1;
                }
            }
        } else if (one == '"') {
            is_quoted = true;
        } else if (one == '{' || one == '[') {
            depth++;
        } else if (one == '}' || one == ']') {
            depth--;
            if (depth <= 0) {
                return depth < 0 ? at : at + 1;
            }
        } else if (depth == 0 && (one == ',' || SPACE.contains(one))) {
            return at;
        }
    }
    return json.size();
}

} // namespace

std::string_view json::member(std::string_view object, std::string_view name)
{
    std::string_view rest = skip(object, 0);
    if (!rest.starts_with('{')) {
        return {};
    }
    rest = skip(rest, 1);
    while (rest.starts_with('"')) {
        std::string_view key = rest.substr(0, length(rest));
        rest = skip(rest, key.size());
        rest = skip(rest, 1); // the colon
        std::string_view value = rest.substr(0, length(rest));
        if (inside(key) == name) {
            return value;
        }
        rest = skip(rest, value.size());
        rest = skip(rest, 1); // the comma
    }
    return {};
}

std::string_view json::inside(std::string_view value)
{
    bool is_string = value.size() >= 2 && value.starts_with('"');
    return is_string ? value.substr(1, value.size() - 2) : std::string_view{};
}
