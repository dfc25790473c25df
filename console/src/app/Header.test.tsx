import { fireEvent, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { store } from "../api/store";
import { show } from "../testing/render";
import { apiSnapshot, at } from "../testing/samples";
import { Header } from "./Header";
import { preferences, reloadPreferences } from "./preferences";

afterEach(() => store.reset());

describe("the header", () => {
  it("switches the language at once, remembers it and tells the browser", async () => {
    await show(<Header />);
    fireEvent.click(screen.getByRole("button", { name: "语言：切换到中文" }));
    expect(await screen.findByRole("button", { name: "切换到深色主题" })).toBeTruthy();
    expect(document.documentElement.lang).toBe("zh-CN");
    reloadPreferences();
    expect(preferences().locale).toBe("zh");
  });

  it("switches the theme and remembers it", async () => {
    await show(<Header />);
    const before = preferences().theme;
    fireEvent.click(screen.getByRole("button", { name: /Switch to (dark|light) theme/ }));
    reloadPreferences();
    expect(preferences().theme).not.toBe(before);
  });

  it("counts alarms in words, and lists them", async () => {
    const alarm = {
      id: "a",
      code: "x",
      severity: "error" as const,
      since: at(0),
      active: true,
      text: { en: "Host host2 is dead", zh: "主机 host2 已宕机" },
    };
    store.apply({ id: "1", kind: "snapshot", data: apiSnapshot({ alarms: [alarm] }) });
    await show(<Header />);
    fireEvent.click(screen.getByRole("button", { name: "1 alarm" }));
    expect(await screen.findByText("Host host2 is dead")).toBeTruthy();
    expect(screen.getByText(/epoch 3/)).toBeTruthy();
  });
});
