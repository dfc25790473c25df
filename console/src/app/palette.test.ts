import { describe, expect, it } from "vitest";
import { applyPalette, type Palette, palettes, type ThemeName } from "./palette";

/** Contrast of two colours by WCAG 2.2. */
function contrast(one: string, other: string): number {
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((index) => {
      const channel = Number.parseInt(hex.slice(index, index + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

const textPairs: [keyof Palette, keyof Palette][] = [
  ["text", "surface"],
  ["text", "page"],
  ["textMuted", "surface"],
  ["textMuted", "page"],
  ["textMuted", "sunken"],
  ["accent", "surface"],
  ["accent", "accentSoft"],
  ["onAccent", "accent"],
  ["surface", "busy"],
  ["surface", "ok"],
  ["surface", "fault"],
  ...(["ok", "degraded", "fault", "unknown", "busy"] as const).flatMap((tone): [keyof Palette, keyof Palette][] => [
    [tone, "surface"],
    [tone, `${tone}Soft` as keyof Palette],
  ]),
];

describe.each<ThemeName>(["light", "dark"])("the %s theme", (name) => {
  it.each(textPairs)("%s on %s reaches 4.5:1", (text, surface) => {
    expect(contrast(palettes[name][text], palettes[name][surface])).toBeGreaterThanOrEqual(4.5);
  });

  it("is given to the style sheets as variables", () => {
    const root = document.createElement("div");
    applyPalette(name, root);
    expect(root.style.getPropertyValue("--text-muted")).toBe(palettes[name].textMuted);
    expect(root.dataset.theme).toBe(name);
  });
});
