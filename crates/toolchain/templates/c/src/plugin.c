// Answers `!hello` in chat, and counts a point for each time.
//
// What the plugin imports and exports stands in wit/world.wit; build/bindings/plugin.h, which `pato build`
// makes from it, declares a function for each one there. A function of the host answers `false` if it fails,
// with the reason in its last argument, and so does a handler that fails. What a handler gets, and what a
// function of the host answers, is the plugin's to free.

#include "plugin.h"

#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What the names of the stored points begin with.
#define POINTS "points/"

typedef exports_pato_platform_event_handler_event_t event_t;
typedef exports_pato_platform_event_handler_error_t error_t;

// The number that is stored under a key; 0 if there is none.
static bool points(plugin_string_t key, unsigned *number, error_t *error)
{
    plugin_option_list_u8_t stored;
    if (!pato_platform_storage_get(&key, &stored, error)) {
        return false;
    }
    *number = 0;
    for (size_t at = 0; stored.is_some && at < stored.val.len; at++) {
        *number = *number * 10 + (stored.val.ptr[at] - '0');
    }
    plugin_option_list_u8_free(&stored);
    return true;
}

// Answers a chat message that says hello.
static bool greet(const event_t *event, error_t *error)
{
    plugin_string_t user = json_member(event->data, "user");
    if (!json_is(json_member(event->data, "text"), "!hello")) {
        return true;
    }
    text_t key = {0};
    text_add(&key, POINTS);
    text_add_string(&key, json_inside(json_member(user, "login")));

    unsigned number;
    bool done = points(key.string, &number, error);
    if (done) {
        char digits[16];
        snprintf(digits, sizeof digits, "%u", number + 1);
        plugin_list_u8_t value = {(uint8_t *)digits, strlen(digits)};
        done = pato_platform_storage_set(&key.string, &value, error);

        // The parts that come from the message are JSON already, and stay as they are.
        text_t answer = {0};
        text_add(&answer, "{\"connector\":\"");
        text_add_string(&answer, event->source);
        text_add(&answer, "\",\"channel\":");
        text_add_string(&answer, json_member(event->data, "channel"));
        text_add(&answer, ",\"reply_to\":");
        text_add_string(&answer, json_member(event->data, "message_id"));
        text_add(&answer, ",\"text\":\"Hello, ");
        text_add_string(&answer, json_inside(json_member(user, "name")));
        text_add(&answer, "! Your points: ");
        text_add(&answer, digits);
        text_add(&answer, "\"}");
        if (done) {
            plugin_string_t action, sent;
            plugin_string_set(&action, "chat.send");
            done = pato_platform_services_call(&action, &answer.string, &sent, error);
            if (done) {
                plugin_string_free(&sent);
            }
        }
        text_free(&answer);
    }
    text_free(&key);
    return done;
}

// Called once, at the start: the place to say which events the plugin wants.
bool exports_pato_platform_life_cycle_init(error_t *error)
{
    plugin_string_t pattern;
    plugin_string_set(&pattern, "chat.message");
    return pato_platform_events_subscribe(&pattern, error);
}

// Called once, at the end.
void exports_pato_platform_life_cycle_shutdown(void)
{
}

// Called with the events that it wants, oldest first.
bool exports_pato_platform_event_handler_handle_events(exports_pato_platform_event_handler_list_event_t *events,
                                                       error_t *error)
{
    bool done = true;
    for (size_t at = 0; done && at < events->len; at++) {
        const event_t *event = &events->ptr[at];
        // What Pato itself wrote is not answered: that is how loops begin.
        bool is_own = event->flags & PATO_PLATFORM_TYPES_EVENT_FLAGS_OWN;
        if (text_is(event->topic, "chat.message") && !is_own) {
            done = greet(event, error);
        }
    }
    exports_pato_platform_event_handler_list_event_free(events);
    return done;
}

// Called when the plugin could not keep up, and events were lost to it.
void exports_pato_platform_event_handler_lagged(uint32_t dropped)
{
    char line[48];
    snprintf(line, sizeof line, "%u events were lost", (unsigned)dropped);
    plugin_string_t message;
    plugin_string_set(&message, line);
    pato_platform_log_write(PATO_PLATFORM_LOG_LEVEL_WARN, &message);
}

// The points of every chatter, as a JSON object.
static bool all_points(plugin_string_t *answer, error_t *error)
{
    plugin_string_t prefix;
    plugin_string_set(&prefix, POINTS);
    plugin_list_string_t keys;
    if (!pato_platform_storage_keys(&prefix, NULL, &keys, error)) {
        return false;
    }
    text_t json = {0};
    text_add(&json, "{");
    bool done = true;
    for (size_t at = 0; done && at < keys.len; at++) {
        unsigned number = 0;
        done = points(keys.ptr[at], &number, error);
        char value[24];
        snprintf(value, sizeof value, "\":%u", number);
        plugin_string_t login = {keys.ptr[at].ptr + prefix.len, keys.ptr[at].len - prefix.len};
        text_add(&json, at == 0 ? "\"" : ",\"");
        text_add_string(&json, login);
        text_add(&json, value);
    }
    text_add(&json, "}");
    plugin_list_string_free(&keys);
    if (done) {
        *answer = json.string;
    } else {
        text_free(&json);
    }
    return done;
}

// Called for each command of the manifest, from the dashboard, `pato call` or another plugin.
bool exports_pato_platform_command_handler_handle_command(plugin_string_t *name, plugin_string_t *parameters,
                                                          plugin_string_t *answer, error_t *error)
{
    bool is_known = text_is(*name, "points");
    plugin_string_free(name);
    plugin_string_free(parameters);
    if (is_known) {
        return all_points(answer, error);
    }
    error->tag = PATO_PLATFORM_TYPES_ERROR_NOT_FOUND;
    plugin_string_dup(&error->val.not_found, "there is no such command: the only one is `points`");
    return false;
}
