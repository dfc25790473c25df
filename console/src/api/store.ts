import { useSyncExternalStore } from "react";
import type { Alarm, Cluster, Failover, Host, ManagerStatus, TimelineEvent, Vm } from "../model/types";
import { adaptAlarm, adaptCluster, adaptEvent, adaptHost, adaptStatus, adaptVm, instant } from "./adapt";
import { adaptFailover } from "./adaptFailover";
import type { Schemas } from "./client";
import { observeServerTime } from "./clock";
import type { StreamMessage } from "./stream";

// What the manager last said, kept by the event stream: a snapshot first, then each changed thing whole.

export interface Live {
  /** False until the first snapshot: an empty cluster and an unknown one are not the same. */
  isKnown: boolean;
  status: ManagerStatus | null;
  clusters: readonly Cluster[];
  hosts: readonly Host[];
  vms: readonly Vm[];
  /** Newest first. */
  failovers: readonly Failover[];
  alarms: readonly Alarm[];
  /** Newest first, at most `eventLimit`. */
  events: readonly TimelineEvent[];
}

export const eventLimit = 500;
export const streamKinds = [
  "snapshot",
  "host",
  "vm",
  "failover",
  "datastore",
  "cluster",
  "timeline",
  "alarm",
  "removed",
  "status",
] as const;

const nothing: Live = {
  isKnown: false,
  status: null,
  clusters: [],
  hosts: [],
  vms: [],
  failovers: [],
  alarms: [],
  events: [],
};

function put<T extends { id: string }>(items: readonly T[], item: T): T[] {
  const index = items.findIndex((known) => known.id === item.id);
  return index < 0 ? [...items, item] : items.with(index, item);
}

const without = <T extends { id: string }>(items: readonly T[], id: string) => items.filter((item) => item.id !== id);
const newestFirst = (a: Failover, b: Failover) => b.detectedAt - a.detectedAt;
const orderAlarms = (a: Alarm, b: Alarm) => (b.since ?? 0) - (a.since ?? 0);

export class LiveStore {
  private live: Live = nothing;
  private readonly listeners = new Set<() => void>();

  read = (): Live => this.live;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  apply(message: StreamMessage): void {
    const next = reduce(this.live, message);
    if (next === this.live) return;
    this.live = next;
    for (const listener of this.listeners) listener();
  }

  reset(): void {
    this.live = nothing;
    for (const listener of this.listeners) listener();
  }
}

function reduce(live: Live, { kind, data }: StreamMessage): Live {
  if (data === null || typeof data !== "object") return live;
  switch (kind) {
    case "snapshot":
      return snapshot(data as Schemas["Snapshot"]);
    case "status":
      return { ...live, status: adaptStatus(data as Schemas["Status"]) };
    case "host":
      return { ...live, hosts: put(live.hosts, adaptHost(data as Schemas["Host"])) };
    case "vm":
      return { ...live, vms: put(live.vms, adaptVm(data as Schemas["Vm"])) };
    case "cluster":
      return { ...live, clusters: put(live.clusters, adaptCluster(data as Schemas["Cluster"])) };
    case "failover": {
      const failover = adaptFailover(data as Schemas["Failover"]);
      return { ...live, failovers: put(live.failovers, failover).sort(newestFirst) };
    }
    case "timeline":
      return timeline(live, data as Schemas["Event"]);
    case "alarm": {
      const alarm = data as Schemas["Alarm"];
      const others = without(live.alarms, alarm.id);
      return { ...live, alarms: alarm.active ? [...others, adaptAlarm(alarm)].sort(orderAlarms) : others };
    }
    case "removed":
      return removed(live, data as { kind?: string; id?: string });
    default:
      return live;
  }
}

function snapshot(data: Schemas["Snapshot"]): Live {
  observeServerTime(instant(data.status.now) ?? Number.NaN);
  return {
    isKnown: true,
    status: adaptStatus(data.status),
    clusters: data.clusters.map(adaptCluster),
    hosts: data.hosts.map(adaptHost),
    vms: data.vms.map(adaptVm),
    failovers: data.failovers.map(adaptFailover).sort(newestFirst),
    alarms: data.alarms
      .filter((alarm) => alarm.active)
      .map(adaptAlarm)
      .sort(orderAlarms),
    events: data.events.map(adaptEvent).sort((a, b) => b.id - a.id),
  };
}

function timeline(live: Live, data: Schemas["Event"]): Live {
  const event = adaptEvent(data);
  observeServerTime(event.at);
  if (live.events.some((known) => known.id === event.id)) return live;
  return { ...live, events: [event, ...live.events].sort((a, b) => b.id - a.id).slice(0, eventLimit) };
}

function removed(live: Live, { kind, id = "" }: { kind?: string; id?: string }): Live {
  if (kind === "host") return { ...live, hosts: without(live.hosts, id) };
  if (kind === "vm") return { ...live, vms: without(live.vms, id) };
  if (kind === "cluster") return { ...live, clusters: without(live.clusters, id) };
  return live;
}

export const store = new LiveStore();

export function useLive(): Live {
  return useSyncExternalStore(store.subscribe, store.read);
}
