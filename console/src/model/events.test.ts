import { describe, expect, it } from "vitest";
import { matches, merge } from "./events";
import type { TimelineEvent } from "./types";

const event = (id: number, change: Partial<TimelineEvent> = {}): TimelineEvent => ({
  id,
  at: id,
  severity: "info",
  code: "vm-running",
  text: { en: "vm1 runs", zh: "vm1 已运行" },
  hostId: "h1",
  vmId: null,
  failoverId: null,
  ...change,
});

describe("the filter of events", () => {
  const all = { text: "", severity: "all", hostId: null } as const;

  it("finds a text in either language, and the code", () => {
    for (const text of ["RUNS", "已运行", "vm-run"]) expect(matches(event(1), { ...all, text })).toBe(true);
    expect(matches(event(1), { ...all, text: "dead" })).toBe(false);
  });

  it("joins its parts by and", () => {
    expect(matches(event(1, { severity: "error" }), { ...all, severity: "error", hostId: "h1" })).toBe(true);
    expect(matches(event(1, { severity: "error" }), { ...all, severity: "error", hostId: "h2" })).toBe(false);
  });
});

describe("stored and live events", () => {
  it("are one list, newest first, each once", () => {
    expect(merge([event(3), event(2)], [event(2), event(1)]).map((item) => item.id)).toEqual([3, 2, 1]);
  });
});
