import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { onPreferences, preferences } from "../app/preferences";
import type { Locale } from "../model/types";
import { en } from "./en";
import { zh } from "./zh";

// Both languages come with the first load: the switch is instant and works while the connection is lost.
i18next.use(initReactI18next).init({
  lng: preferences().locale,
  fallbackLng: "en",
  resources: { en: { translation: en }, zh: { translation: zh } },
  interpolation: { escapeValue: false },
  initAsync: false,
});

function apply(): void {
  const { locale } = preferences();
  document.documentElement.lang = locale === "zh" ? "zh-CN" : "en";
  if (i18next.language !== locale) i18next.changeLanguage(locale);
}
apply();
onPreferences(apply);

export function currentLocale(): Locale {
  return i18next.language === "zh" ? "zh" : "en";
}

export { i18next };
