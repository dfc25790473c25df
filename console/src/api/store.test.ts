import { describe, expect, it, vi } from "vitest";
import { apiFailover, apiHost, apiSnapshot, apiVm, at } from "../testing/samples";
import type { Schemas } from "./client";
import { eventLimit, LiveStore } from "./store";

const message = (kind: string, data: unknown) => ({ id: "1", kind, data });
const alarm = (active: boolean): Schemas["Alarm"] => ({
  id: "a1",
  code: "host-dead",
  severity: "error",
  since: at(0),
  active,
  text: { en: "Host host2 is dead", zh: "主机 host2 已宕机" },
});

function filled(): LiveStore {
  const store = new LiveStore();
  store.apply(message("snapshot", apiSnapshot()));
  return store;
}

describe("the live store", () => {
  it("knows nothing before the first snapshot", () => {
    expect(new LiveStore().read().isKnown).toBe(false);
    expect(filled().read().isKnown).toBe(true);
  });

  it("replaces a changed thing whole and keeps the others' identity", () => {
    const store = filled();
    const before = store.read();
    store.apply(message("vm", apiVm("ledger", "host1")));
    expect(store.read().vms.find((vm) => vm.name === "ledger")?.hostName).toBe("host1");
    expect(store.read().vms.find((vm) => vm.name === "archive")).toBe(before.vms.find((vm) => vm.name === "archive"));
    expect(store.read().hosts).toBe(before.hosts);
  });

  it("adds what is new and drops what is removed", () => {
    const store = filled();
    store.apply(message("host", apiHost("host4")));
    expect(store.read().hosts).toHaveLength(4);
    store.apply(message("removed", { kind: "host", id: "id-host4" }));
    store.apply(message("removed", { kind: "vm", id: "id-ledger" }));
    expect(store.read().hosts).toHaveLength(3);
    expect(store.read().vms.map((vm) => vm.name)).toEqual(["archive"]);
  });

  it("forgets an alarm that has ended", () => {
    const store = filled();
    store.apply(message("alarm", alarm(true)));
    expect(store.read().alarms).toHaveLength(1);
    store.apply(message("alarm", alarm(false)));
    expect(store.read().alarms).toHaveLength(0);
  });

  it("a new snapshot replaces everything: what was removed meanwhile is gone", () => {
    const store = filled();
    store.apply(message("failover", apiFailover()));
    store.apply(message("snapshot", apiSnapshot({ vms: [] })));
    expect(store.read().vms).toHaveLength(0);
    expect(store.read().failovers).toHaveLength(0);
  });

  it("keeps events once, newest first, within a limit", () => {
    const store = filled();
    const event = (id: number) =>
      message("timeline", { id, at: at(id), severity: "info", code: "x", text: { en: "e", zh: "z" } });
    for (const id of [1, 3, 2, 3]) store.apply(event(id));
    expect(store.read().events.map((item) => item.id)).toEqual([3, 2, 1]);
    for (let id = 4; id < eventLimit + 20; id++) store.apply(event(id));
    expect(store.read().events).toHaveLength(eventLimit);
  });

  it("ignores a kind that it does not know, and a broken message", () => {
    const store = filled();
    const listener = vi.fn();
    store.subscribe(listener);
    store.apply(message("weather", { sunny: true }));
    store.apply(message("host", null));
    expect(listener).not.toHaveBeenCalled();
  });
});
