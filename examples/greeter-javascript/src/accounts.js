// What is stored for each user: `{ points, note }`, where the note is that of the last gift.

import * as storage from "pato:platform/storage@0.1.0";

// What the names of the stored accounts begin with.
const ACCOUNTS = "points/";

/** The account of a user, if there is one. */
export function load(user) {
  const bytes = storage.get(ACCOUNTS + user);
  return bytes && JSON.parse(decode(bytes));
}

export function keep(user, account) {
  storage.set(ACCOUNTS + user, encode(JSON.stringify(account)));
}

/** Every user with his account, as pairs. */
export function accounts() {
  const all = [];
  // The host tells at most 1,000 keys at a time.
  for (let keys = storage.keys(ACCOUNTS, undefined); keys.length > 0; keys = storage.keys(ACCOUNTS, keys.at(-1))) {
    for (const key of keys) {
      const user = key.slice(ACCOUNTS.length);
      all.push([user, load(user)]);
    }
  }
  return all;
}

/** JSON as bytes. What is not ASCII is escaped, for QuickJS has no `TextEncoder`. */
function encode(json) {
  const ascii = json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return Uint8Array.from(ascii, (letter) => letter.charCodeAt(0));
}

function decode(bytes) {
  return String.fromCharCode(...bytes);
}
