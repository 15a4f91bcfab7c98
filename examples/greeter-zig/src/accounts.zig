//! What is stored for each user.

const std = @import("std");
const c = @import("c");

const host = @import("host.zig");

const allocator = std.heap.c_allocator;

/// What the names of the stored accounts begin with.
const prefix = "points/";

pub const Account = struct {
    user: []const u8,
    points: u32,
    /// That of the last gift; part of what was stored.
    note: ?[]const u8,
    stored: []const u8,

    pub fn deinit(self: Account) void {
        allocator.free(self.user);
        allocator.free(self.stored);
    }
};

/// The account of a user, if there is one. What is stored is the number, and after a space the note, if there is
/// one.
pub fn load(user: []const u8, reason: *host.Error) !?Account {
    const key = try std.mem.concat(allocator, u8, &.{ prefix, user });
    defer allocator.free(key);
    var name = host.lent(key);
    var found: c.plugin_option_list_u8_t = undefined;
    if (!c.pato_platform_storage_get(&name, &found, reason)) return host.Failed.Failed;
    defer c.plugin_option_list_u8_free(&found);
    if (!found.is_some) return null;
    const stored = try allocator.dupe(u8, found.val.ptr[0..found.val.len]);
    errdefer allocator.free(stored);
    const space = std.mem.indexOfScalar(u8, stored, ' ');
    return .{
        .points = try std.fmt.parseInt(u32, stored[0 .. space orelse stored.len], 10),
        .note = if (space) |at| stored[at + 1 ..] else null,
        .stored = stored,
        .user = try allocator.dupe(u8, user),
    };
}

pub fn keep(user: []const u8, points: u32, note: ?[]const u8, reason: *host.Error) !void {
    const key = try std.mem.concat(allocator, u8, &.{ prefix, user });
    defer allocator.free(key);
    const text = try if (note) |said|
        std.fmt.allocPrint(allocator, "{d} {s}", .{ points, said })
    else
        std.fmt.allocPrint(allocator, "{d}", .{points});
    defer allocator.free(text);
    var name = host.lent(key);
    var value: c.plugin_list_u8_t = .{ .ptr = text.ptr, .len = text.len };
    if (!c.pato_platform_storage_set(&name, &value, reason)) return host.Failed.Failed;
}

/// Every account, in the order of the users' names.
pub fn loadAll(reason: *host.Error) ![]Account {
    var all: std.ArrayList(Account) = .empty;
    errdefer {
        for (all.items) |account| account.deinit();
        all.deinit(allocator);
    }
    var begin = host.lent(prefix);
    var keys: c.plugin_list_string_t = .{ .ptr = null, .len = 0 };
    defer c.plugin_list_string_free(&keys);
    // The host tells at most 1,000 keys at a time.
    while (true) {
        const last: [*c]c.plugin_string_t = if (keys.len > 0) keys.ptr + keys.len - 1 else null;
        var next: c.plugin_list_string_t = undefined;
        if (!c.pato_platform_storage_keys(&begin, last, &next, reason)) return host.Failed.Failed;
        c.plugin_list_string_free(&keys);
        keys = next;
        if (keys.len == 0) return all.toOwnedSlice(allocator);
        for (keys.ptr[0..keys.len]) |key| {
            if (try load(host.view(key)[prefix.len..], reason)) |account| try all.append(allocator, account);
        }
    }
}

pub fn free(all: []Account) void {
    for (all) |account| account.deinit();
    allocator.free(all);
}
