import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import { speak } from "@/client/tauri";
import { currentPreferences, onPreferences, type Language } from "@/ui/preferences";

import en from "./locales/en";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "shell";
    resources: typeof en;
  }
}

/** English is always there; another language comes when it is wanted. */
async function load(language: Language) {
  if (language === "en" || i18next.hasResourceBundle(language, "shell")) return;
  const { default: texts, permissions } = await import("./locales/de");
  for (const [namespace, resources] of Object.entries(texts)) {
    i18next.addResourceBundle(language, namespace, resources);
  }
  // In English the host itself says what a permission means.
  i18next.addResourceBundle(language, "permissions", permissions);
}

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en },
    lng: "en",
    fallbackLng: "en",
    defaultNS: "shell",
    // React escapes already.
    interpolation: { escapeValue: false },
  });
  onPreferences(() => void show());
  await show();
}

async function show() {
  const language = currentPreferences().language ?? ofBrowser();
  if (i18next.language === language && document.documentElement.lang === language) return;
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  speak(language);
}

function ofBrowser(): Language {
  return navigator.language.startsWith("de") ? "de" : "en";
}
