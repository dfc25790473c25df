import type { Light, VmLight } from "../model/types";

export type ThemeName = "light" | "dark";

// One place for every colour. Antd takes its tokens from here, the pages' style sheets the CSS variables.
// Text colours reach 4.5:1 on their surface, lights 3:1 (WCAG AA); a test holds them to it.
export interface Palette {
  page: string;
  surface: string;
  raised: string;
  sunken: string;
  border: string;
  borderStrong: string;
  text: string;
  textMuted: string;
  accent: string;
  accentSoft: string;
  onAccent: string;
  ok: string;
  okSoft: string;
  degraded: string;
  degradedSoft: string;
  fault: string;
  faultSoft: string;
  unknown: string;
  unknownSoft: string;
  busy: string;
  busySoft: string;
  shadow: string;
}

export const palettes: Record<ThemeName, Palette> = {
  light: {
    page: "#f3f5f7",
    surface: "#ffffff",
    raised: "#ffffff",
    sunken: "#f7f9fa",
    border: "#e0e5ea",
    borderStrong: "#c5ced6",
    text: "#16202a",
    textMuted: "#566371",
    accent: "#14568f",
    accentSoft: "#e6eff7",
    onAccent: "#ffffff",
    ok: "#177245",
    okSoft: "#e4f3ea",
    degraded: "#945a00",
    degradedSoft: "#fdf1dc",
    fault: "#b3261e",
    faultSoft: "#fbe9e7",
    unknown: "#5d6a77",
    unknownSoft: "#edf0f3",
    busy: "#1f5fbf",
    busySoft: "#e5eefb",
    shadow: "0 1px 2px rgb(22 32 42 / 5%)",
  },
  dark: {
    page: "#0d1318",
    surface: "#151d24",
    raised: "#1b252e",
    sunken: "#11181e",
    border: "#26323d",
    borderStrong: "#3a4855",
    text: "#e2e8ee",
    textMuted: "#98a5b2",
    accent: "#6fb1ec",
    accentSoft: "#17304a",
    onAccent: "#06131f",
    ok: "#46c58d",
    okSoft: "#11302a",
    degraded: "#e5ab4a",
    degradedSoft: "#352a14",
    fault: "#ff7b70",
    faultSoft: "#3b1c1b",
    unknown: "#93a1ae",
    unknownSoft: "#222d37",
    busy: "#7fb0ff",
    busySoft: "#18294a",
    shadow: "0 1px 2px rgb(0 0 0 / 40%)",
  },
};

export const lightTone: Record<Light, "ok" | "degraded" | "fault" | "unknown"> = {
  ok: "ok",
  degraded: "degraded",
  fault: "fault",
  unknown: "unknown",
};

export const vmTone: Record<VmLight, "ok" | "busy" | "degraded" | "unknown" | "fault"> = {
  running: "ok",
  starting: "busy",
  recovering: "degraded",
  waiting: "fault",
  paused: "degraded",
  stopping: "busy",
  stopped: "unknown",
  unknown: "unknown",
};

/** Writes the palette as CSS variables (`--surface`, `--text-muted` …) and tells the browser the scheme. */
export function applyPalette(name: ThemeName, root: HTMLElement = document.documentElement): void {
  for (const [key, value] of Object.entries(palettes[name])) {
    root.style.setProperty(`--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value);
  }
  root.dataset.theme = name;
  root.style.colorScheme = name;
}
