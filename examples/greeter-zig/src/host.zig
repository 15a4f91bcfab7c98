//! Texts and errors as they pass between the host and the plugin.

const std = @import("std");
const c = @import("c");

const allocator = std.heap.c_allocator;

pub const Error = c.pato_platform_types_error_t;

/// A function failed, and the reason is written where the host looks for it.
pub const Failed = error{Failed};

/// Tells the host of a failure, if it does not know the reason already.
pub fn told(failure: anyerror, reason: *Error) bool {
    if (failure != Failed.Failed) {
        reason.tag = c.PATO_PLATFORM_TYPES_ERROR_FAILED;
        c.plugin_string_dup(&reason.val.failed, @errorName(failure));
    }
    return false;
}

/// Writes a text that the host frees.
pub fn say(text: *c.plugin_string_t, comptime format: []const u8, values: anytype) void {
    text.* = lent(std.fmt.allocPrint(allocator, format, values) catch "");
}

/// A text that the host frees.
pub fn copy(text: []const u8) !c.plugin_string_t {
    return lent(try allocator.dupe(u8, text));
}

/// A text for the host, which only reads it.
pub fn lent(text: []const u8) c.plugin_string_t {
    return .{ .ptr = @constCast(text.ptr), .len = text.len };
}

/// A text that the host gave.
pub fn view(text: c.plugin_string_t) []const u8 {
    return text.ptr[0..text.len];
}
