//! Greets who is new in chat, and keeps points: for itself, and by wit/points.wit for other plugins.
//!
//! What the plugin imports and exports stands in wit/world.wit; the module `c`, which `pato build` makes from
//! it, declares a function for each one there. A function of the host or of another plugin answers `false` if
//! it fails, with the reason in its last argument, and so does one of this plugin. What a function gets that
//! others call, and what functions of others answer, is the plugin's to free.

const std = @import("std");
const c = @import("c");

const accounts = @import("accounts.zig");
const host = @import("host.zig");

const allocator = std.heap.c_allocator;
const Event = c.exports_pato_platform_event_handler_event_t;
const Gift = c.exports_greeter_zig_points_points_gift_t;
const Standing = c.exports_greeter_zig_points_points_standing_t;
const Standings = c.exports_greeter_zig_points_points_list_standing_t;
const Error = host.Error;
const view = host.view;

/// How many points one is greeted with.
const welcome = 10;

/// The part of a chat message's payload that is used here; the reference of events has all of it.
const ChatMessage = struct {
    channel: []const u8,
    message_id: []const u8,
    user: struct { login: []const u8, name: []const u8 },
};

/// The parameters of `thank`.
const Thanks = struct {
    user: []const u8,
    amount: ?u32 = null,
    note: ?[]const u8 = null,
};

/// Called once, at the start: the place to say which events the plugin wants.
export fn exports_pato_platform_life_cycle_init(reason: *Error) bool {
    var pattern = host.lent("chat.message");
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
            greet(event, reason) catch |failure| return host.told(failure, reason);
        }
    }
    return true;
}

/// Called when the plugin could not keep up, and events were lost to it.
export fn exports_pato_platform_event_handler_lagged(dropped: u32) void {
    var buffer: [48]u8 = undefined;
    const line = std.fmt.bufPrint(&buffer, "{d} events were lost", .{dropped}) catch return;
    var message = host.lent(line);
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
    const json = command(view(name.*), view(parameters.*), reason);
    answer.* = host.lent(json catch |failure| return host.told(failure, reason)); // the host frees it
    return true;
}

// These three are called by other plugins, and by `pato call greeter-zig.points.give`: one call at a time, and
// never in the middle of a handler.
export fn exports_greeter_zig_points_points_get(user: *c.plugin_string_t, points: *u32, reason: *Error) bool {
    defer c.plugin_string_free(user);
    points.* = get(view(user.*), reason) catch |failure| return host.told(failure, reason);
    return true;
}

export fn exports_greeter_zig_points_points_give(gift: *Gift, points: *u32, reason: *Error) bool {
    defer c.exports_greeter_zig_points_points_gift_free(gift);
    points.* = give(gift, reason) catch |failure| return host.told(failure, reason);
    return true;
}

export fn exports_greeter_zig_points_points_top(count: u32, standings: *Standings, reason: *Error) bool {
    standings.* = top(count, reason) catch |failure| return host.told(failure, reason);
    return true;
}

fn get(user: []const u8, reason: *Error) !u32 {
    const account = try accounts.load(user, reason) orelse {
        reason.tag = c.PATO_PLATFORM_TYPES_ERROR_NOT_FOUND;
        host.say(&reason.val.not_found, "`{s}` has no points", .{user});
        return host.Failed.Failed;
    };
    defer account.deinit();
    return account.points;
}

fn give(gift: *const Gift, reason: *Error) !u32 {
    const account = try accounts.load(view(gift.user), reason);
    defer if (account) |one| one.deinit();
    const before = if (account) |one| one.points else 0;
    const is_exact = gift.amount.tag == c.EXPORTS_GREETER_ZIG_POINTS_POINTS_AMOUNT_EXACTLY;
    const now = before +| if (is_exact) gift.amount.val.exactly else before;
    try accounts.keep(view(gift.user), now, if (gift.note.is_some) view(gift.note.val) else null, reason);
    return now;
}

fn top(count: u32, reason: *Error) !Standings {
    const all = try accounts.loadAll(reason);
    defer accounts.free(all);
    std.mem.sort(accounts.Account, all, {}, hasMore);
    const first = all[0..@min(count, all.len)];
    if (first.len == 0) return .{ .ptr = null, .len = 0 };
    const standings = try allocator.alloc(Standing, first.len); // the bindings free it
    for (first, standings) |account, *standing| {
        standing.* = .{ .user = try host.copy(account.user), .points = account.points };
        standing.note.is_some = account.note != null;
        if (account.note) |note| standing.note.val = try host.copy(note);
    }
    return .{ .ptr = standings.ptr, .len = standings.len };
}

fn hasMore(_: void, one: accounts.Account, other: accounts.Account) bool {
    return one.points > other.points;
}

/// Greets who has no points yet, and gives him the first.
fn greet(event: Event, reason: *Error) !void {
    const options: std.json.ParseOptions = .{ .ignore_unknown_fields = true };
    const parsed = try std.json.parseFromSlice(ChatMessage, allocator, view(event.data), options);
    defer parsed.deinit();
    const message = parsed.value;
    if (try accounts.load(message.user.login, reason)) |account| return account.deinit();
    try accounts.keep(message.user.login, welcome, null, reason);

    const text = try std.fmt.allocPrint(
        allocator,
        "Hello, {s}! Zig gives you {d} points.",
        .{ message.user.name, welcome },
    );
    defer allocator.free(text);
    const answer = try std.json.Stringify.valueAlloc(allocator, .{
        .connector = view(event.source),
        .channel = message.channel,
        .reply_to = message.message_id,
        .text = text,
    }, .{});
    defer allocator.free(answer);
    var action = host.lent("chat.send");
    var parameters = host.lent(answer);
    var sent: c.plugin_string_t = undefined;
    if (!c.pato_platform_services_call(&action, &parameters, &sent, reason)) return host.Failed.Failed;
    c.plugin_string_free(&sent);
}

/// Performs a command; what it answers is JSON.
fn command(name: []const u8, parameters: []const u8, reason: *Error) ![]u8 {
    if (std.mem.eql(u8, name, "points")) return allPoints(reason);
    if (std.mem.eql(u8, name, "thank")) {
        const options: std.json.ParseOptions = .{ .ignore_unknown_fields = true };
        const parsed = std.json.parseFromSlice(Thanks, allocator, parameters, options) catch {
            reason.tag = c.PATO_PLATFORM_TYPES_ERROR_INVALID;
            const example = "{\"user\": \"ronni\", \"amount\": 5, \"note\": \"for the raid\"}";
            host.say(&reason.val.invalid, "write {s}; only the user must be there", .{example});
            return host.Failed.Failed;
        };
        defer parsed.deinit();
        return thank(parsed.value, reason);
    }
    // The memory is gone then, and what is stored is not.
    if (std.mem.eql(u8, name, "crash")) @trap();
    reason.tag = c.PATO_PLATFORM_TYPES_ERROR_NOT_FOUND;
    host.say(&reason.val.not_found, "there is no command `{s}`", .{name});
    return host.Failed.Failed;
}

/// The points of every chatter, as a JSON object.
fn allPoints(reason: *Error) ![]u8 {
    const all = try accounts.loadAll(reason);
    defer accounts.free(all);
    var points: std.json.ArrayHashMap(u32) = .{};
    defer points.deinit(allocator);
    for (all) |account| try points.map.put(allocator, account.user, account.points);
    return std.json.Stringify.valueAlloc(allocator, points, .{});
}

/// Gives points of the greeter in Rust, and tells who has most there.
fn thank(thanks: Thanks, reason: *Error) ![]u8 {
    var gift: c.greeter_rust_points_points_gift_t = .{ .user = host.lent(thanks.user) };
    if (thanks.amount) |amount| {
        gift.amount.tag = c.GREETER_RUST_POINTS_POINTS_AMOUNT_EXACTLY;
        gift.amount.val.exactly = amount;
    } else {
        gift.amount.tag = c.GREETER_RUST_POINTS_POINTS_AMOUNT_DOUBLE;
    }
    gift.note = .{ .is_some = thanks.note != null, .val = host.lent(thanks.note orelse "") };

    var now: u32 = undefined;
    var standings: c.greeter_rust_points_points_list_standing_t = undefined;
    if (!c.greeter_rust_points_points_give(&gift, &now, reason) or
        !c.greeter_rust_points_points_top(3, &standings, reason))
    {
        return problem(reason);
    }
    defer c.greeter_rust_points_points_list_standing_free(&standings);
    const Shown = struct { user: []const u8, points: u32, note: ?[]const u8 };
    var shown: [3]Shown = undefined;
    const count = @min(standings.len, shown.len);
    for (shown[0..count], 0..) |*one, at| {
        const standing = standings.ptr[at];
        const note = if (standing.note.is_some) view(standing.note.val) else null;
        one.* = .{ .user = view(standing.user), .points = standing.points, .note = note };
    }
    return std.json.Stringify.valueAlloc(allocator, .{ .now = now, .top = shown[0..count] }, .{});
}

/// Whether the other plugin is there and may be called is for the user to decide: the text says what he has to do,
/// and this plugin goes on. Whatever else goes wrong is the command's own failure.
fn problem(reason: *Error) ![]u8 {
    const name = switch (reason.tag) {
        c.PATO_PLATFORM_TYPES_ERROR_DENIED => "denied",
        c.PATO_PLATFORM_TYPES_ERROR_UNAVAILABLE => "unavailable",
        else => return host.Failed.Failed,
    };
    defer c.pato_platform_types_error_free(reason);
    const text = view(reason.val.failed); // every text is in the same place
    return std.json.Stringify.valueAlloc(allocator, .{ .problem = name, .text = text }, .{});
}
