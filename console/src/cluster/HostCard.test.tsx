import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { adaptHost, adaptVm } from "../api/adapt";
import { show } from "../testing/render";
import { apiHost, apiVm, text } from "../testing/samples";
import { HostCard } from "./HostCard";
import { Unplaced } from "./Unplaced";

const dead = adaptHost(
  apiHost("host2", {
    state: "dead",
    power: { state: "off" },
    agent: { state: "silent" },
    planes: { ...apiHost("x").planes, management: { state: "fault", detail: "2 peers: no answer" } },
  }),
);

describe("a host's card", () => {
  it("says in words what its lights say, in English", async () => {
    await show(<HostCard host={dead} vms={[]} />);
    const card = screen.getByRole("article", { name: "host2" });
    expect(within(card).getByText("Dead")).toBeTruthy();
    expect(within(card).getByRole("img", { name: "Management: Fault" })).toBeTruthy();
    expect(within(card).getByRole("img", { name: "Storage: Unknown" })).toBeTruthy();
    expect(within(card).getByText("off")).toBeTruthy();
    expect(within(card).getByText("No virtual machines here")).toBeTruthy();
  });

  it("says it in Chinese", async () => {
    await show(<HostCard host={dead} vms={[adaptVm(apiVm("vm1", "host2", { state: "starting" }))]} />, "zh");
    expect(screen.getByText("宕机")).toBeTruthy();
    expect(screen.getByRole("img", { name: "管理网络: 故障" })).toBeTruthy();
    expect(screen.getByRole("img", { name: "vm1：启动中" })).toBeTruthy();
    expect(screen.getByRole("list", { name: "1 台虚拟机" })).toBeTruthy();
  });

  it("has its lights and tiles reachable by keyboard", async () => {
    await show(<HostCard host={dead} vms={[adaptVm(apiVm("vm1", "host2"))]} />);
    for (const light of screen.getAllByRole("img", { name: /Management|Storage|Business|vm1/ })) {
      expect(light.tabIndex).toBe(0);
    }
  });

  it("that looks well but takes no VMs says so: it explains why a VM waits", async () => {
    await show(<HostCard host={adaptHost(apiHost("host1"))} vms={[]} isHeld />);
    expect(screen.getByText("Takes no VMs: flapping")).toBeTruthy();
  });

  it("tells capacity in words", async () => {
    await show(<HostCard host={adaptHost(apiHost("host1"))} vms={[]} />);
    expect(screen.getByRole("img", { name: "CPU: 2 cores of 8 cores allocated, 1.5 cores in use" })).toBeTruthy();
  });
});

describe("the area without a host", () => {
  it("shows why a VM waits, in the page's language", async () => {
    const recovery = { stage: "waiting" as const, waiting: text("No host has room", "没有主机有足够容量") };
    await show(<Unplaced vms={[adaptVm(apiVm("vm1", null, { state: "down", recovery }))]} />, "zh");
    expect(screen.getByText("没有主机有足够容量")).toBeTruthy();
    expect(screen.getByRole("img", { name: "vm1：等待" })).toBeTruthy();
  });

  it("says so when it is empty", async () => {
    await show(<Unplaced vms={[]} />);
    expect(screen.getByText("Every virtual machine has a host.")).toBeTruthy();
  });
});
