// As much of JSON as this plugin needs: members of objects, as they stand in the text. A plugin that needs more
// puts a JSON library beside this file; every source in this folder is built.

#pragma once

#include "plugin.h"

// A text that grows. `string` is what it holds.
typedef struct {
    plugin_string_t string;
    size_t capacity;
} text_t;

void text_add(text_t *text, const char *more);
void text_add_string(text_t *text, plugin_string_t more);
void text_free(text_t *text);

// Whether the text is just that.
bool text_is(plugin_string_t text, const char *other);

// The value of an object's member, as JSON; empty if there is none.
plugin_string_t json_member(plugin_string_t object, const char *name);

// A JSON string without its quotes, its escapes left as they are.
plugin_string_t json_inside(plugin_string_t value);

// Whether a value is the JSON string of that text, which has nothing to be escaped.
bool json_is(plugin_string_t value, const char *text);
