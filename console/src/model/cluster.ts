import type { Alarm, Host, Light, Vm } from "./types";

// The cluster as a picture: which VM is drawn on which host, and the figures above it.

const severity: Record<Light, number> = { ok: 0, unknown: 1, degraded: 2, fault: 3 };

export function worst(lights: readonly Light[]): Light {
  return lights.reduce<Light>((found, light) => (severity[light] > severity[found] ? light : found), "ok");
}

export interface Picture {
  hosts: { host: Host; vms: Vm[] }[];
  /** VMs without a host, or whose host is not in this cluster's list. */
  unplaced: Vm[];
}

const byName = (a: { name: string }, b: { name: string }) =>
  a.name.localeCompare(b.name, "en", { numeric: true, sensitivity: "base" });

export function picture(hosts: readonly Host[], vms: readonly Vm[]): Picture {
  const known = new Set(hosts.map((host) => host.id));
  const sorted = [...vms].sort(byName);
  return {
    hosts: [...hosts].sort(byName).map((host) => ({ host, vms: sorted.filter((vm) => vm.hostId === host.id) })),
    unplaced: sorted.filter((vm) => vm.hostId === null || !known.has(vm.hostId)),
  };
}

/** Hosts that take no VMs for now because they went and came back too often (safety argument, section 5). */
export function heldHosts(alarms: readonly Alarm[]): ReadonlySet<string> {
  return new Set(alarms.flatMap((alarm) => (alarm.code === "alarm-flapping" && alarm.hostId ? alarm.hostId : [])));
}

export interface Figures {
  hostsHealthy: number;
  hostsTotal: number;
  vmsRunning: number;
  /** VMs that run or that somebody wants to run. */
  vmsTotal: number;
  /** VMs that somebody wants to run and that do not. */
  vmsAway: number;
  cpuAllocated: number;
  cpuTotal: number;
  memoryAllocated: number;
  memoryTotal: number;
}

export function figures(hosts: readonly Host[], vms: readonly Vm[]): Figures {
  const sum = <T>(items: readonly T[], value: (item: T) => number) =>
    items.reduce((total, item) => total + value(item), 0);
  return {
    hostsHealthy: hosts.filter((host) => host.light === "ok").length,
    hostsTotal: hosts.length,
    vmsRunning: vms.filter((vm) => vm.state === "running").length,
    vmsTotal: vms.filter((vm) => vm.isWanted || vm.state === "running").length,
    vmsAway: vms.filter((vm) => vm.isWanted && vm.state !== "running").length,
    cpuAllocated: sum(hosts, (host) => host.cpu.allocated),
    cpuTotal: sum(hosts, (host) => host.cpu.total),
    memoryAllocated: sum(hosts, (host) => host.memory.allocated),
    memoryTotal: sum(hosts, (host) => host.memory.total),
  };
}

/** The word on a host's card: its state, or "degraded" when a plane of a host that is otherwise well says so. */
export function hostWord(host: Host): string {
  return host.state === "ok" && host.light !== "ok" ? "degraded" : host.state;
}
