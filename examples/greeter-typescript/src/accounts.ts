// What is stored for each user.

import * as storage from "pato:platform/storage@0.1.0";

export interface Account {
  points: number;
  /** That of the last gift. */
  note: string | undefined;
}

// What the names of the stored accounts begin with.
const ACCOUNTS = "points/";

/** The account of a user, if there is one. */
export function load(user: string): Account | undefined {
  const bytes = storage.get(ACCOUNTS + user);
  return bytes && JSON.parse(decode(bytes));
}

export function keep(user: string, account: Account): void {
  storage.set(ACCOUNTS + user, encode(JSON.stringify(account)));
}

/** Every user with his account. */
export function accounts(): [string, Account][] {
  const all: [string, Account][] = [];
  // The host tells at most 1,000 keys at a time.
  for (let keys = storage.keys(ACCOUNTS, undefined); keys.length > 0; keys = storage.keys(ACCOUNTS, keys.at(-1))) {
    for (const key of keys) {
      const user = key.slice(ACCOUNTS.length);
      const account = load(user);
      if (account) {
        all.push([user, account]);
      }
    }
  }
  return all;
}

/** JSON as bytes. What is not ASCII is escaped, for QuickJS has no `TextEncoder`. */
function encode(json: string): Uint8Array {
  const ascii = json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return Uint8Array.from(ascii, (letter) => letter.charCodeAt(0));
}

function decode(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
