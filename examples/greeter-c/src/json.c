#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_add_string(text_t *text, plugin_string_t more)
{
    size_t length = text->string.len + more.len;
    if (length > text->capacity) {
        size_t capacity = length * 2;
        uint8_t *bytes = realloc(text->string.ptr, capacity);
        if (bytes == NULL) {
            abort();
        }
        text->string.ptr = bytes;
        text->capacity = capacity;
    }
    if (more.len > 0) {
        memcpy(text->string.ptr + text->string.len, more.ptr, more.len);
    }
    text->string.len = length;
}

void text_add(text_t *text, const char *more)
{
    text_add_string(text, (plugin_string_t){(uint8_t *)more, strlen(more)});
}

void text_add_number(text_t *text, uint32_t number)
{
    char digits[16];
    snprintf(digits, sizeof digits, "%u", (unsigned)number);
    text_add(text, digits);
}

void text_add_quoted(text_t *text, plugin_string_t more)
{
    text_add(text, "\"");
    for (size_t at = 0; at < more.len; at++) {
        uint8_t byte = more.ptr[at];
        char escaped[8];
        if (byte == '"' || byte == '\\') {
            snprintf(escaped, sizeof escaped, "\\%c", byte);
        } else if (byte < ' ') {
            snprintf(escaped, sizeof escaped, "\\u%04x", byte);
        } else {
            snprintf(escaped, sizeof escaped, "%c", byte);
        }
        text_add(text, escaped);
    }
    text_add(text, "\"");
}

void text_free(text_t *text)
{
    free(text->string.ptr);
    *text = (text_t){0};
}

bool text_is(plugin_string_t text, const char *other)
{
    return text.len == strlen(other) && memcmp(text.ptr, other, text.len) == 0;
}

size_t text_number(plugin_string_t text, uint32_t *number)
{
    uint64_t value = 0;
    size_t at = 0;
    for (; at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9'; at++) {
        value = value * 10 + (text.ptr[at] - '0');
        if (value > UINT32_MAX) {
            return 0;
        }
    }
    *number = (uint32_t)value;
    return at;
}

static size_t skip_space(plugin_string_t json, size_t at)
{
    while (at < json.len && strchr(" \t\r\n", json.ptr[at]) != NULL) {
        at++;
    }
    return at;
}

// Where the value that begins at `at` ends.
static size_t skip_value(plugin_string_t json, size_t at)
{
    int depth = 0;
    bool is_quoted = false;
    for (; at < json.len; at++) {
        uint8_t byte = json.ptr[at];
        if (is_quoted) {
            if (byte == '\\') {
                at++;
            } else if (byte == '"') {
                is_quoted = false;
                if (depth == 0) {
                    return at + 1;
                }
            }
        } else if (byte == '"') {
            is_quoted = true;
        } else if (byte == '{' || byte == '[') {
            depth++;
        } else if (byte == '}' || byte == ']') {
            depth--;
            if (depth <= 0) {
                return depth < 0 ? at : at + 1;
            }
        } else if (depth == 0 && strchr(", \t\r\n", byte) != NULL) {
            return at;
        }
    }
    return json.len;
}

plugin_string_t json_member(plugin_string_t object, const char *name)
{
    size_t at = skip_space(object, 0);
    if (at < object.len && object.ptr[at] == '{') {
        at = skip_space(object, at + 1);
        while (at < object.len && object.ptr[at] == '"') {
            size_t end = skip_value(object, at);
            plugin_string_t key = {object.ptr + at + 1, end - at - 2};
            at = skip_space(object, end);
            at = skip_space(object, at + 1); // after the colon
            if (at >= object.len) {
                break;
            }
            end = skip_value(object, at);
            if (text_is(key, name)) {
                return (plugin_string_t){object.ptr + at, end - at};
            }
            at = skip_space(object, end);
            at = skip_space(object, at + 1); // after the comma
        }
    }
    return (plugin_string_t){NULL, 0};
}

// The four digits of `\u0000`.
static uint32_t unit(plugin_string_t json, size_t at)
{
    char digits[5] = {0};
    if (at + 4 <= json.len) {
        memcpy(digits, json.ptr + at, 4);
    }
    return (uint32_t)strtoul(digits, NULL, 16);
}

static void add_letter(text_t *text, uint32_t letter)
{
    uint8_t bytes[4];
    size_t length = letter < 0x80 ? 1 : letter < 0x800 ? 2 : letter < 0x10000 ? 3 : 4;
    const uint8_t first[] = {0, 0xc0, 0xe0, 0xf0};
    for (size_t at = length; at-- > 1; letter >>= 6) {
        bytes[at] = 0x80 | (letter & 0x3f);
    }
    bytes[0] = first[length - 1] | (uint8_t)letter;
    text_add_string(text, (plugin_string_t){bytes, length});
}

bool json_text(plugin_string_t value, text_t *text)
{
    if (value.len < 2 || value.ptr[0] != '"') {
        return false;
    }
    const char *names = "\"\\/bfnrt", *meant = "\"\\/\b\f\n\r\t";
    for (size_t at = 1; at < value.len - 1; at++) {
        if (value.ptr[at] != '\\') {
            text_add_string(text, (plugin_string_t){value.ptr + at, 1});
            continue;
        }
        at++;
        const char *name = strchr(names, value.ptr[at]);
        if (name != NULL) {
            add_letter(text, meant[name - names]);
            continue;
        }
        uint32_t letter = unit(value, at + 1);
        at += 4;
        // A letter beyond the first 65,536 is written as two units; one of them alone is none.
        if ((letter & 0xf800) == 0xd800) {
            uint32_t second = unit(value, at + 3);
            bool is_pair = letter < 0xdc00 && (second & 0xfc00) == 0xdc00;
            letter = is_pair ? 0x10000 + ((letter & 0x3ff) << 10) + (second & 0x3ff) : 0xfffd;
            at += is_pair ? 6 : 0;
        }
        add_letter(text, letter);
    }
    return true;
}
