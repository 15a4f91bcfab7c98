import { useSyncExternalStore } from "react";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

/** What this browser shall look like. It concerns no other, so the host does not keep it. */
export type Preferences = {
  theme: "system" | "light" | "dark";
  motion: "system" | "reduced";
  /** None: the browser's. */
  language: Language | null;
};

const KEY = "pato.preferences";
const DEFAULT: Preferences = { theme: "system", motion: "system", language: null };

let preferences = read();
const listeners = new Set<() => void>();

function read(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
    return { ...DEFAULT, ...kept };
  } catch {
    // Storage may be switched off, or hold what another program wrote.
    return DEFAULT;
  }
}

export function currentPreferences(): Preferences {
  return preferences;
}

export function setPreferences(changes: Partial<Preferences>): void {
  preferences = { ...preferences, ...changes };
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Then it lasts as long as the page.
  }
  show();
  for (const listener of listeners) listener();
}

export function onPreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, currentPreferences);
}

const dark = () => window.matchMedia("(prefers-color-scheme: dark)");
const reduced = () => window.matchMedia("(prefers-reduced-motion: reduce)");

function show() {
  const { dataset } = document.documentElement;
  const { theme, motion } = preferences;
  dataset.theme = theme === "system" ? (dark().matches ? "dark" : "light") : theme;
  dataset.motion = motion === "reduced" || reduced().matches ? "reduced" : "full";
}

/** Sets the page's theme and motion, and follows what the system says. */
export function applyPreferences(): void {
  show();
  dark().addEventListener("change", show);
  reduced().addEventListener("change", show);
}
