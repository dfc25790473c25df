// The mock's management plane: two nodes and an arbiter, and what a switch-over looks like from a client behind the virtual IP.

const text = (en, zh) => ({ en, zh });
const serviceNames = ["manager", "console", "database", "keepalived", "supervisor"];

export class MockManagement {
  constructor() {
    this.epoch = 7;
    this.leader = "mgmt1";
    this.lost = null;
    this.silentUntil = 0;
    this.switchOvers = [this.entry("first", null, "mgmt1", null)];
  }

  entry(cause, from, to, durationMillis) {
    return {
      at: new Date().toISOString(),
      cause,
      from,
      to,
      durationMillis,
      epoch: this.epoch,
      text: text(`${to} leads in epoch ${this.epoch}.`, `${to} 成为主节点，任期 ${this.epoch}。`),
    };
  }

  /** Nobody answers for a while, then the other node leads. The lost node's lights age meanwhile. */
  change(cause, silentMillis, lost = null) {
    const from = this.leader;
    const to = from === "mgmt1" ? "mgmt2" : "mgmt1";
    this.silentUntil = Date.now() + silentMillis;
    setTimeout(() => {
      this.leader = to;
      this.lost = lost;
      this.lostAt = Date.now();
      this.epoch++;
      this.switchOvers.unshift(this.entry(cause, from, to, silentMillis));
    }, silentMillis).unref();
    return { from, epoch: this.epoch };
  }

  isSilent() {
    return Date.now() < this.silentUntil;
  }

  node(name, address) {
    const isLost = this.lost === name;
    const seenAt = new Date(isLost ? this.lostAt - 20_000 : Date.now() - 150).toISOString();
    const isLeader = this.leader === name;
    return {
      name,
      address,
      self: isLeader,
      role: isLost ? "unknown" : isLeader ? "leader" : "standby",
      epoch: isLost ? null : this.epoch,
      seenAt,
      services: serviceNames.map((service) => ({ name: service, state: "ok", detail: "", seenAt })),
      vip: { held: isLeader, reachable: isLost ? null : true, seenAt },
      database: {
        state: "primary",
        position: "5f1c2a9e-aaaa-11f0-8000-3b9ac9ffb1aa:10442",
        behind: 0,
        members: isLost ? 2 : 3,
        seenAt,
      },
    };
  }

  answer() {
    const seenAt = new Date(Date.now() - 200).toISOString();
    return {
      mode: "pair",
      now: new Date().toISOString(),
      leader: this.leader,
      epoch: this.epoch,
      nodes: [this.node("mgmt1", "10.77.1.2"), this.node("mgmt2", "10.77.1.3")],
      vip: { address: "10.77.1.10/24", heldBy: [this.leader] },
      arbiter: { host: "host3", address: "10.77.1.13:4567", reachable: true, seenAt },
      gateway: { host: null, address: "10.77.1.1", reachable: true, seenAt },
      lastSwitchOver: this.switchOvers[0],
      switchOvers: this.switchOvers,
      alarms: this.lost
        ? [
            {
              code: "no-spare-vote",
              node: this.leader,
              text: text("No spare vote: the next loss stops writes.", "没有备用票：再失去一票将停止写入。"),
              detail: `${this.lost} does not answer.`,
              seenAt,
            },
          ]
        : [],
    };
  }
}
