// Greets who is new in chat, and keeps points: for itself, and by wit/points.wit for other plugins.
//
// What the plugin imports and exports stands in wit/world.wit; build/bindings/plugin.h, which `pato build`
// makes from it, declares a function for each one there. A function of the host or of another plugin answers
// `false` if it fails, with the reason in its last argument, and so does one of this plugin. What a function
// gets that others call, and what functions of others answer, is the plugin's to free.

#include "accounts.hpp"
#include "json.hpp"
#include "plugin.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>

namespace {

using Event = exports_pato_platform_event_handler_event_t;
using Gift = exports_greeter_cpp_points_points_gift_t;
using Standings = exports_greeter_cpp_points_points_list_standing_t;

// How many points one is greeted with.
constexpr std::uint32_t WELCOME = 10;

// Fails for a reason that is the plugin's own.
bool fail(Error *error, std::uint8_t tag, const std::string &reason)
{
    error->tag = tag;
    plugin_string_dup(&error->val.failed, reason.c_str()); // every reason is a text in the same place
    return false;
}

// Greets who has no points yet, and gives him the first.
bool greet(const Event &event, Error *error)
{
    std::string_view data = view(event.data), user = json::member(data, "user");
    std::string login = json::text(json::member(user, "login")).value_or("");
    std::optional<Account> account;
    if (!load(login, account, error)) {
        return false;
    }
    if (account) {
        return true;
    }
    if (!keep({.user = login, .points = WELCOME}, error)) {
        return false;
    }
    std::string name = json::text(json::member(user, "name")).value_or(login);
    std::string text = "Hello, " + name + "! C++ gives you " + std::to_string(WELCOME) + " points.";
    std::string message = "{\"connector\":" + json::quoted(view(event.source));
    // These are JSON already, and stay as they are.
    message.append(",\"channel\":").append(json::member(data, "channel"));
    message.append(",\"reply_to\":").append(json::member(data, "message_id"));
    message += ",\"text\":" + json::quoted(text) + "}";

    plugin_string_t action = lent("chat.send"), parameters = lent(message), sent;
    if (!pato_platform_services_call(&action, &parameters, &sent, error)) {
        return false;
    }
    plugin_string_free(&sent);
    return true;
}

// The points of every chatter, as a JSON object.
bool all_points(std::string &answer, Error *error)
{
    std::vector<Account> accounts;
    if (!load_all(accounts, error)) {
        return false;
    }
    for (const Account &account : accounts) {
        answer += answer.empty() ? "{" : ",";
        answer += json::quoted(account.user) + ":" + std::to_string(account.points);
    }
    answer += answer.empty() ? "{}" : "}";
    return true;
}

// Gives points of the greeter in Zig, and tells who has most there.
bool give_there(greeter_zig_points_points_gift_t &gift, std::string &answer, Error *error)
{
    std::uint32_t now;
    greeter_zig_points_points_list_standing_t top;
    if (!greeter_zig_points_points_give(&gift, &now, error) || !greeter_zig_points_points_top(3, &top, error)) {
        return false;
    }
    answer = "{\"now\":" + std::to_string(now) + ",\"top\":[";
    for (std::size_t at = 0; at < top.len; at++) {
        const greeter_zig_points_points_standing_t &standing = top.ptr[at];
        answer += at == 0 ? "" : ",";
        answer += "{\"user\":" + json::quoted(view(standing.user));
        answer += ",\"points\":" + std::to_string(standing.points);
        answer += ",\"note\":" + (standing.note.is_some ? json::quoted(view(standing.note.val)) : "null") + "}";
    }
    answer += "]}";
    greeter_zig_points_points_list_standing_free(&top);
    return true;
}

bool thank(std::string_view parameters, std::string &answer, Error *error)
{
    std::string_view amount = json::member(parameters, "amount"), noted = json::member(parameters, "note");
    std::optional<std::string> user = json::text(json::member(parameters, "user")), note = json::text(noted);
    bool has_amount = !amount.empty() && amount != "null";
    std::uint32_t points = 0;
    auto [end, problem] = std::from_chars(amount.data(), amount.data() + amount.size(), points);
    bool is_number = problem == std::errc{} && end == amount.data() + amount.size();
    if (!user || (has_amount && !is_number) || (!note && !noted.empty() && noted != "null")) {
        return fail(error, PATO_PLATFORM_TYPES_ERROR_INVALID,
                    R"(write {"user": "ronni", "amount": 5, "note": "for the raid"}; only the user must be there)");
    }
    greeter_zig_points_points_gift_t gift{.user = lent(*user)};
    gift.amount.tag = has_amount ? GREETER_ZIG_POINTS_POINTS_AMOUNT_EXACTLY : GREETER_ZIG_POINTS_POINTS_AMOUNT_DOUBLE;
    gift.amount.val.exactly = points;
    gift.note = {note.has_value(), lent(note ? *note : "")};
    if (give_there(gift, answer, error)) {
        return true;
    }
    // Whether the other plugin is there and may be called is for the user to decide: the text says what he has to
    // do, and this plugin goes on.
    bool is_denied = error->tag == PATO_PLATFORM_TYPES_ERROR_DENIED;
    if (!is_denied && error->tag != PATO_PLATFORM_TYPES_ERROR_UNAVAILABLE) {
        return false;
    }
    answer = std::string{"{\"problem\":"} + (is_denied ? "\"denied\"" : "\"unavailable\"");
    answer += ",\"text\":" + json::quoted(view(is_denied ? error->val.denied : error->val.unavailable)) + "}";
    pato_platform_types_error_free(error);
    return true;
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

// These three are called by other plugins, and by `pato call greeter-cpp.points.give`: one call at a time, and
// never in the middle of a handler.
bool exports_greeter_cpp_points_points_get(plugin_string_t *user, uint32_t *points, Error *error)
{
    std::string name{view(*user)};
    plugin_string_free(user);
    std::optional<Account> account;
    if (!load(name, account, error)) {
        return false;
    }
    if (!account) {
        return fail(error, PATO_PLATFORM_TYPES_ERROR_NOT_FOUND, "`" + name + "` has no points");
    }
    *points = account->points;
    return true;
}

bool exports_greeter_cpp_points_points_give(Gift *gift, uint32_t *points, Error *error)
{
    std::optional<Account> before;
    bool done = load(view(gift->user), before, error);
    if (done) {
        Account account = before.value_or(Account{.user = std::string{view(gift->user)}});
        bool is_exact = gift->amount.tag == EXPORTS_GREETER_CPP_POINTS_POINTS_AMOUNT_EXACTLY;
        std::uint32_t more = is_exact ? gift->amount.val.exactly : account.points;
        account.points = more > UINT32_MAX - account.points ? UINT32_MAX : account.points + more;
        account.note.reset();
        if (gift->note.is_some) {
            account.note = view(gift->note.val);
        }
        *points = account.points;
        done = keep(account, error);
    }
    exports_greeter_cpp_points_points_gift_free(gift);
    return done;
}

bool exports_greeter_cpp_points_points_top(uint32_t count, Standings *top, Error *error)
{
    std::vector<Account> accounts;
    if (!load_all(accounts, error)) {
        return false;
    }
    std::ranges::stable_sort(accounts, std::ranges::greater{}, &Account::points);
    accounts.resize(std::min<std::size_t>(count, accounts.size()));
    *top = {};
    if (accounts.empty()) {
        return true;
    }
    // What is answered is freed by the bindings, so it comes from `malloc`.
    top->ptr = static_cast<decltype(top->ptr)>(std::malloc(accounts.size() * sizeof *top->ptr));
    if (top->ptr == nullptr) {
        std::abort();
    }
    for (const Account &account : accounts) {
        auto &standing = top->ptr[top->len++];
        standing = {.points = account.points};
        plugin_string_dup_n(&standing.user, account.user.data(), account.user.size());
        if (account.note) {
            standing.note.is_some = true;
            plugin_string_dup_n(&standing.note.val, account.note->data(), account.note->size());
        }
    }
    return true;
}

// Called for each command of the manifest, from the dashboard, `pato call` or another plugin.
bool exports_pato_platform_command_handler_handle_command(plugin_string_t *name, plugin_string_t *parameters,
                                                          plugin_string_t *answer, Error *error)
{
    std::string command{view(*name)}, given{view(*parameters)}, text;
    plugin_string_free(name);
    plugin_string_free(parameters);
    bool done;
    if (command == "points") {
        done = all_points(text, error);
    } else if (command == "thank") {
        done = thank(given, text, error);
    } else if (command == "crash") {
        std::abort(); // the memory is gone then, and what is stored is not
    } else {
        done = fail(error, PATO_PLATFORM_TYPES_ERROR_NOT_FOUND, "there is no command `" + command + "`");
    }
    if (done) {
        plugin_string_dup_n(answer, text.data(), text.size());
    }
    return done;
}
