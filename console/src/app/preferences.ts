import { useSyncExternalStore } from "react";
import type { Locale } from "../model/types";
import type { ThemeName } from "./palette";

// What this person chose for this browser. Kept in localStorage; a browser that forbids it still works for the session.

export interface Preferences {
  locale: Locale;
  theme: ThemeName;
}

const storageKey = "holdfast.preferences";
const listeners = new Set<() => void>();
let current: Preferences = read();

function systemTheme(): ThemeName {
  return typeof matchMedia === "function" && matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function systemLocale(): Locale {
  return navigator.language?.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** `?locale=zh&theme=dark` in the address wins over what is stored: for links, screens on a wall and tests. */
function read(): Preferences {
  let stored: Partial<Preferences> = {};
  try {
    stored = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
  } catch {
    stored = {};
  }
  const query = new URLSearchParams(location.search);
  const locale = query.get("locale") ?? stored.locale;
  const theme = query.get("theme") ?? stored.theme;
  return {
    locale: locale === "en" || locale === "zh" ? locale : systemLocale(),
    theme: theme === "light" || theme === "dark" ? theme : systemTheme(),
  };
}

export function preferences(): Preferences {
  return current;
}

export function choose(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(storageKey, JSON.stringify(current));
  } catch {
    // Storage is forbidden: the choice holds until the page is closed.
  }
  for (const listener of listeners) listener();
}

export function onPreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, preferences);
}

/** For tests: reads again what is stored. */
export function reloadPreferences(): void {
  current = read();
  for (const listener of listeners) listener();
}
