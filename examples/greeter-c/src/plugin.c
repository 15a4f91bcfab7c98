// Greets who is new in chat, and keeps points: for itself, and by wit/points.wit for other plugins.
//
// What the plugin imports and exports stands in wit/world.wit; build/bindings/plugin.h, which `pato build`
// makes from it, declares a function for each one there. A function of the host or of another plugin answers
// `false` if it fails, with the reason in its last argument, and so does one of this plugin. What a function
// gets that others call, and what functions of others answer, is the plugin's to free.

#include "plugin.h"

#include "accounts.h"
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// How many points one is greeted with.
#define WELCOME 10

typedef exports_pato_platform_event_handler_event_t event_t;
typedef exports_greeter_c_points_points_gift_t gift_t;

// Fails for a reason that is the plugin's own.
static bool fail(error_t *error, uint8_t tag, const char *reason)
{
    error->tag = tag;
    plugin_string_dup(&error->val.failed, reason); // every reason is a text in the same place
    return false;
}

// Greets somebody in the chat where he wrote.
static bool welcome(const event_t *event, plugin_string_t user, error_t *error)
{
    text_t greeting = {0}, parameters = {0};
    text_add(&greeting, "Hello, ");
    json_text(json_member(user, "name"), &greeting);
    text_add(&greeting, "! C gives you ");
    text_add_number(&greeting, WELCOME);
    text_add(&greeting, " points.");

    text_add(&parameters, "{\"connector\":");
    text_add_quoted(&parameters, event->source);
    // These are JSON already, and stay as they are.
    text_add(&parameters, ",\"channel\":");
    text_add_string(&parameters, json_member(event->data, "channel"));
    text_add(&parameters, ",\"reply_to\":");
    text_add_string(&parameters, json_member(event->data, "message_id"));
    text_add(&parameters, ",\"text\":");
    text_add_quoted(&parameters, greeting.string);
    text_add(&parameters, "}");

    plugin_string_t action, sent;
    plugin_string_set(&action, "chat.send");
    bool done = pato_platform_services_call(&action, &parameters.string, &sent, error);
    if (done) {
        plugin_string_free(&sent);
    }
    text_free(&parameters);
    text_free(&greeting);
    return done;
}

// Greets who has no points yet, and gives him the first.
static bool greet(const event_t *event, error_t *error)
{
    plugin_string_t user = json_member(event->data, "user");
    text_t login = {0};
    account_t account;
    json_text(json_member(user, "login"), &login);
    bool done = account_load(login.string, &account, error);
    if (done && !account.is_there) {
        plugin_option_string_t no_note = {0};
        done = account_keep(login.string, WELCOME, no_note, error) && welcome(event, user, error);
    }
    if (done) {
        account_free(&account);
    }
    text_free(&login);
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

// These three are called by other plugins, and by `pato call greeter-c.points.give`: one call at a time, and
// never in the middle of a handler.
bool exports_greeter_c_points_points_get(plugin_string_t *user, uint32_t *points, error_t *error)
{
    account_t account;
    bool done = account_load(*user, &account, error);
    if (done) {
        *points = account.points;
        account_free(&account);
        if (!account.is_there) {
            done = fail(error, PATO_PLATFORM_TYPES_ERROR_NOT_FOUND, "this user has no points");
        }
    }
    plugin_string_free(user);
    return done;
}

bool exports_greeter_c_points_points_give(gift_t *gift, uint32_t *points, error_t *error)
{
    account_t account;
    bool done = account_load(gift->user, &account, error);
    if (done) {
        bool is_exact = gift->amount.tag == EXPORTS_GREETER_C_POINTS_POINTS_AMOUNT_EXACTLY;
        uint32_t more = is_exact ? gift->amount.val.exactly : account.points;
        *points = account.points > UINT32_MAX - more ? UINT32_MAX : account.points + more;
        done = account_keep(gift->user, *points, gift->note, error);
        account_free(&account);
    }
    exports_greeter_c_points_points_gift_free(gift);
    return done;
}

static int by_points(const void *one, const void *other)
{
    const standing_t *first = one, *second = other;
    return (first->points < second->points) - (first->points > second->points);
}

bool exports_greeter_c_points_points_top(uint32_t count, standings_t *top, error_t *error)
{
    if (!accounts(top, error)) {
        return false;
    }
    qsort(top->ptr, top->len, sizeof *top->ptr, by_points);
    for (; top->len > count; top->len--) {
        exports_greeter_c_points_points_standing_free(&top->ptr[top->len - 1]);
    }
    if (top->len == 0) {
        free(top->ptr); // the host frees no list without elements
    }
    return true;
}

// The points of every chatter, as a JSON object.
static bool all_points(text_t *answer, error_t *error)
{
    standings_t all;
    if (!accounts(&all, error)) {
        return false;
    }
    text_add(answer, "{");
    for (size_t at = 0; at < all.len; at++) {
        text_add(answer, at == 0 ? "" : ",");
        text_add_quoted(answer, all.ptr[at].user);
        text_add(answer, ":");
        text_add_number(answer, all.ptr[at].points);
    }
    text_add(answer, "}");
    exports_greeter_c_points_points_list_standing_free(&all);
    return true;
}

// Gives points of the greeter in C++, and tells who has most there.
static bool give_there(greeter_cpp_points_points_gift_t *gift, text_t *answer, error_t *error)
{
    uint32_t now;
    greeter_cpp_points_points_list_standing_t top;
    if (!greeter_cpp_points_points_give(gift, &now, error) || !greeter_cpp_points_points_top(3, &top, error)) {
        return false;
    }
    text_add(answer, "{\"now\":");
    text_add_number(answer, now);
    text_add(answer, ",\"top\":[");
    for (size_t at = 0; at < top.len; at++) {
        text_add(answer, at == 0 ? "{\"user\":" : ",{\"user\":");
        text_add_quoted(answer, top.ptr[at].user);
        text_add(answer, ",\"points\":");
        text_add_number(answer, top.ptr[at].points);
        text_add(answer, ",\"note\":");
        if (top.ptr[at].note.is_some) {
            text_add_quoted(answer, top.ptr[at].note.val);
        } else {
            text_add(answer, "null");
        }
        text_add(answer, "}");
    }
    text_add(answer, "]}");
    greeter_cpp_points_points_list_standing_free(&top);
    return true;
}

static bool thank(plugin_string_t parameters, text_t *answer, error_t *error)
{
    plugin_string_t amount = json_member(parameters, "amount");
    plugin_string_t noted = json_member(parameters, "note");
    bool has_amount = amount.len > 0 && !text_is(amount, "null");
    bool has_note = noted.len > 0 && !text_is(noted, "null");
    text_t user = {0}, note = {0};
    greeter_cpp_points_points_gift_t gift = {0};
    bool is_fine = json_text(json_member(parameters, "user"), &user);
    if (has_amount) {
        gift.amount.tag = GREETER_CPP_POINTS_POINTS_AMOUNT_EXACTLY;
        is_fine = is_fine && text_number(amount, &gift.amount.val.exactly) == amount.len;
    } else {
        gift.amount.tag = GREETER_CPP_POINTS_POINTS_AMOUNT_DOUBLE;
    }
    if (has_note) {
        is_fine = is_fine && json_text(noted, &note);
    }
    gift.user = user.string;
    gift.note = (plugin_option_string_t){has_note, note.string};

    bool done;
    if (!is_fine) {
        done = fail(error, PATO_PLATFORM_TYPES_ERROR_INVALID,
                    "write {\"user\": \"ronni\", \"amount\": 5, \"note\": \"for the raid\"}; only the user must be there");
    } else {
        done = give_there(&gift, answer, error);
        // Whether the other plugin is there and may be called is for the user to decide: the text says what he
        // has to do, and this plugin goes on.
        bool is_denied = !done && error->tag == PATO_PLATFORM_TYPES_ERROR_DENIED;
        if (is_denied || (!done && error->tag == PATO_PLATFORM_TYPES_ERROR_UNAVAILABLE)) {
            text_add(answer, "{\"problem\":");
            text_add(answer, is_denied ? "\"denied\"" : "\"unavailable\"");
            text_add(answer, ",\"text\":");
            text_add_quoted(answer, is_denied ? error->val.denied : error->val.unavailable);
            text_add(answer, "}");
            pato_platform_types_error_free(error);
            done = true;
        }
    }
    text_free(&note);
    text_free(&user);
    return done;
}

// Called for each command of the manifest, from the dashboard, `pato call` or another plugin.
bool exports_pato_platform_command_handler_handle_command(plugin_string_t *name, plugin_string_t *parameters,
                                                          plugin_string_t *answer, error_t *error)
{
    text_t text = {0};
    bool done;
    if (text_is(*name, "points")) {
        done = all_points(&text, error);
    } else if (text_is(*name, "thank")) {
        done = thank(*parameters, &text, error);
    } else if (text_is(*name, "crash")) {
        abort(); // the memory is gone then, and what is stored is not
    } else {
        done = fail(error, PATO_PLATFORM_TYPES_ERROR_NOT_FOUND, "there is no such command");
    }
    plugin_string_free(name);
    plugin_string_free(parameters);
    if (done) {
        *answer = text.string;
    } else {
        text_free(&text);
    }
    return done;
}
