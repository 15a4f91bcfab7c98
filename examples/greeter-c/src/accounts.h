// What is stored for each user.

#pragma once

#include "plugin.h"

typedef exports_pato_platform_event_handler_error_t error_t;
typedef exports_greeter_c_points_points_standing_t standing_t;
typedef exports_greeter_c_points_points_list_standing_t standings_t;

// The points of a user, and the note of the last gift.
typedef struct {
    bool is_there;
    uint32_t points;
    plugin_option_string_t note;
    // What was stored, of which the note is a part.
    plugin_option_list_u8_t bytes;
} account_t;

// Reads the account of a user, if there is one.
bool account_load(plugin_string_t user, account_t *account, error_t *error);
bool account_keep(plugin_string_t user, uint32_t points, plugin_option_string_t note, error_t *error);
void account_free(account_t *account);

// How every user stands, in the order of their names.
bool accounts(standings_t *all, error_t *error);
