// What a power cut looks like from the manager, step by step, with times like those of the real lab.

/** The steps of a failover of `host`, each with its time in milliseconds since the cut. */
export function failoverScript(cluster, host, text) {
  const id = `f${cluster.failovers.length + 1}`;
  const affected = cluster.vms.filter((vm) => vm.host?.id === host.id);
  const others = cluster.hosts.filter((item) => item.id !== host.id && item.state === "ok");
  const targets = affected.map((_, index) => others[index % others.length]);
  const iso = (at) => new Date(at).toISOString();
  let detectedAt = 0;
  let failover;

  const put = () => cluster.publish("failover", failover);
  const putHost = () => cluster.publish("host", host);
  const say = (plane, source, [code, ...words], en, zh) => {
    const now = Date.now();
    failover.evidence.push({
      at: iso(now),
      afterMillis: now - detectedAt,
      plane,
      source,
      host: cluster.reference(host),
      text: { ...text(code, en, zh), arguments: words },
    });
    put();
  };
  const proof = (kind, state, en, zh) => {
    const now = Date.now();
    const entry = {
      kind,
      state,
      at: iso(now),
      afterMillis: now - detectedAt,
      rung: kind === "powered-off" ? "power-off-command" : kind,
      host: cluster.reference(host),
      text: text(kind, en, zh),
    };
    failover.proofs = [...failover.proofs.filter((item) => item.kind !== kind), entry];
    put();
  };
  const step = (index, stage, extra = {}) => {
    const vm = affected[index];
    const lane = failover.vms[index];
    const now = Date.now();
    lane.stage = stage;
    lane.steps.push({ stage, at: iso(now), afterMillis: now - detectedAt });
    Object.assign(lane, extra.lane);
    Object.assign(vm, {
      since: iso(now),
      recovery: { failover: id, stage, since: iso(now), waiting: null },
      ...extra.vm,
    });
    cluster.countPlaced();
    cluster.publish("vm", vm);
    put();
  };
  const each = (act) => {
    for (const index of affected.keys()) act(index);
  };

  const suspect = () => {
    detectedAt = Date.now();
    failover = {
      id,
      cluster: { id: "c1", name: "lab" },
      host: cluster.reference(host),
      verdict: null,
      state: "running",
      startedAt: iso(detectedAt),
      endedAt: null,
      durationMillis: null,
      evidence: [],
      proofs: [],
      vms: [],
      timeline: [],
      plan: [],
    };
    cluster.failovers.push(failover);
    host.state = "suspect";
    host.stateSince = iso(detectedAt);
    Object.assign(host.planes.management, { state: "degraded", since: iso(detectedAt), detail: "1 report missed" });
    putHost();
    say("management", "manager", ["seen-report-missed", "620"], "No report for 620 ms", "620 毫秒没有收到上报");
    cluster.tell("warning", "host-suspect", `Host ${host.name} missed a report`, `主机 ${host.name} 缺少一次上报`, {
      host: host.id,
      failover: id,
    });
  };
  const peers = () => {
    say("management", "host1", ["seen-peer", "host1", "SILENT"], "The probe port does not answer", "探测端口无应答");
    say("management", "host3", ["seen-peer", "host3", "SILENT"], "The probe port does not answer", "探测端口无应答");
    Object.assign(host.planes.management, { state: "fault", detail: "2 peers: no answer" });
    host.agent.state = "silent";
    putHost();
  };
  const lease = () => {
    const now = iso(Date.now());
    say(
      "storage",
      "host1",
      ["seen-lease", "san", "host1", "1720"],
      "Lease on san unchanged for 1,720 ms",
      "san 上的租约 1,720 毫秒未变",
    );
    Object.assign(host.planes.storage, { state: "fault", since: now });
    Object.assign(host.planes.storage.datastores[0], { state: "fault", held: false, ageMillis: 1720 });
    Object.assign(host.planes.business, { state: "unknown", since: now, detail: "no report" });
    putHost();
  };
  const verdict = () => {
    const now = Date.now();
    failover.verdict = "dead";
    host.state = "dead";
    host.stateSince = iso(now);
    host.power = cluster.hasBmc
      ? { state: "off", since: iso(now), reason: "read off twice" }
      : { state: "unreachable", since: iso(now), reason: "no answer within 1,000 ms" };
    failover.vms = affected.map((vm) => ({
      vm: cluster.reference(vm),
      from: cluster.reference(host),
      to: null,
      run: vm.run,
      stage: "affected",
      proofs: [],
      waiting: null,
      steps: [],
    }));
    putHost();
    say(
      "power",
      "bmc",
      ["seen-power", cluster.hasBmc ? "OFF" : "UNREACHABLE"],
      cluster.hasBmc ? "Power is off" : "The BMC does not answer",
      cluster.hasBmc ? "电源已关闭" : "BMC 无应答",
    );
    cluster.tell(
      "error",
      "host-verdict",
      `Host ${host.name} is dead: no sign on any plane`,
      `主机 ${host.name} 已宕机：所有平面均无迹象`,
      { host: host.id, failover: id },
    );
    cluster.alarm(`host-dead-${host.id}`, "error", `Host ${host.name} is dead`, `主机 ${host.name} 已宕机`);
    each((index) => step(index, "affected", { vm: { state: "unknown" } }));
    each((index) => step(index, "isolating", { vm: { state: "down" } }));
    proof("process-ended", "failed", "The agent does not answer, nor does the mailbox", "代理与邮箱均无应答");
    proof("lease-expired", "sought", "Lease must stay unchanged for 15,000 ms", "租约须保持 15,000 毫秒不变");
    proof("powered-off", "sought", "Power-off asked for, to be read back", "已请求断电，等待回读");
  };
  const won = () => {
    if (cluster.hasBmc) proof("powered-off", "obtained", "Read off twice, 200 ms apart", "相隔 200 毫秒两次读到断电");
    else {
      proof("powered-off", "failed", "The BMC does not answer", "BMC 无应答");
      proof("lease-expired", "obtained", "Lease on san unchanged for 15,000 ms", "san 上的租约已 15,000 毫秒未变");
    }
    const kind = cluster.hasBmc ? "powered-off" : "lease-expired";
    each((index) => step(index, "isolated", { lane: { proofs: [kind] } }));
    const en = cluster.hasBmc ? "power is off" : "its lease has expired";
    const zh = cluster.hasBmc ? "电源已关闭" : "租约已过期";
    cluster.tell("info", "proof-obtained", `Host ${host.name} is isolated: ${en}`, `主机 ${host.name} 已隔离：${zh}`, {
      host: host.id,
      failover: id,
    });
  };
  const place = () => {
    failover.plan = affected.map((vm, index) => ({
      vm: cluster.reference(vm),
      host: cluster.reference(targets[index]),
    }));
    each((index) => {
      const to = cluster.reference(targets[index]);
      const run = affected[index].run + 1;
      step(index, "placed", { lane: { to, run }, vm: { host: to, run, state: "starting" } });
    });
  };
  const end = () => {
    failover.state = "done";
    failover.endedAt = iso(Date.now());
    failover.durationMillis = Date.now() - detectedAt;
    put();
    cluster.tell(
      "info",
      "failover-done",
      `Failover of ${host.name} is done: ${affected.length} of ${affected.length} VMs run`,
      `${host.name} 的故障切换完成：${affected.length} 台虚拟机中 ${affected.length} 台已运行`,
      { host: host.id, failover: id },
    );
    for (const other of others) cluster.publish("host", other);
  };

  const proven = cluster.hasBmc ? 1620 : 15900;
  return [
    { at: 620, act: suspect },
    { at: 810, act: peers },
    { at: 1130, act: lease },
    { at: 1410, act: verdict },
    { at: proven, act: won },
    { at: proven + 24, act: place },
    ...affected.flatMap((_, index) => [
      { at: proven + 60 + index * 45, act: () => step(index, "starting") },
      { at: proven + 900 + index * 420, act: () => step(index, "running", { vm: { state: "running" } }) },
    ]),
    { at: proven + 930 + (affected.length - 1) * 420, act: end },
  ];
}
