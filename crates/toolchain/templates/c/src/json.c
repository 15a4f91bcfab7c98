#include "json.h"

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

void text_free(text_t *text)
{
    free(text->string.ptr);
    *text = (text_t){0};
}

bool text_is(plugin_string_t text, const char *other)
{
    return text.len == strlen(other) && memcmp(text.ptr, other, text.len) == 0;
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
            plugin_string_t key = {object.ptr + at, end - at};
            at = skip_space(object, end);
            at = skip_space(object, at + 1); // after the colon
            if (at >= object.len) {
                break;
            }
            end = skip_value(object, at);
            if (json_is(key, name)) {
                return (plugin_string_t){object.ptr + at, end - at};
            }
            at = skip_space(object, end);
            at = skip_space(object, at + 1); // after the comma
        }
    }
    return (plugin_string_t){NULL, 0};
}

plugin_string_t json_inside(plugin_string_t value)
{
    if (value.len < 2 || value.ptr[0] != '"') {
        return (plugin_string_t){NULL, 0};
    }
    return (plugin_string_t){value.ptr + 1, value.len - 2};
}

bool json_is(plugin_string_t value, const char *text)
{
    return value.len == strlen(text) + 2 && text_is(json_inside(value), text);
}
