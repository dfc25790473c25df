import { describe, expect, it } from "vitest";
import { adaptHost, adaptVm } from "../api/adapt";
import { apiHost, apiVm } from "../testing/samples";
import { figures, hostWord, picture, worst } from "./cluster";

describe("the picture of a cluster", () => {
  const hosts = ["host10", "host2", "host1"].map((name) => adaptHost(apiHost(name)));

  it("draws each VM on its host, in the order of names", () => {
    const vms = [adaptVm(apiVm("vm10", "host1")), adaptVm(apiVm("vm9", "host1")), adaptVm(apiVm("vm1", "host2"))];
    const drawn = picture(hosts, vms).hosts.map(({ host, vms: here }) => [host.name, here.map((vm) => vm.name)]);
    expect(drawn).toEqual([
      ["host1", ["vm9", "vm10"]],
      ["host2", ["vm1"]],
      ["host10", []],
    ]);
  });

  it("never loses a VM: one on an unknown host is shown without a host", () => {
    const vms = [adaptVm(apiVm("vm1", "gone")), adaptVm(apiVm("vm2", null))];
    expect(picture(hosts, vms).unplaced.map((vm) => vm.name)).toEqual(["vm1", "vm2"]);
  });
});

describe("figures", () => {
  it("count what should run and does not, and leave out what nobody wants to run", () => {
    const vms = [
      adaptVm(apiVm("a", "host1")),
      adaptVm(apiVm("b", "host1", { state: "down" })),
      adaptVm(apiVm("c", null, { state: "stopped", desired: "stopped" })),
    ];
    const sum = figures([adaptHost(apiHost("host1")), adaptHost(apiHost("host2", { state: "dead" }))], vms);
    expect(sum).toMatchObject({
      hostsHealthy: 1,
      hostsTotal: 2,
      vmsRunning: 1,
      vmsTotal: 2,
      vmsAway: 1,
      cpuAllocated: 4,
    });
  });
});

describe("a host's word", () => {
  it("is degraded when a plane of a host that is otherwise well is", () => {
    const planes = { ...apiHost("x").planes, business: { state: "degraded" as const } };
    expect(hostWord(adaptHost(apiHost("host1", { planes })))).toBe("degraded");
    expect(hostWord(adaptHost(apiHost("host1")))).toBe("ok");
  });

  it("fault outweighs degraded, degraded outweighs unknown", () => {
    expect(worst(["ok", "unknown", "degraded"])).toBe("degraded");
    expect(worst(["degraded", "fault", "ok"])).toBe("fault");
    expect(worst([])).toBe("ok");
  });
});
