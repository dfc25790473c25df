import type { Schemas } from "../api/client";

// Things as the API sends them, for tests: each a healthy one, changed by what the test is about.

const instant = "2026-11-24T00:00:00.000Z";
export const startMillis = Date.parse(instant);
export const at = (millis: number) => new Date(startMillis + millis).toISOString();

export const text = (en: string, zh: string): Schemas["Text"] => ({ code: "test", arguments: [], text: { en, zh } });
export const reference = (id: string, name = id): Schemas["Reference"] => ({ id, name });

export function apiHost(name: string, change: Partial<Schemas["Host"]> = {}): Schemas["Host"] {
  return {
    id: `id-${name}`,
    name,
    cluster: reference("c1", "lab"),
    address: "10.77.1.11",
    leaseSlot: 0,
    networks: [],
    state: "ok",
    stateSince: instant,
    maintenance: false,
    agent: { state: "connected", since: instant, version: "0.1.0", libvirtConnected: true },
    planes: {
      management: { state: "ok", since: instant, detail: null },
      storage: {
        state: "ok",
        since: instant,
        datastores: [
          { datastore: reference("d1", "san"), state: "ok", held: true, ageMillis: 312, lastWriteMillis: 4 },
        ],
      },
      business: { state: "ok", since: instant, detail: null },
    },
    power: { state: "on", since: instant, reason: null },
    watchdog: { armed: true, path: "/dev/watchdog", timeoutMillis: 6000 },
    capacity: {
      cpuCores: 8,
      memoryBytes: 16 * 1024 ** 3,
      cpuPlacedCores: 2,
      memoryPlacedBytes: 4 * 1024 ** 3,
      cpuLoadCores: 1.5,
      memoryUsedBytes: 3 * 1024 ** 3,
    },
    vmCount: 0,
    ...change,
  };
}

export function apiVm(name: string, host: string | null, change: Partial<Schemas["Vm"]> = {}): Schemas["Vm"] {
  return {
    id: `id-${name}`,
    name,
    cluster: reference("c1", "lab"),
    cpuCores: 1,
    memoryBytes: 1024 ** 3,
    disks: [],
    nics: [],
    restart: true,
    desired: "started",
    state: "running",
    since: instant,
    run: 1,
    host: host === null ? null : reference(`id-${host}`, host),
    recovery: null,
    ...change,
  };
}

const steps = (...times: [string, number][]) =>
  times.map(([stage, afterMillis]) => ({ stage, at: at(afterMillis), afterMillis }));

/** A failover of host2 that is over: two VMs back after 1.9 and 2.3 s, by power-off. */
export function apiFailover(change: Partial<Schemas["Failover"]> = {}): Schemas["Failover"] {
  const vm = (name: string, to: string, running: number): Schemas["FailoverVm"] => ({
    vm: reference(`id-${name}`, name),
    from: reference("id-host2", "host2"),
    to: reference(`id-${to}`, to),
    run: 2,
    stage: "running",
    proofs: ["powered-off"],
    waiting: null,
    steps: steps(
      ["affected", 780],
      ["isolating", 781],
      ["isolated", 995],
      ["placed", 1010],
      ["starting", 1050],
      ["running", running],
    ),
  });
  return {
    id: "f1",
    cluster: reference("c1", "lab"),
    host: reference("id-host2", "host2"),
    verdict: "dead",
    state: "done",
    startedAt: at(0),
    endedAt: at(2400),
    durationMillis: 2400,
    evidence: [
      {
        at: at(3),
        afterMillis: 3,
        plane: "management",
        source: "manager",
        text: { ...text("No report for 620 ms", "620 毫秒没有收到上报"), code: "seen-report-missed" },
      },
    ],
    proofs: [
      {
        kind: "powered-off",
        state: "obtained",
        at: at(995),
        afterMillis: 995,
        text: text("Read off twice", "两次读到断电"),
      },
      { kind: "lease-expired", state: "sought", at: at(782), afterMillis: 782 },
    ],
    plan: [],
    vms: [vm("ledger", "host1", 1900), vm("archive", "host3", 2300)],
    timeline: [
      {
        id: 7,
        at: at(780),
        severity: "error",
        code: "host-verdict",
        text: { en: "Host host2 is dead", zh: "主机 host2 已宕机" },
        failover: "f1",
      },
    ],
    ...change,
  };
}

export function apiStatus(): Schemas["Status"] {
  return {
    version: "0.1.0",
    managerId: "m1",
    role: "leader",
    epoch: 3,
    startedAt: instant,
    now: instant,
    database: { kind: "sqlite" },
    hosts: { total: 3, connected: 3 },
    vms: { total: 2, running: 2, recovering: 0, waiting: 0 },
  };
}

export function apiSnapshot(change: Partial<Schemas["Snapshot"]> = {}): Schemas["Snapshot"] {
  const lease = {
    profile: "standard" as const,
    renewMillis: 1000,
    lossMillis: 5000,
    killMillis: 1000,
    watchdogMillis: 6000,
    inFlightMillis: 2000,
    expiryMillis: 15000,
    clockRateErrorPpm: 10000,
  };
  return {
    status: apiStatus(),
    clusters: [{ id: "c1", name: "lab", lease, acceptWithoutWatchdog: false }],
    hosts: [apiHost("host1"), apiHost("host2"), apiHost("host3")],
    datastores: [],
    vms: [apiVm("ledger", "host2"), apiVm("archive", "host2")],
    failovers: [],
    alarms: [],
    events: [],
    ...change,
  };
}

const services = ["manager", "console", "database", "keepalived", "supervisor"] as const;

/** A node of a healthy pair, seen just now. */
export function apiNode(
  name: string,
  role: "leader" | "standby",
  change: Partial<Schemas["ManagementNode"]> = {},
): Schemas["ManagementNode"] {
  return {
    name,
    address: name === "mgmt1" ? "10.77.1.2" : "10.77.1.3",
    self: role === "leader",
    role,
    epoch: 7,
    seenAt: instant,
    services: services.map((service) => ({ name: service, state: "ok" as const, detail: "", seenAt: instant })),
    vip: { held: role === "leader", reachable: true, seenAt: instant },
    database: {
      state: "primary",
      position: "5f1c2a9e-aaaa-11f0-8000-3b9ac9ffb1aa:10442",
      behind: 0,
      members: 3,
      seenAt: instant,
    },
    ...change,
  };
}

/** A healthy pair, led by mgmt1. */
export function apiManagement(change: Partial<Schemas["ManagementStatus"]> = {}): Schemas["ManagementStatus"] {
  return {
    mode: "pair",
    now: instant,
    leader: "mgmt1",
    epoch: 7,
    nodes: [apiNode("mgmt2", "standby"), apiNode("mgmt1", "leader")],
    vip: { address: "10.77.1.10/24", heldBy: ["mgmt1"] },
    arbiter: {
      host: "host3",
      address: "10.77.1.13:4567",
      reachable: true,
      seenAt: instant,
      placement: {
        kind: "host",
        host: "host3",
        hostId: "h-3",
        address: "10.77.1.13",
        home: null,
        generation: 2,
        since: instant,
        cause: "host-dead",
        from: "host1",
        text: { en: "Moved from host1, which is dead, to host3", zh: "从已失效的 host1 移到 host3" },
        running: true,
        connectedTo: ["10.77.1.2:4567", "10.77.1.3:4567"],
        seenAt: instant,
        detail: "",
        counted: true,
        stuck: false,
      },
    },
    gateway: { host: null, address: "10.77.1.1", reachable: true, seenAt: instant },
    lastSwitchOver: null,
    switchOvers: [],
    alarms: [],
    ...change,
  };
}
