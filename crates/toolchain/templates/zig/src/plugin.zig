//! Answers `!hello` in chat, and counts a point for each time.
//!
//! What the plugin imports and exports stands in wit/world.wit; the module `c`, which `pato build` makes from
//! it, declares a function for each one there. A function of the host answers `false` if it fails, with the
//! reason in its last argument, and so does a handler that fails. What a handler gets, and what a function of
//! the host answers, is the plugin's to free.

const std = @import("std");
const c = @import("c");

const allocator = std.heap.c_allocator;
const Event = c.exports_pato_platform_event_handler_event_t;
const Error = c.pato_platform_types_error_t;

/// A handler failed, and the reason is written where the host looks for it.
const Failed = error{Failed};

/// What the names of the stored points begin with.
const prefix = "points/";

/// The part of a chat message's payload that is used here; the reference of events has all of it.
const ChatMessage = struct {
    channel: []const u8,
    message_id: []const u8,
    text: []const u8,
    user: struct { login: []const u8, name: []const u8 },
};

/// Called once, at the start: the place to say which events the plugin wants.
export fn exports_pato_platform_life_cycle_init(reason: *Error) bool {
    var pattern = lent("chat.message");
    return c.pato_platform_events_subscribe(&pattern, reason);
}

/// Called once, at the end.
export fn exports_pato_platform_life_cycle_shutdown() void {}

/// Called with the events that it wants, oldest first.
export fn exports_pato_platform_event_handler_handle_events(
    events: *c.exports_pato_platform_event_handler_list_event_t,
    reason: *Error,
) bool {
    defer c.exports_pato_platform_event_handler_list_event_free(events);
    for (events.ptr[0..events.len]) |event| {
        // What Pato itself wrote is not answered: that is how loops begin.
        const is_own = event.flags & c.PATO_PLATFORM_TYPES_EVENT_FLAGS_OWN != 0;
        if (!is_own and std.mem.eql(u8, view(event.topic), "chat.message")) {
            greet(event, reason) catch |failure| return told(failure, reason);
        }
    }
    return true;
}

/// Called when the plugin could not keep up, and events were lost to it.
export fn exports_pato_platform_event_handler_lagged(dropped: u32) void {
    var buffer: [48]u8 = undefined;
    const line = std.fmt.bufPrint(&buffer, "{d} events were lost", .{dropped}) catch return;
    var message = lent(line);
    c.pato_platform_log_write(c.PATO_PLATFORM_LOG_LEVEL_WARN, &message);
}

/// Called for each command of the manifest, from the dashboard, `pato call` or another plugin.
export fn exports_pato_platform_command_handler_handle_command(
    name: *c.plugin_string_t,
    parameters: *c.plugin_string_t,
    answer: *c.plugin_string_t,
    reason: *Error,
) bool {
    defer c.plugin_string_free(name);
    defer c.plugin_string_free(parameters);
    if (!std.mem.eql(u8, view(name.*), "points")) {
        reason.tag = c.PATO_PLATFORM_TYPES_ERROR_NOT_FOUND;
        c.plugin_string_dup(&reason.val.not_found, "there is no such command: the only one is `points`");
        return false;
    }
    allPoints(answer, reason) catch |failure| return told(failure, reason);
    return true;
}

/// Answers a chat message that says hello.
fn greet(event: Event, reason: *Error) !void {
    const options: std.json.ParseOptions = .{ .ignore_unknown_fields = true };
    const parsed = try std.json.parseFromSlice(ChatMessage, allocator, view(event.data), options);
    defer parsed.deinit();
    const message = parsed.value;
    if (!std.mem.eql(u8, message.text, "!hello")) return;

    const key = try std.mem.concat(allocator, u8, &.{ prefix, message.user.login });
    defer allocator.free(key);
    const now = try points(key, reason) + 1;
    try setPoints(key, now, reason);

    const text = try std.fmt.allocPrint(allocator, "Hello, {s}! Your points: {d}", .{ message.user.name, now });
    defer allocator.free(text);
    const answer = try std.json.Stringify.valueAlloc(allocator, .{
        .connector = view(event.source),
        .channel = message.channel,
        .reply_to = message.message_id,
        .text = text,
    }, .{});
    defer allocator.free(answer);
    var action = lent("chat.send");
    var parameters = lent(answer);
    var sent: c.plugin_string_t = undefined;
    if (!c.pato_platform_services_call(&action, &parameters, &sent, reason)) return Failed.Failed;
    c.plugin_string_free(&sent);
}

/// Writes the points of every chatter, as a JSON object.
fn allPoints(answer: *c.plugin_string_t, reason: *Error) !void {
    var begin = lent(prefix);
    var keys: c.plugin_list_string_t = undefined;
    if (!c.pato_platform_storage_keys(&begin, null, &keys, reason)) return Failed.Failed;
    defer c.plugin_list_string_free(&keys);

    var all: std.json.ArrayHashMap(u32) = .{};
    defer all.deinit(allocator);
    for (keys.ptr[0..keys.len]) |key| {
        try all.map.put(allocator, view(key)[prefix.len..], try points(view(key), reason));
    }
    const json = try std.json.Stringify.valueAlloc(allocator, all, .{});
    answer.* = lent(json); // the host frees it
}

/// The number that is stored under a key; 0 if there is none.
fn points(key: []const u8, reason: *Error) !u32 {
    var name = lent(key);
    var stored: c.plugin_option_list_u8_t = undefined;
    if (!c.pato_platform_storage_get(&name, &stored, reason)) return Failed.Failed;
    defer c.plugin_option_list_u8_free(&stored);
    return if (stored.is_some) try std.fmt.parseInt(u32, stored.val.ptr[0..stored.val.len], 10) else 0;
}

fn setPoints(key: []const u8, number: u32, reason: *Error) !void {
    var name = lent(key);
    var buffer: [10]u8 = undefined;
    const digits = try std.fmt.bufPrint(&buffer, "{d}", .{number});
    var value: c.plugin_list_u8_t = .{ .ptr = digits.ptr, .len = digits.len };
    if (!c.pato_platform_storage_set(&name, &value, reason)) return Failed.Failed;
}

/// Tells the host of a failure, if it does not know the reason already.
fn told(failure: anyerror, reason: *Error) bool {
    if (failure != Failed.Failed) {
        reason.tag = c.PATO_PLATFORM_TYPES_ERROR_FAILED;
        c.plugin_string_dup(&reason.val.failed, @errorName(failure));
    }
    return false;
}

/// A text for the host, which only reads it.
fn lent(text: []const u8) c.plugin_string_t {
    return .{ .ptr = @constCast(text.ptr), .len = text.len };
}

/// A text that the host gave.
fn view(text: c.plugin_string_t) []const u8 {
    return text.ptr[0..text.len];
}
