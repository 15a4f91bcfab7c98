// What is stored for each user.

#pragma once

#include "plugin.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using Error = pato_platform_types_error_t;

struct Account {
    std::string user;
    std::uint32_t points = 0;
    // That of the last gift.
    std::optional<std::string> note;
};

// A text for the host, which only reads it.
plugin_string_t lent(std::string_view text);

// A text that the host gave.
std::string_view view(const plugin_string_t &text);

// Reads the account of a user, if there is one.
bool load(std::string_view user, std::optional<Account> &account, Error *error);

bool keep(const Account &account, Error *error);

// Every account, in the order of the users' names.
bool load_all(std::vector<Account> &accounts, Error *error);
