// As much of JSON as this plugin needs. A plugin that needs more puts a JSON library beside this file; every
// source in this folder is built.

#pragma once

#include "plugin.h"

// A text that grows. `string` is what it holds.
typedef struct {
    plugin_string_t string;
    size_t capacity;
} text_t;

void text_add(text_t *text, const char *more);
void text_add_string(text_t *text, plugin_string_t more);
void text_add_number(text_t *text, uint32_t number);
// As a JSON string, with quotes.
void text_add_quoted(text_t *text, plugin_string_t more);
void text_free(text_t *text);

// Whether the text is just that.
bool text_is(plugin_string_t text, const char *other);

// The number that the text begins with, and how many digits that has: none if there is no number, or it does
// not fit.
size_t text_number(plugin_string_t text, uint32_t *number);

// The value of an object's member, as JSON; empty if there is none.
plugin_string_t json_member(plugin_string_t object, const char *name);

// Adds what a JSON string says; false if the value is no string.
bool json_text(plugin_string_t value, text_t *text);
