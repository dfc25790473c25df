import { describe, expect, it } from "vitest";
import { apiHost, apiVm, text } from "../testing/samples";
import { adaptHost, adaptVm } from "./adapt";
import type { Schemas } from "./client";

type Stage = Schemas["Recovery"]["stage"];
const recovery = (stage: Stage) => ({
  failover: "f1",
  stage,
  waiting: stage === "waiting" ? text("No capacity", "容量不足") : null,
});

describe("the state of a VM's tile", () => {
  it.each<[Schemas["Vm"]["state"], Stage | null, string]>([
    ["running", null, "running"],
    ["running", "running", "running"],
    ["running", "isolating", "recovering"],
    ["unknown", null, "unknown"],
    ["unknown", "affected", "recovering"],
    ["down", "isolating", "recovering"],
    ["down", "isolated", "recovering"],
    ["down", "waiting", "waiting"],
    ["down", null, "waiting"],
    ["starting", "placed", "starting"],
    ["starting", "starting", "starting"],
    ["stopped", null, "stopped"],
    ["paused", null, "paused"],
    ["stopping", null, "stopping"],
  ])("%s in stage %s is shown as %s", (state, stage, shown) => {
    const vm = adaptVm(apiVm("vm1", "host1", { state, recovery: stage === null ? null : recovery(stage) }));
    expect(vm.state).toBe(shown);
  });

  it("keeps the reason of waiting in both languages", () => {
    const vm = adaptVm(apiVm("vm1", "host1", { state: "down", recovery: recovery("waiting") }));
    expect(vm.reason).toEqual({ en: "No capacity", zh: "容量不足" });
  });
});

describe("a host", () => {
  it.each<[Schemas["Host"]["state"], string]>([
    ["ok", "ok"],
    ["new", "unknown"],
    ["suspect", "degraded"],
    ["agent-down", "degraded"],
    ["dead", "fault"],
    ["partitioned", "fault"],
    ["storage-lost", "fault"],
    ["manager-side", "unknown"],
  ])("in state %s has the light %s", (state, light) => {
    expect(adaptHost(apiHost("host1", { state })).light).toBe(light);
  });

  it("in a state that this build does not know is unknown, not an error", () => {
    const host = adaptHost(apiHost("host1", { state: "on-holiday" as Schemas["Host"]["state"] }));
    expect(host.light).toBe("unknown");
  });

  it.each<[Schemas["Host"]["power"]["state"], string, string]>([
    ["on", "on", "answers"],
    ["off", "off", "answers"],
    ["unreachable", "unknown", "silent"],
    ["wrong-password", "unknown", "wrongPassword"],
    ["none", "unknown", "none"],
  ])("with BMC state %s has power %s and BMC %s", (state, power, bmc) => {
    const host = adaptHost(apiHost("host1", { power: { state } }));
    expect([host.power.word, host.bmc.word]).toEqual([power, bmc]);
  });

  it("that is not heard shows no measured use and an unknown watchdog: both are old", () => {
    const host = adaptHost(apiHost("host1", { agent: { state: "silent" } }));
    expect([host.cpu.used, host.memory.used, host.watchdog.light, host.agent.light]).toEqual([
      null,
      null,
      "unknown",
      "fault",
    ]);
  });

  it("that is dead has no good light left from before its death", () => {
    const host = adaptHost(apiHost("host1", { state: "dead" }));
    expect(Object.values(host.planes).map((plane) => plane.light)).toEqual(["unknown", "unknown", "unknown"]);
    expect(host.agent).toMatchObject({ light: "fault", word: "lost" });
  });

  it("tells why a plane is degraded, in both languages", () => {
    const text = { en: "Host host1 is degraded: bond0 runs without eth1.", zh: "主机 host1 降级：bond0 缺少 eth1。" };
    const reasons = [{ code: "alarm-bond-member", arguments: [], text }];
    const planes = { ...apiHost("host1").planes, business: { state: "degraded" as const, reasons } };
    const host = adaptHost(apiHost("host1", { planes }));
    expect(host.planes.business).toMatchObject({ light: "degraded", evidence: [text] });
    expect(host.light).toBe("degraded");
  });

  it("tells of each datastore's lease in both languages", () => {
    const evidence = adaptHost(apiHost("host1")).planes.storage.evidence[0];
    expect(evidence?.en).toContain("san: lease held");
    expect(evidence?.zh).toContain("san：租约有效");
  });
});
