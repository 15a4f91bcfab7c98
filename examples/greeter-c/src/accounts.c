#include "accounts.h"

#include "json.h"

#include <stdlib.h>

// What the names of the stored accounts begin with.
#define ACCOUNTS "points/"

static text_t key_of(plugin_string_t user)
{
    text_t key = {0};
    text_add(&key, ACCOUNTS);
    text_add_string(&key, user);
    return key;
}

// What is stored is the number, and after a space the note, if there is one.
bool account_load(plugin_string_t user, account_t *account, error_t *error)
{
    *account = (account_t){0};
    text_t key = key_of(user);
    bool done = pato_platform_storage_get(&key.string, &account->bytes, error);
    text_free(&key);
    if (!done || !account->bytes.is_some) {
        return done;
    }
    plugin_string_t stored = {account->bytes.val.ptr, account->bytes.val.len};
    size_t digits = text_number(stored, &account->points);
    account->is_there = true;
    if (digits < stored.len) {
        account->note.is_some = true;
        account->note.val = (plugin_string_t){stored.ptr + digits + 1, stored.len - digits - 1};
    }
    return true;
}

bool account_keep(plugin_string_t user, uint32_t points, plugin_option_string_t note, error_t *error)
{
    text_t key = key_of(user), stored = {0};
    text_add_number(&stored, points);
    if (note.is_some) {
        text_add(&stored, " ");
        text_add_string(&stored, note.val);
    }
    plugin_list_u8_t value = {stored.string.ptr, stored.string.len};
    bool done = pato_platform_storage_set(&key.string, &value, error);
    text_free(&stored);
    text_free(&key);
    return done;
}

void account_free(account_t *account)
{
    plugin_option_list_u8_free(&account->bytes);
}

static bool add(standings_t *all, plugin_string_t user, error_t *error)
{
    account_t account;
    if (!account_load(user, &account, error)) {
        return false;
    }
    standing_t standing = {.points = account.points, .note.is_some = account.note.is_some};
    plugin_string_dup_n(&standing.user, (const char *)user.ptr, user.len);
    if (account.note.is_some) {
        plugin_string_dup_n(&standing.note.val, (const char *)account.note.val.ptr, account.note.val.len);
    }
    account_free(&account);
    all->ptr[all->len++] = standing;
    return true;
}

bool accounts(standings_t *all, error_t *error)
{
    *all = (standings_t){0};
    plugin_string_t prefix;
    plugin_string_set(&prefix, ACCOUNTS);
    plugin_list_string_t keys = {0};
    bool done;
    // The host tells at most 1,000 keys at a time.
    do {
        plugin_list_string_t next = {0};
        plugin_string_t *last = keys.len > 0 ? &keys.ptr[keys.len - 1] : NULL;
        done = pato_platform_storage_keys(&prefix, last, &next, error);
        plugin_list_string_free(&keys);
        keys = next;
        if (keys.len > 0) {
            all->ptr = realloc(all->ptr, (all->len + keys.len) * sizeof *all->ptr);
            if (all->ptr == NULL) {
                abort();
            }
        }
        for (size_t at = 0; done && at < keys.len; at++) {
            plugin_string_t key = keys.ptr[at];
            done = add(all, (plugin_string_t){key.ptr + prefix.len, key.len - prefix.len}, error);
        }
    } while (done && keys.len > 0);
    plugin_list_string_free(&keys);
    if (!done) {
        exports_greeter_c_points_points_list_standing_free(all);
    }
    return done;
}
