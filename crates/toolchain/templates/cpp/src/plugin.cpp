// Answers `!hello` in chat, and counts a point for each time.
//
// What the plugin imports and exports stands in wit/world.wit; build/bindings/plugin.h, which `pato build`
// makes from it, declares a function for each one there. A function of the host answers `false` if it fails,
// with the reason in its last argument, and so does a handler that fails. What a handler gets, and what a
// function of the host answers, is the plugin's to free.

#include "json.hpp"
#include "plugin.h"

#include <string>
#include <string_view>

namespace {

using Event = exports_pato_platform_event_handler_event_t;
using Error = pato_platform_types_error_t;

// What the names of the stored points begin with.
constexpr std::string_view POINTS = "points/";

// A text for the host, which only reads it.
plugin_string_t lent(std::string_view text)
{
    return {reinterpret_cast<uint8_t *>(const_cast<char *>(text.data())), text.size()};
}

// A text that the host gave.
std::string_view view(const plugin_string_t &text)
{
    return {reinterpret_cast<const char *>(text.ptr), text.len};
}

// The number that is stored under a key; 0 if there is none.
bool points(std::string_view key, unsigned &number, Error *error)
{
    plugin_string_t name = lent(key);
    plugin_option_list_u8_t stored;
    if (!pato_platform_storage_get(&name, &stored, error)) {
        return false;
    }
    number = 0;
    for (std::size_t at = 0; stored.is_some && at < stored.val.len; at++) {
        number = number * 10 + (stored.val.ptr[at] - '0');
    }
    plugin_option_list_u8_free(&stored);
    return true;
}

// Answers a chat message that says hello.
bool greet(const Event &event, Error *error)
{
    std::string_view data = view(event.data);
    if (json::member(data, "text") != "\"!hello\"") {
        return true;
    }
    std::string_view user = json::member(data, "user");
    std::string key{POINTS};
    key += json::inside(json::member(user, "login"));

    unsigned number;
    if (!points(key, number, error)) {
        return false;
    }
    std::string digits = std::to_string(number + 1);
    plugin_string_t name = lent(key);
    plugin_list_u8_t value = {reinterpret_cast<uint8_t *>(digits.data()), digits.size()};
    if (!pato_platform_storage_set(&name, &value, error)) {
        return false;
    }

    // The parts that come from the message are JSON already, and stay as they are.
    std::string answer = "{\"connector\":\"";
    answer += view(event.source);
    answer += "\",\"channel\":";
    answer += json::member(data, "channel");
    answer += ",\"reply_to\":";
    answer += json::member(data, "message_id");
    answer += ",\"text\":\"Hello, ";
    answer += json::inside(json::member(user, "name"));
    answer += "! Your points: " + digits + "\"}";

    plugin_string_t action = lent("chat.send"), parameters = lent(answer), sent;
    if (!pato_platform_services_call(&action, &parameters, &sent, error)) {
        return false;
    }
    plugin_string_free(&sent);
    return true;
}

// The points of every chatter, as a JSON object.
bool all_points(std::string &answer, Error *error)
{
    plugin_string_t prefix = lent(POINTS);
    plugin_list_string_t keys;
    if (!pato_platform_storage_keys(&prefix, nullptr, &keys, error)) {
        return false;
    }
    bool done = true;
    for (std::size_t at = 0; done && at < keys.len; at++) {
        std::string_view key = view(keys.ptr[at]);
        unsigned number = 0;
        done = points(key, number, error);
        answer += answer.empty() ? "{\"" : ",\"";
        answer += key.substr(POINTS.size());
        answer += "\":" + std::to_string(number);
    }
    answer += answer.empty() ? "{}" : "}";
    plugin_list_string_free(&keys);
    return done;
}

} // namespace

// Called once, at the start: the place to say which events the plugin wants.
bool exports_pato_platform_life_cycle_init(Error *error)
{
    plugin_string_t pattern = lent("chat.message");
    return pato_platform_events_subscribe(&pattern, error);
}

// Called once, at the end.
void exports_pato_platform_life_cycle_shutdown()
{
}

// Called with the events that it wants, oldest first.
bool exports_pato_platform_event_handler_handle_events(exports_pato_platform_event_handler_list_event_t *events,
                                                       Error *error)
{
    bool done = true;
    for (std::size_t at = 0; done && at < events->len; at++) {
        const Event &event = events->ptr[at];
        // What Pato itself wrote is not answered: that is how loops begin.
        bool is_own = event.flags & PATO_PLATFORM_TYPES_EVENT_FLAGS_OWN;
        if (view(event.topic) == "chat.message" && !is_own) {
            done = greet(event, error);
        }
    }
    exports_pato_platform_event_handler_list_event_free(events);
    return done;
}

// Called when the plugin could not keep up, and events were lost to it.
void exports_pato_platform_event_handler_lagged(uint32_t dropped)
{
    std::string line = std::to_string(dropped) + " events were lost";
    plugin_string_t message = lent(line);
    pato_platform_log_write(PATO_PLATFORM_LOG_LEVEL_WARN, &message);
}

// Called for each command of the manifest, from the dashboard, `pato call` or another plugin.
bool exports_pato_platform_command_handler_handle_command(plugin_string_t *name, plugin_string_t *parameters,
                                                          plugin_string_t *answer, Error *error)
{
    bool is_known = view(*name) == "points";
    plugin_string_free(name);
    plugin_string_free(parameters);
    if (!is_known) {
        error->tag = PATO_PLATFORM_TYPES_ERROR_NOT_FOUND;
        plugin_string_dup(&error->val.not_found, "there is no such command: the only one is `points`");
        return false;
    }
    std::string all;
    if (!all_points(all, error)) {
        return false;
    }
    plugin_string_dup_n(answer, all.data(), all.size());
    return true;
}
