import { type ThemeConfig, theme } from "antd";
import { palettes, type ThemeName } from "./palette";

export const fontFamily =
  '"Inter Variable", -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif';

export function antdTheme(name: ThemeName): ThemeConfig {
  const palette = palettes[name];
  return {
    algorithm: name === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: palette.accent,
      colorInfo: palette.busy,
      colorSuccess: palette.ok,
      colorWarning: palette.degraded,
      colorError: palette.fault,
      colorLink: palette.accent,
      colorTextBase: palette.text,
      colorBgLayout: palette.page,
      colorBgContainer: palette.surface,
      colorBgElevated: palette.raised,
      colorBorder: palette.borderStrong,
      colorBorderSecondary: palette.border,
      borderRadius: 4,
      fontFamily,
      fontSize: 13,
      controlHeight: 30,
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.16s",
    },
    components: {
      Table: {
        cellPaddingBlockMD: 8,
        cellPaddingInlineMD: 12,
        headerBg: palette.sunken,
        headerColor: palette.textMuted,
        headerSplitColor: "transparent",
        cellPaddingBlockSM: 5,
        headerSortActiveBg: palette.sunken,
        headerSortHoverBg: palette.sunken,
        bodySortBg: palette.surface,
        rowHoverBg: palette.sunken,
      },
      Tooltip: { colorBgSpotlight: name === "dark" ? "#2a3743" : "#1c2833" },
    },
  };
}
