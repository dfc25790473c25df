// The mock's cluster: three hosts, eight VMs, and what a power cut does to them, in the shapes of openapi.yaml.
import { failoverScript } from "./mock-script.mjs";

const keptMessages = 500;
const gib = 1024 ** 3;
const text = (code, en, zh) => ({ code, arguments: [], text: { en, zh } });

export class MockCluster {
  constructor({ pace = 1, hasBmc = true } = {}) {
    this.pace = pace;
    this.hasBmc = hasBmc;
    this.listeners = [];
    this.messages = [];
    this.messageId = 1000;
    this.eventId = 40;
    this.startedAt = new Date();
    this.cluster = {
      id: "c1",
      name: "lab",
      lease: {
        profile: "standard",
        renewMillis: 1000,
        lossMillis: 5000,
        killMillis: 1000,
        watchdogMillis: 6000,
        inFlightMillis: 2000,
        expiryMillis: 15000,
        clockRateErrorPpm: 10000,
        worstCaseMillis: 14283,
      },
      acceptWithoutWatchdog: false,
      reportIntervalMillis: 500,
    };
    this.hosts = [1, 2, 3].map((number) => this.newHost(number));
    this.vms = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => this.newVm(number));
    this.failovers = [];
    this.alarms = [];
    this.events = [];
    for (const host of this.hosts) {
      this.tell("info", "host-connected", `Host ${host.name} is connected`, `主机 ${host.name} 已连接`, {
        host: host.id,
      });
    }
    for (const vm of this.vms.filter((vm) => vm.host)) {
      const names = { vm: vm.id, host: vm.host.id };
      this.tell(
        "info",
        "vm-running",
        `${vm.name} runs on ${vm.host.name}`,
        `${vm.name} 已在 ${vm.host.name} 上运行`,
        names,
      );
    }
    this.countPlaced();
    setInterval(() => this.breathe(), 2000).unref();
  }

  reference(thing) {
    return { id: thing.id, name: thing.name };
  }

  newHost(number) {
    const since = this.startedAt.toISOString();
    return {
      id: `h${number}`,
      name: `host${number}`,
      cluster: { id: "c1", name: "lab" },
      address: `10.77.1.${10 + number}`,
      probePort: 7420,
      leaseSlot: number - 1,
      networks: [{ name: "business", bridge: "vmbr0", uplinks: ["b0"] }],
      bmc: { address: `10.77.1.${110 + number}`, port: 623, username: "admin" },
      state: "ok",
      stateSince: since,
      maintenance: false,
      agent: { state: "connected", since, version: "0.1.0", bootId: "b", libvirtConnected: true },
      planes: {
        management: { state: "ok", since, detail: null },
        storage: {
          state: "ok",
          since,
          datastores: [
            {
              datastore: { id: "d1", name: "san" },
              state: "ok",
              since,
              held: true,
              generation: 1,
              sequence: 1042,
              ageMillis: 312,
              lastWriteMillis: 4,
              error: null,
            },
          ],
        },
        business: { state: "ok", since, detail: null },
      },
      power: { state: "on", since, reason: null },
      watchdog: { armed: true, path: "/dev/watchdog", timeoutMillis: 6000 },
      capacity: {
        cpuCores: 8,
        memoryBytes: 32 * gib,
        cpuPlacedCores: 0,
        memoryPlacedBytes: 0,
        cpuLoadCores: 1.1,
        memoryUsedBytes: 6 * gib,
        accelerator: "kvm",
      },
      vmCount: 0,
    };
  }

  newVm(number) {
    const isStopped = number === 8;
    const host = isStopped ? null : this.reference(this.hosts[(number - 1) % 3]);
    return {
      id: `v${number}`,
      name: ["billing", "ledger", "gateway", "mail", "archive", "directory", "reports", "staging"][number - 1],
      cluster: { id: "c1", name: "lab" },
      cpuCores: 1 + (number % 2),
      memoryBytes: (2 + (number % 3) * 2) * gib,
      disks: [
        {
          id: `k${number}`,
          datastore: { id: "d1", name: "san" },
          volume: String(10 + number),
          sizeBytes: gib,
          readOnly: false,
        },
      ],
      nics: [{ network: "business", mac: `52:54:00:77:00:0${number}` }],
      restart: true,
      desired: isStopped ? "stopped" : "started",
      state: isStopped ? "stopped" : "running",
      since: this.startedAt.toISOString(),
      run: isStopped ? 0 : 1,
      host,
      recovery: null,
      weakProof: false,
    };
  }

  onMessage(listener) {
    this.listeners.push(listener);
  }

  publish(kind, data) {
    const message = { id: ++this.messageId, kind, data: structuredClone(data) };
    this.messages = [...this.messages, message].slice(-keptMessages);
    for (const listener of this.listeners) listener(message);
  }

  /** The messages after an id, or null when they are no longer kept. */
  after(lastId) {
    const from = Number(lastId);
    if (!lastId || Number.isNaN(from) || !this.messages.length || this.messages[0].id > from + 1) return null;
    return this.messages.filter((message) => message.id > from);
  }

  snapshotMessage() {
    const data = { status: this.status(), ...this.lists(), events: this.events.slice(-200) };
    return { id: this.messageId, kind: "snapshot", data };
  }

  lists() {
    return {
      clusters: [this.cluster],
      hosts: this.hosts,
      datastores: [],
      vms: this.vms,
      failovers: [...this.failovers].reverse(),
      alarms: this.alarms,
    };
  }

  status() {
    const count = (state) => this.vms.filter((vm) => vm.state === state).length;
    return {
      version: "0.1.0",
      managerId: "mock",
      role: "leader",
      epoch: 3,
      startedAt: this.startedAt.toISOString(),
      now: new Date().toISOString(),
      database: { kind: "sqlite", lastCommitMillis: 1.9 },
      hosts: {
        total: this.hosts.length,
        connected: this.hosts.filter((host) => host.agent.state === "connected").length,
      },
      vms: { total: this.vms.length, running: count("running"), recovering: count("down"), waiting: 0 },
      activeFailovers: this.failovers.filter((failover) => failover.state === "running").length,
      alarms: this.alarms.length,
    };
  }

  eventPage(query) {
    const before = Number(query.get("before") ?? Number.MAX_SAFE_INTEGER);
    const limit = Number(query.get("limit") ?? 100);
    const found = this.events.filter(
      (event) => event.id < before && (!query.get("host") || event.host === query.get("host")),
    );
    const items = found.slice(-limit).reverse();
    return { items, next: found.length > items.length ? items.at(-1).id : null };
  }

  tell(severity, code, en, zh, { host = null, vm = null, failover = null } = {}) {
    const event = {
      id: ++this.eventId,
      at: new Date().toISOString(),
      severity,
      kind: "timeline",
      code,
      arguments: [],
      text: { en, zh },
      cluster: "c1",
      host,
      vm,
      failover,
    };
    this.events.push(event);
    const story = this.failovers.find((item) => item.id === failover);
    if (story) story.timeline.push(event);
    this.publish("timeline", event);
  }

  alarm(id, severity, en, zh, active = true) {
    const alarm = {
      id,
      code: id,
      severity,
      since: new Date().toISOString(),
      active,
      arguments: [],
      text: { en, zh },
      cluster: "c1",
      host: null,
      vm: null,
    };
    this.alarms = [...this.alarms.filter((item) => item.id !== id), ...(active ? [alarm] : [])];
    this.publish("alarm", alarm);
  }

  countPlaced() {
    for (const host of this.hosts) {
      const here = this.vms.filter((vm) => vm.host?.id === host.id);
      host.vmCount = here.length;
      host.capacity.cpuPlacedCores = here.reduce((sum, vm) => sum + vm.cpuCores, 0);
      host.capacity.memoryPlacedBytes = here.reduce((sum, vm) => sum + vm.memoryBytes, 0);
    }
  }

  /** Reports go on: load and lease sequence of the living hosts change. */
  breathe() {
    for (const host of this.hosts.filter((host) => host.agent.state === "connected")) {
      host.capacity.cpuLoadCores = 0.6 + Math.random() * 1.6;
      host.planes.storage.datastores[0].sequence += 2;
      this.publish("host", host);
    }
  }

  cut(hostName) {
    const host = this.hosts.find((item) => item.name === hostName);
    if (!host || host.state === "dead") return;
    for (const { at, act } of failoverScript(this, host, text)) setTimeout(act, at * this.pace);
  }

  restore() {
    for (const host of this.hosts.filter((item) => item.state === "dead")) {
      Object.assign(host, { ...this.newHost(Number(host.id.slice(1))), capacity: host.capacity });
      this.countPlaced();
      this.publish("host", host);
      this.tell("info", "host-returned", `Host ${host.name} is back`, `主机 ${host.name} 已恢复`, { host: host.id });
      this.alarm(`host-dead-${host.id}`, "error", "", "", false);
    }
  }
}
