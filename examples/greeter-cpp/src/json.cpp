#include "json.hpp"

#include <charconv>
#include <cstdint>

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

// The four digits of `\u0000`, at most.
std::uint32_t unit(std::string_view json)
{
    std::uint32_t value = 0;
    std::string_view digits = json.substr(0, 4);
    std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return value;
}

void add_letter(std::string &text, std::uint32_t letter)
{
    if (letter < 0x80) {
        text += static_cast<char>(letter);
        return;
    }
    int more = letter < 0x800 ? 1 : letter < 0x10000 ? 2 : 3;
    text += static_cast<char>((0xf00 >> more) | (letter >> (6 * more)));
    while (more-- > 0) {
        text += static_cast<char>(0x80 | ((letter >> (6 * more)) & 0x3f));
    }
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
        if (key.substr(1, key.size() - 2) == name) {
            return value;
        }
        rest = skip(rest, value.size());
        rest = skip(rest, 1); // the comma
    }
    return {};
}

std::optional<std::string> json::text(std::string_view value)
{
    if (value.size() < 2 || !value.starts_with('"')) {
        return std::nullopt;
    }
    constexpr std::string_view NAMES = "\"\\/bfnrt", MEANT = "\"\\/\b\f\n\r\t";
    std::string text;
    value = value.substr(1, value.size() - 2);
    for (std::size_t at = 0; at < value.size(); at++) {
        if (value[at] != '\\') {
            text += value[at];
            continue;
        }
        at++;
        std::size_t name = NAMES.find(value[at]);
        if (name != NAMES.npos) {
            text += MEANT[name];
            continue;
        }
        std::uint32_t letter = unit(value.substr(at + 1));
        at += 4;
        // A letter beyond the first 65,536 is written as two units; one of them alone is none.
        if ((letter & 0xf800) == 0xd800) {
            std::uint32_t second = at + 3 < value.size() ? unit(value.substr(at + 3)) : 0;
            bool is_pair = letter < 0xdc00 && (second & 0xfc00) == 0xdc00;
            letter = is_pair ? 0x10000 + ((letter & 0x3ff) << 10) + (second & 0x3ff) : 0xfffd;
            at += is_pair ? 6 : 0;
        }
        add_letter(text, letter);
    }
    return text;
}

std::string json::quoted(std::string_view text)
{
    constexpr std::string_view DIGITS = "0123456789abcdef";
    std::string json = "\"";
    for (char one : text) {
        auto byte = static_cast<unsigned char>(one);
        if (one == '"' || one == '\\') {
            json += '\\';
            json += one;
        } else if (byte < ' ') {
            json += "\\u00";
            json += DIGITS[byte >> 4];
            json += DIGITS[byte & 15];
        } else {
            json += one;
        }
    }
    return json + '"';
}
