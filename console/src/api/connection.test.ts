import { describe, expect, it } from "vitest";
import { ConnectionMonitor, graceMillis, silenceMillis } from "./connection";

function monitorAt() {
  const clock = { now: 0 };
  return { clock, monitor: new ConnectionMonitor(() => clock.now) };
}

describe("the state of the connection", () => {
  it("is lost when the manager never answers", () => {
    const { clock, monitor } = monitorAt();
    expect(monitor.read().phase).toBe("connecting");
    clock.now = silenceMillis + 1;
    expect(monitor.read()).toEqual({ phase: "lost", ageMillis: null });
  });

  it("is lost after silence although the stream seems open: a dead peer closes nothing", () => {
    const { clock, monitor } = monitorAt();
    monitor.streamIs("open");
    clock.now = silenceMillis;
    expect(monitor.read().phase).toBe("live");
    clock.now = silenceMillis + 1;
    expect(monitor.read()).toEqual({ phase: "lost", ageMillis: silenceMillis + 1 });
  });

  it("forgives a short break of the stream, and tells of a longer one with the age of the data", () => {
    const { clock, monitor } = monitorAt();
    monitor.streamIs("open");
    monitor.contact();
    clock.now = 100;
    monitor.streamIs("broken");
    clock.now = 100 + graceMillis;
    expect(monitor.read().phase).toBe("live");
    clock.now = 101 + graceMillis;
    expect(monitor.read()).toEqual({ phase: "lost", ageMillis: 101 + graceMillis });
    monitor.streamIs("open");
    expect(monitor.read()).toEqual({ phase: "live", ageMillis: 0 });
  });
});
