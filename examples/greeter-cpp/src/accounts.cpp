#include "accounts.hpp"

#include <charconv>

namespace {

// What the names of the stored accounts begin with.
constexpr std::string_view ACCOUNTS = "points/";

std::string key_of(std::string_view user)
{
    return std::string{ACCOUNTS}.append(user);
}

} // namespace

plugin_string_t lent(std::string_view text)
{
    return {reinterpret_cast<uint8_t *>(const_cast<char *>(text.data())), text.size()};
}

std::string_view view(const plugin_string_t &text)
{
    return {reinterpret_cast<const char *>(text.ptr), text.len};
}

// What is stored is the number, and after a space the note, if there is one.
bool load(std::string_view user, std::optional<Account> &account, Error *error)
{
    std::string key = key_of(user);
    plugin_string_t name = lent(key);
    plugin_option_list_u8_t stored;
    if (!pato_platform_storage_get(&name, &stored, error)) {
        return false;
    }
    if (stored.is_some) {
        std::string_view text{reinterpret_cast<const char *>(stored.val.ptr), stored.val.len};
        Account found{.user = std::string{user}};
        std::from_chars(text.data(), text.data() + text.size(), found.points);
        if (std::size_t space = text.find(' '); space != text.npos) {
            found.note = text.substr(space + 1);
        }
        account = found;
    }
    plugin_option_list_u8_free(&stored);
    return true;
}

bool keep(const Account &account, Error *error)
{
    std::string key = key_of(account.user), text = std::to_string(account.points);
    if (account.note) {
        text += " " + *account.note;
    }
    plugin_string_t name = lent(key);
    plugin_list_u8_t value = {reinterpret_cast<uint8_t *>(text.data()), text.size()};
    return pato_platform_storage_set(&name, &value, error);
}

bool load_all(std::vector<Account> &accounts, Error *error)
{
    plugin_string_t prefix = lent(ACCOUNTS);
    std::string last;
    // The host tells at most 1,000 keys at a time.
    while (true) {
        plugin_string_t after = lent(last);
        plugin_list_string_t keys;
        if (!pato_platform_storage_keys(&prefix, last.empty() ? nullptr : &after, &keys, error)) {
            return false;
        }
        bool done = true;
        for (std::size_t at = 0; done && at < keys.len; at++) {
            std::optional<Account> account;
            std::string_view key = view(keys.ptr[at]);
            done = load(key.substr(ACCOUNTS.size()), account, error);
            if (account) {
                accounts.push_back(*account);
            }
        }
        bool is_end = keys.len == 0;
        last = is_end ? "" : view(keys.ptr[keys.len - 1]);
        plugin_list_string_free(&keys);
        if (!done || is_end) {
            return done;
        }
    }
}
