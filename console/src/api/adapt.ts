import { worst } from "../model/cluster";
import type {
  Alarm,
  Cluster,
  Fact,
  Host,
  Light,
  ManagerStatus,
  Plane,
  PlaneName,
  Severity,
  Text,
  TimelineEvent,
  Vm,
  VmLight,
} from "../model/types";
import { planeNames } from "../model/types";
import type { Schemas } from "./client";

// From the API's words to what the pages show. A value that this build does not know becomes "unknown", never an error:
// a console that is older than its manager must still show the outage.

export function instant(text: string | null | undefined): number | null {
  if (!text) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

export function flatText(text: Schemas["Text"] | { en: string; zh: string } | null | undefined): Text | null {
  if (!text) return null;
  return "text" in text ? { en: text.text.en, zh: text.text.zh } : { en: text.en, zh: text.zh };
}

const both = (text: string): Text => ({ en: text, zh: text });

export function light(word: string | null | undefined): Light {
  return word === "ok" || word === "degraded" || word === "fault" ? word : "unknown";
}

const hostLights: Record<string, Light> = {
  ok: "ok",
  suspect: "degraded",
  returning: "degraded",
  "agent-down": "degraded",
  dead: "fault",
  partitioned: "fault",
  "storage-lost": "fault",
  "uplink-lost": "fault",
};

function leaseText(entry: Schemas["StoragePlane"]["datastores"][number]): Text {
  const name = entry.datastore.name;
  if (entry.error) return both(`${name}: ${entry.error}`);
  const age = entry.ageMillis === undefined || entry.ageMillis < 0 ? null : entry.ageMillis;
  const write = entry.lastWriteMillis;
  const en = [
    entry.held === undefined ? null : entry.held ? "lease held" : "lease not held",
    age === null ? null : `renewed ${age} ms before the report`,
    write === undefined ? null : `last write ${write} ms`,
  ];
  const zh = [
    entry.held === undefined ? null : entry.held ? "租约有效" : "租约无效",
    age === null ? null : `上报前 ${age} 毫秒续约`,
    write === undefined ? null : `最近写入 ${write} 毫秒`,
  ];
  const join = (parts: (string | null)[], separator: string) => parts.filter(Boolean).join(separator);
  return { en: `${name}: ${join(en, ", ") || entry.state}`, zh: `${name}：${join(zh, "，") || entry.state}` };
}

function plane(name: PlaneName, source: Schemas["Plane"] | Schemas["StoragePlane"]): Plane {
  const evidence: Text[] = [];
  if ("detail" in source && source.detail) evidence.push(both(source.detail));
  evidence.push(...(source.reasons ?? []).map((reason) => reason.text));
  if ("datastores" in source) evidence.push(...source.datastores.map(leaseText));
  return { name, light: light(source.state), since: instant(source.since), evidence };
}

function power(source: Schemas["Host"]["power"]): { power: Fact; bmc: Fact } {
  const since = instant(source.since);
  const detail = source.reason ? [both(source.reason)] : [];
  const fact = (light: Light, word: string): Fact => ({ light, word, detail, since });
  switch (source.state) {
    case "on":
      return { power: fact("ok", "on"), bmc: fact("ok", "answers") };
    case "off":
      return { power: fact("fault", "off"), bmc: fact("ok", "answers") };
    case "unreachable":
      return { power: fact("unknown", "unknown"), bmc: fact("degraded", "silent") };
    case "wrong-password":
      return { power: fact("unknown", "unknown"), bmc: fact("degraded", "wrongPassword") };
    case "none":
      return { power: fact("unknown", "unknown"), bmc: fact("unknown", "none") };
    default:
      return { power: fact("unknown", "unknown"), bmc: fact("unknown", "unknown") };
  }
}

function agent(source: Schemas["Host"]["agent"]): Fact {
  const since = instant(source.since);
  const detail =
    source.libvirtConnected === false ? [{ en: "libvirt does not answer the agent", zh: "libvirt 未应答代理" }] : [];
  if (source.state === "connected") {
    return { light: source.libvirtConnected === false ? "degraded" : "ok", word: "connected", detail, since };
  }
  if (source.state === "never") return { light: "unknown", word: "notEnrolled", detail, since };
  return { light: "fault", word: "lost", detail, since };
}

/** What a silent host said of its watchdog is no longer known to hold. */
function watchdog(source: Schemas["Host"]["watchdog"], isHeard: boolean): Fact {
  const detail = source.path
    ? [both(source.timeoutMillis ? `${source.path}, ${source.timeoutMillis} ms` : source.path)]
    : [];
  if (!isHeard) return { light: "unknown", word: "unknown", detail, since: null };
  return source.armed
    ? { light: "ok", word: "armed", detail, since: null }
    : { light: "degraded", word: source.path ? "notArmed" : "none", detail, since: null };
}

export function adaptHost(source: Schemas["Host"]): Host {
  const planes: Record<PlaneName, Plane> = {
    management: plane("management", source.planes.management),
    storage: plane("storage", source.planes.storage),
    business: plane("business", source.planes.business),
  };
  if (source.state === "dead") {
    for (const name of planeNames)
      if (planes[name].light === "ok") planes[name] = { ...planes[name], light: "unknown" };
  }
  const own = hostLights[source.state] ?? "unknown";
  const planeLights = Object.values(planes).map((item) => item.light);
  const capacity = source.capacity;
  // A dead host's link may stand for a while, and its lease look fresh: what it said before no longer holds.
  const isDead = source.state === "dead";
  const isHeard = source.agent.state === "connected" && !isDead;
  return {
    id: source.id,
    name: source.name,
    clusterId: source.cluster.id,
    address: source.address,
    light: own === "ok" ? worst(["ok", ...planeLights.map((item) => (item === "unknown" ? "ok" : item))]) : own,
    state: source.state,
    stateSince: instant(source.stateSince),
    isInMaintenance: source.maintenance,
    planes,
    ...power(source.power),
    agent: isDead ? { ...agent(source.agent), light: "fault", word: "lost" } : agent(source.agent),
    watchdog: watchdog(source.watchdog, isHeard),
    cpu: {
      total: capacity.cpuCores,
      allocated: capacity.cpuPlacedCores ?? 0,
      used: isHeard ? (capacity.cpuLoadCores ?? null) : null,
    },
    memory: {
      total: capacity.memoryBytes,
      allocated: capacity.memoryPlacedBytes ?? 0,
      used: isHeard ? (capacity.memoryUsedBytes ?? null) : null,
    },
    accelerator: capacity.accelerator ?? null,
    version: source.agent.version ?? null,
  };
}

/** The tile's one word: what the VM does, and while it is being brought back, that. */
function vmLight(source: Schemas["Vm"]): VmLight {
  const stage = source.recovery?.stage;
  const isComingBack = stage !== undefined && stage !== "running";
  switch (source.state) {
    case "running":
      return isComingBack && stage !== "starting" && stage !== "placed" ? "recovering" : "running";
    case "starting":
      return "starting";
    case "stopped":
      return isComingBack && source.desired === "started"
        ? stage === "waiting"
          ? "waiting"
          : "recovering"
        : "stopped";
    case "paused":
    case "stopping":
      return source.state;
    case "down":
      return isComingBack && stage !== "waiting" ? "recovering" : "waiting";
    default:
      if (stage === "placed" || stage === "starting") return "starting";
      return isComingBack ? (stage === "waiting" ? "waiting" : "recovering") : "unknown";
  }
}

export function adaptVm(source: Schemas["Vm"]): Vm {
  return {
    id: source.id,
    name: source.name,
    clusterId: source.cluster.id,
    hostId: source.host?.id ?? null,
    hostName: source.host?.name ?? null,
    state: vmLight(source),
    stage: source.recovery?.stage ?? null,
    reason: flatText(source.recovery?.waiting),
    run: source.run,
    cpuCores: source.cpuCores,
    memoryBytes: source.memoryBytes,
    disks: source.disks.length,
    isProtected: source.restart ?? true,
    isWanted: source.desired === "started",
    hasWeakProof: source.weakProof ?? false,
    since: instant(source.since),
  };
}

const severities: readonly string[] = ["info", "warning", "error"];
const severity = (word: string): Severity => (severities.includes(word) ? (word as Severity) : "info");

export function adaptEvent(source: Schemas["Event"]): TimelineEvent {
  return {
    id: source.id,
    at: instant(source.at) ?? 0,
    severity: severity(source.severity),
    code: source.code,
    text: { en: source.text.en, zh: source.text.zh },
    hostId: source.host ?? null,
    vmId: source.vm ?? null,
    failoverId: source.failover ?? null,
  };
}

export function adaptAlarm(source: Schemas["Alarm"]): Alarm {
  return {
    id: source.id,
    severity: severity(source.severity),
    code: source.code,
    hostId: source.host ?? null,
    since: instant(source.since),
    text: { en: source.text.en, zh: source.text.zh },
  };
}

export function adaptCluster(source: Schemas["Cluster"]): Cluster {
  return {
    id: source.id,
    name: source.name,
    leaseProfile: source.lease.profile,
    expiryMillis: source.lease.expiryMillis,
  };
}

export function adaptStatus(source: Schemas["Status"]): ManagerStatus {
  return {
    version: source.version,
    managerId: source.managerId,
    role: source.role,
    epoch: source.epoch,
    startedAt: source.startedAt,
  };
}
