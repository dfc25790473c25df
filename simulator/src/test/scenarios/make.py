#!/usr/bin/env python3
"""Writes own scenarios of the neutral form with what must come out, to ../resources/own-scenarios.json.

Times, rounds and words are those of the form: hosts come up at 20 s, something happens every 100 s. `runs` says for each VM whether it
runs in the end (a host's name: and there), `fenced` which hosts may be fenced, `recovered` whose restart elsewhere needs the confirmed loss of a host.
"""
import json
import os

SCENARIOS = []


def vm(name, host, requested="started", **more):
    kind = {"vm": "vm", "ct": "container", "fa": "faulty-dummy"}[name.split(":")[0]]
    line = dict(id=name, kind=kind, host=host, requested=requested, maxRestart=1, maxRelocate=1, failback=True)
    behaviour = {k: more.pop(k) for k in list(more) if k in ("startFailsFirstN", "moveFailsFirstN", "stopNeverSucceeds", "startAndMoveFailuresOnlyOnHost")}
    if kind == "faulty-dummy":
        line["behaviour"] = dict(dict(startFailsFirstN=0, moveFailsFirstN=0, stopNeverSucceeds=False), **behaviour)
    line.update(more)
    return line


def at(t, kind, **more):
    return dict(dict(t=t, type=kind), **more)


def power(t, host, value):
    return at(t, "host-power", host=host, value=value)


def net(t, host, value):
    return at(t, "host-network", host=host, value=value)


def want(t, name, value):
    return at(t, "vm-request", vm=name, value=value)


def maintenance(t, host, value):
    return at(t, "host-maintenance", host=host, value=value)


def move(t, name, to, mode="live"):
    return at(t, "vm-move", vm=name, mode=mode, to=to)


def register(t, name, host, requested="started", running=False):
    return at(t, "vm-register", vm=name, host=host, requested=requested, alreadyRunning=running)


def pause(t, mode="freeze"):
    return at(t, "ha-pause", mode=mode)


def resume(t):
    return at(t, "ha-resume")


def bind(name, vms, hosts, strict=True, **more):
    return dict(dict(id=name, type="vm-host", strict=strict, vms=vms, hostPriority=hosts), **more)


def together(name, *vms, **more):
    return dict(dict(id=name, type="vm-vm-together", strict=True, vms=list(vms)), **more)


def apart(name, *vms, **more):
    return dict(dict(id=name, type="vm-vm-apart", strict=True, vms=list(vms)), **more)


def scenario(name, vms, events, runs, hosts=3, on=None, rules=(), fenced=(), recovered=(), master=(), settings=None, initial=None, later=None, size=None, names=None):
    """`on`: hosts that come up at 20 s (all); `master`: faults, as (host, t), that hit the active manager's host; `names`: of the hosts, if not node1, node2, ..."""
    ids = names or [f"node{i}" for i in range(1, hosts + 1)]
    host_lines = [dict(dict(id=h, power="off", network="off"), **(size or {})) for h in ids]
    start = [power(20, h, "on") for h in (ids if on is None else on)]
    final = {}
    for key, value in runs.items():
        final[key] = dict(host=value if isinstance(value, str) else None, state="", requested="", running=bool(value), runningOn=None)
    faults = {e["host"]: e["t"] for e in reversed(events) if e.get("value") == "off" and e["type"] in ("host-power", "host-network")}
    fencing = [dict(host=h, faultAt=faults.get(h), confirmedAt=1, hostWasActiveManager=any(h == m for m, _ in master)) for h in fenced]
    recoveries = [{"vm": v, "from": h, "faultAt": t, "fenceConfirmedAt": 1, "hostWasActiveManager": (h, t) in master} for v, h, t in recovered]
    SCENARIOS.append(dict(
        id=name, **{"class": "core"},
        settings=dict(dict(placementScore="fewest-vms", placeOnStart=False, shutdownPolicy="conditional"), **(settings or {})),
        hosts=host_lines, vms=vms, sizesOfVmsRegisteredLater=later or {}, initialManagerState=initial or {}, rules=list(rules), events=start + events,
        expect=dict(finalVms=final, fencing=fencing, recoveries=recoveries, placementDecisions=[])))


ONE_EACH = [vm("vm:101", "node1"), vm("vm:102", "node2"), vm("vm:103", "node3")]
ALL = {"vm:101": True, "vm:102": True, "vm:103": True}
NONE = {"vm:101": False, "vm:102": False, "vm:103": False}


def faults_and_majorities():
    scenario("power-lost", ONE_EACH, [power(120, "node3", "off")], ALL, fenced=["node3"], recovered=[("vm:103", "node3", 120)])
    scenario("power-of-manager-lost", ONE_EACH, [power(120, "node1", "off")], ALL, fenced=["node1"], recovered=[("vm:101", "node1", 120)], master=[("node1", 120)])
    two = [power(120, "node2", "off"), power(120, "node3", "off")]
    scenario("two-of-three-lose-power", ONE_EACH, two, NONE, fenced=["node1"])
    scenario("two-of-three-lose-power-one-returns", ONE_EACH, two + [power(320, "node2", "on")], NONE, fenced=["node1"])
    scenario("two-of-three-lose-power-all-return", ONE_EACH, two + [power(420, h, "on") for h in ("node1", "node2", "node3")], ALL, fenced=["node1"])
    scenario("two-of-three-lose-power-two-return", ONE_EACH, two + [power(420, "node1", "on"), power(420, "node2", "on")], ALL, fenced=["node1", "node3"], recovered=[("vm:103", "node3", 120)])
    scenario("two-of-three-isolated", ONE_EACH, [net(120, "node2", "off"), net(120, "node3", "off")], NONE, fenced=["node1", "node2", "node3"])
    scenario("two-of-three-isolated-idle-third", [vm("vm:102", "node2"), vm("vm:103", "node3")], [net(120, "node2", "off"), net(120, "node3", "off"), power(420, "node2", "on")],
             {"vm:102": True, "vm:103": True}, fenced=["node2", "node3"], recovered=[("vm:103", "node3", 120)])
    scenario("all-isolated-then-on-again", ONE_EACH, [net(120, h, "off") for h in ("node1", "node2", "node3")] + [power(420, h, "on") for h in ("node1", "node2", "node3")],
             ALL, fenced=["node1", "node2", "node3"])
    five = [vm(f"vm:10{i}", f"node{i}") for i in range(1, 6)]
    runs5 = {f"vm:10{i}": True for i in range(1, 6)}
    scenario("two-of-five-one-after-the-other", five, [net(120, "node5", "off"), power(320, "node4", "off")], runs5, hosts=5, fenced=["node4", "node5"],
             recovered=[("vm:105", "node5", 120), ("vm:104", "node4", 320)])
    scenario("three-of-five-one-after-the-other", five, [power(120, "node5", "off"), power(320, "node4", "off"), power(520, "node3", "off")], {k: False for k in runs5}, hosts=5,
             fenced=["node1", "node2", "node4", "node5"])
    scenario("recovered-twice", [vm("vm:101", "node5")], [net(120, "node5", "off"), net(420, "node1", "off")], {"vm:101": True}, hosts=5, fenced=["node5", "node1"],
             recovered=[("vm:101", "node5", 120)], master=[("node1", 420)])
    scenario("idle-host-isolated", [vm("vm:101", "node1")], [net(120, "node3", "off"), net(420, "node3", "on")], {"vm:101": "node1"})
    scenario("idle-host-off", [vm("vm:101", "node1"), vm("vm:103", "node3", "disabled")], [power(120, "node3", "off")], {"vm:101": "node1", "vm:103": False})
    scenario("isolated-then-network-again", ONE_EACH, [net(120, "node3", "off"), net(220, "node3", "on")], ALL, fenced=["node3"], recovered=[("vm:103", "node3", 120)])
    scenario("isolated-and-bound-stays-off", ONE_EACH, [net(120, "node3", "off"), net(220, "node3", "on")], {"vm:101": True, "vm:102": True, "vm:103": False}, fenced=["node3"],
             rules=[bind("r1", ["vm:103"], {"node3": 0})])
    scenario("off-and-on", ONE_EACH, [power(120, "node3", "off"), power(220, "node3", "on")], ALL, fenced=["node3"], recovered=[("vm:103", "node3", 120)])
    scenario("off-and-on-bound", ONE_EACH, [power(120, "node3", "off"), power(220, "node3", "on")], ALL, fenced=["node3"], rules=[bind("r1", ["vm:103"], {"node3": 0})])
    scenario("flapping-host-bound", [vm("vm:103", "node3")], [power(120 + 200 * i, "node3", "off") for i in range(5)] + [power(220 + 200 * i, "node3", "on") for i in range(5)],
             {"vm:103": "node3"}, fenced=["node3"], rules=[bind("r1", ["vm:103"], {"node3": 0})])
    scenario("host-never-up", ONE_EACH + [vm("vm:104", "node3", "disabled")], [], dict(ALL, **{"vm:104": False}), on=["node1", "node2"], fenced=["node3"], recovered=[("vm:103", "node3", 0)])
    scenario("host-never-up-bound", ONE_EACH, [], {"vm:101": True, "vm:102": True, "vm:103": False}, on=["node1", "node2"], fenced=["node3"], rules=[bind("r1", ["vm:103"], {"node3": 0})])
    scenario("only-one-ever-up", ONE_EACH, [], NONE, on=["node1"])
    scenario("third-host-late", ONE_EACH, [power(620, "node3", "on")], ALL, on=["node1", "node2"], fenced=["node3"], recovered=[("vm:103", "node3", 20)])
    scenario("majority-late", ONE_EACH, [power(420, "node2", "on"), power(520, "node3", "on")], ALL, on=["node1"], fenced=["node3"])
    scenario("on-twice-and-off-twice", ONE_EACH, [power(120, "node3", "on"), power(220, "node3", "off"), power(320, "node3", "off"), net(420, "node3", "off")], ALL, fenced=["node3"],
             recovered=[("vm:103", "node3", 220)])
    scenario("manager-isolated-then-next", ONE_EACH, [net(120, "node1", "off"), power(520, "node1", "on"), net(920, "node2", "off")], ALL, fenced=["node1", "node2"],
             recovered=[("vm:101", "node1", 120), ("vm:102", "node2", 920)], master=[("node1", 120)])
    scenario("single-host", [vm("vm:101", "node1")], [], {"vm:101": "node1"}, hosts=1)
    scenario("two-hosts-one-lost", [vm("vm:101", "node1"), vm("vm:102", "node2")], [power(120, "node2", "off")], {"vm:101": False, "vm:102": False}, hosts=2, fenced=["node1"])
    scenario("four-hosts-two-lost", [vm(f"vm:10{i}", f"node{i}") for i in range(1, 5)], [power(120, "node3", "off"), power(120, "node4", "off")],
             {f"vm:10{i}": False for i in range(1, 5)}, hosts=4, fenced=["node1", "node2"])


def requested_states():
    lost = net(320, "node3", "off")
    scenario("stopped-on-lost-host-then-started", [vm("vm:103", "node3")], [want(120, "vm:103", "stopped"), lost, want(620, "vm:103", "started")], {"vm:103": True}, fenced=["node3"],
             recovered=[("vm:103", "node3", 320)])
    scenario("disabled-on-lost-host-then-started", [vm("vm:103", "node3", "disabled")], [net(120, "node3", "off"), want(420, "vm:103", "started")], {"vm:103": True}, fenced=["node3"],
             recovered=[("vm:103", "node3", 120)])
    scenario("disabled-on-powerless-host-then-started", [vm("vm:103", "node3", "disabled")], [power(120, "node3", "off"), want(220, "vm:103", "started")], {"vm:103": True}, fenced=["node3"],
             recovered=[("vm:103", "node3", 120)])
    scenario("disabled-on-lost-host-back", [vm("vm:103", "node3", "disabled")], [power(120, "node3", "off"), power(420, "node3", "on"), want(520, "vm:103", "started")], {"vm:103": "node3"})
    scenario("stop-and-start", [vm("vm:101", "node1")], [at(120, "vm-stop", vm="vm:101", timeoutSeconds=60), want(320, "vm:101", "started")], {"vm:101": "node1"})
    scenario("stop-now", [vm("vm:101", "node1"), vm("ct:102", "node2")], [at(120, "vm-stop", vm="vm:101", timeoutSeconds=0), at(120, "vm-stop", vm="ct:102", timeoutSeconds=3600)],
             {"vm:101": False, "ct:102": False})
    scenario("stop-of-a-stopped-vm", [vm("vm:101", "node1", "stopped")], [at(120, "vm-stop", vm="vm:101", timeoutSeconds=0)], {"vm:101": False})
    scenario("stop-on-lost-host", [vm("vm:103", "node3")], [net(120, "node3", "off"), at(140, "vm-stop", vm="vm:103", timeoutSeconds=0)], {"vm:103": False}, fenced=["node3"])
    scenario("disabled-after-fault-then-started", [vm("vm:103", "node3")], [net(120, "node3", "off"), want(125, "vm:103", "disabled"), want(420, "vm:103", "started")], {"vm:103": True},
             fenced=["node3"], recovered=[("vm:103", "node3", 120)])
    scenario("ignored-runs-on", [vm("vm:103", "node3")], [want(120, "vm:103", "ignored")], {"vm:103": "node3"})
    scenario("ignored-on-lost-host", [vm("vm:103", "node3")], [want(120, "vm:103", "ignored"), power(220, "node3", "off")], {"vm:103": False})
    scenario("ignored-on-lost-host-back", [vm("vm:103", "node3")], [want(120, "vm:103", "ignored"), power(220, "node3", "off"), power(420, "node3", "on")], {"vm:103": False})
    scenario("ignored-on-isolated-host", [vm("vm:103", "node3")], [want(120, "vm:103", "ignored"), net(220, "node3", "off"), net(520, "node3", "on")], {"vm:103": False}, fenced=["node3"])
    scenario("ignored-on-a-host-that-never-guarded", [vm("vm:101", "node1")], [register(120, "vm:104", "node3", "ignored", True), pause(180), resume(200), net(320, "node3", "off"), net(520, "node3", "on")],
             {"vm:101": "node1", "vm:104": "node3"})
    scenario("ignored-then-disabled", [vm("vm:103", "node3")], [want(120, "vm:103", "ignored"), want(320, "vm:103", "disabled")], {"vm:103": False})
    scenario("ignored-then-stopped", [vm("vm:103", "node3")], [want(120, "vm:103", "ignored"), want(320, "vm:103", "stopped")], {"vm:103": False})
    scenario("ignored-from-the-beginning", [vm("vm:103", "node3", "ignored"), vm("vm:104", "node3", "ignored")], [want(320, "vm:103", "started")], {"vm:103": "node3", "vm:104": False})
    scenario("many-requests", [vm("vm:101", "node1")], [want(120 + 100 * i, "vm:101", v) for i, v in enumerate(["stopped", "started", "disabled", "stopped", "ignored", "started"])], {"vm:101": True})
    scenario("unregistered-runs-on", [vm("vm:101", "node1"), vm("vm:102", "node2")], [at(120, "vm-unregister", vm="vm:101")], {"vm:101": "node1", "vm:102": "node2"})
    scenario("unregistered-is-not-recovered", [vm("vm:103", "node3")], [at(120, "vm-unregister", vm="vm:103"), power(220, "node3", "off")], {"vm:103": False})
    scenario("unregistered-stopped-then-registered", [vm("vm:103", "node3", "stopped")], [at(120, "vm-unregister", vm="vm:103"), register(220, "vm:103", "node2")], {"vm:103": True})
    scenario("unregistered-and-registered-running", [vm("vm:103", "node3")], [at(120, "vm-unregister", vm="vm:103"), register(320, "vm:103", "node3", running=True), power(520, "node3", "off")],
             {"vm:103": True}, fenced=["node3"], recovered=[("vm:103", "node3", 520)])
    scenario("registered-to-be-started", ONE_EACH, [register(120, "vm:104", "node2")], dict(ALL, **{"vm:104": "node2"}), later={"vm:104": dict(cpuCores=1.0, memBytes=1e9)})
    scenario("registered-stopped", ONE_EACH, [register(120, "vm:104", "node2", "stopped"), register(120, "vm:105", "node2", "disabled")], dict(ALL, **{"vm:104": False, "vm:105": False}))
    scenario("registered-running", ONE_EACH, [register(120, "vm:104", "node3", running=True), net(320, "node3", "off")], dict(ALL, **{"vm:104": True}), fenced=["node3"],
             recovered=[("vm:103", "node3", 320), ("vm:104", "node3", 320)])
    scenario("registered-running-to-be-stopped", ONE_EACH, [register(120, "vm:104", "node3", "stopped", True)], dict(ALL, **{"vm:104": False}))
    scenario("registered-running-ignored", ONE_EACH, [register(120, "vm:104", "node3", "ignored", True)], dict(ALL, **{"vm:104": "node3"}))
    scenario("registered-on-lost-host", ONE_EACH, [power(120, "node3", "off"), register(320, "vm:104", "node3")], dict(ALL, **{"vm:104": True}), fenced=["node3"],
             recovered=[("vm:103", "node3", 120)])
    scenario("registered-of-every-kind", ONE_EACH, [register(120, "ct:201", "node1"), register(120, "fa:301", "node2"), register(220, "vm:202", "node3")],
             dict(ALL, **{"ct:201": "node1", "fa:301": "node2", "vm:202": "node3"}))
    scenario("unknown-vm-is-asked-for", ONE_EACH, [want(120, "vm:999", "started"), move(120, "vm:999", "node1"), at(120, "vm-unregister", vm="vm:999"), at(220, "vm-stop", vm="vm:999", timeoutSeconds=0)], ALL)


def pauses():
    for mode in ("freeze", "ignore"):
        scenario(f"paused-{mode}-host-lost", ONE_EACH, [pause(120, mode), power(220, "node3", "off"), resume(520)], ALL, fenced=["node3"], recovered=[("vm:103", "node3", 220)])
        scenario(f"paused-{mode}-for-ever-host-lost", ONE_EACH, [pause(120, mode), power(220, "node3", "off")], {"vm:101": True, "vm:102": True, "vm:103": False})
        scenario(f"paused-{mode}-network-short", ONE_EACH, [pause(120, mode), net(220, "node3", "off"), net(320, "node3", "on")], ALL)
        scenario(f"paused-{mode}-majority-gone-and-back", ONE_EACH, [pause(120, mode)] + [net(220, h, "off") for h in ("node1", "node2", "node3")]
                 + [net(420, h, "on") for h in ("node1", "node2", "node3")] + [resume(620)], ALL)
        scenario(f"paused-{mode}-host-off-and-on", ONE_EACH, [pause(120, mode), power(220, "node3", "off"), power(320, "node3", "on"), resume(520)], ALL)
        scenario(f"paused-{mode}-requests", ONE_EACH, [pause(120, mode), want(220, "vm:101", "stopped"), move(220, "vm:102", "node3"), resume(520)],
                 {"vm:101": False, "vm:102": True, "vm:103": True})
        scenario(f"paused-{mode}-graceful-reboot", ONE_EACH, [pause(120, mode), at(220, "host-reboot", host="node3"), resume(520)], ALL)
        scenario(f"paused-{mode}-register", ONE_EACH, [pause(120, mode), register(220, "vm:104", "node1"), resume(520)], dict(ALL, **{"vm:104": True}))
        scenario(f"paused-{mode}-maintenance", ONE_EACH, [pause(120, mode), maintenance(220, "node3", "enter"), resume(520), maintenance(720, "node3", "leave")], ALL)
    scenario("paused-request-waits", ONE_EACH, [pause(120), want(220, "vm:101", "stopped")], ALL)
    scenario("paused-while-a-fence-is-under-way", ONE_EACH, [net(120, "node3", "off"), pause(140), resume(520)], ALL, fenced=["node3"], recovered=[("vm:103", "node3", 120)])
    scenario("paused-twice", ONE_EACH, [pause(120), pause(220, "ignore"), resume(320), resume(420), pause(520), power(620, "node3", "off"), resume(820)], ALL, fenced=["node3"],
             recovered=[("vm:103", "node3", 620)])
    scenario("paused-then-isolated-then-resumed", ONE_EACH, [pause(120), net(220, "node3", "off"), resume(420)], ALL, fenced=["node3"], recovered=[("vm:103", "node3", 220)])


def drains():
    enter, leave = maintenance(120, "node3", "enter"), maintenance(420, "node3", "leave")
    scenario("maintenance", ONE_EACH, [enter], ALL)
    scenario("maintenance-bound", ONE_EACH, [enter], ALL, rules=[bind("r1", ["vm:103"], {"node3": 0})])
    scenario("maintenance-and-off", ONE_EACH, [enter, power(320, "node3", "off")], ALL)
    scenario("maintenance-of-two", ONE_EACH, [enter, maintenance(220, "node2", "enter")], ALL)
    scenario("maintenance-of-all", ONE_EACH, [enter, maintenance(220, "node2", "enter"), maintenance(320, "node1", "enter")], ALL)
    scenario("maintenance-of-all-and-back", ONE_EACH, [maintenance(120, h, "enter") for h in ("node1", "node2", "node3")] + [maintenance(420, h, "leave") for h in ("node1", "node2", "node3")], ALL)
    scenario("maintenance-together", [vm("vm:101", "node3"), vm("vm:102", "node3"), vm("ct:103", "node3")], [enter, leave], {"vm:101": True, "vm:102": True, "ct:103": True},
             rules=[together("r1", "vm:101", "vm:102", "ct:103")])
    scenario("maintenance-apart", ONE_EACH, [enter, leave], ALL, rules=[apart("r1", "vm:101", "vm:102", "vm:103")])
    scenario("maintenance-apart-stays-full", ONE_EACH, [enter], ALL, rules=[apart("r1", "vm:101", "vm:102", "vm:103")])
    scenario("maintenance-start-there", [vm("vm:103", "node3", "stopped")], [enter, want(220, "vm:103", "started")], {"vm:103": True})
    scenario("maintenance-reboot", ONE_EACH, [enter, at(220, "host-reboot", host="node3"), leave], ALL)
    scenario("maintenance-other-host-lost", ONE_EACH, [enter, power(320, "node2", "off")], ALL, fenced=["node2"], recovered=[("vm:102", "node2", 320)])
    scenario("maintenance-container", [vm("ct:103", "node3"), vm("fa:104", "node3")], [enter, leave], {"ct:103": True, "fa:104": True})
    scenario("maintenance-twice", ONE_EACH, [enter, maintenance(220, "node3", "enter"), leave, maintenance(520, "node3", "leave")], ALL)
    scenario("maintenance-move-back-in", ONE_EACH, [enter, move(320, "vm:103", "node3")], ALL)
    scenario("maintenance-of-manager", ONE_EACH, [maintenance(120, "node1", "enter"), power(320, "node1", "off"), power(420, "node1", "on"), maintenance(520, "node1", "leave")], ALL)
    for policy in ("conditional", "failover", "freeze", "migrate"):
        group = [vm("vm:101", "node1"), vm("vm:103", "node3"), vm("ct:104", "node3"), vm("vm:105", "node3", "stopped")]
        runs = {"vm:101": "node1", "vm:103": True, "ct:104": True, "vm:105": False}
        down = dict(runs, **({"vm:103": False, "ct:104": False} if policy == "freeze" else {}))
        fence = dict(fenced=["node3"], recovered=[("vm:103", "node3", 120), ("ct:104", "node3", 120)]) if policy in ("conditional", "failover") else {}
        kept = dict(fenced=["node3"]) if policy == "failover" else {}
        scenario(f"reboot-{policy}", group, [at(120, "host-reboot", host="node3")], runs, settings=dict(shutdownPolicy=policy), **kept)
        scenario(f"shutdown-{policy}", group, [at(120, "host-shutdown", host="node3")], down, settings=dict(shutdownPolicy=policy), **fence)
        scenario(f"shutdown-{policy}-and-on", group, [at(120, "host-shutdown", host="node3"), power(520, "node3", "on")], runs, settings=dict(shutdownPolicy=policy), **fence)
        scenario(f"shutdown-{policy}-bound", ONE_EACH, [at(120, "host-shutdown", host="node3")], dict(ALL, **({} if policy == "migrate" else {"vm:103": False})), settings=dict(shutdownPolicy=policy),
                 rules=[bind("r1", ["vm:103"], {"node3": 0})], fenced=["node3"] if policy in ("conditional", "failover") else [])
        scenario(f"reboot-{policy}-bound", ONE_EACH, [at(120, "host-reboot", host="node3")], ALL, settings=dict(shutdownPolicy=policy), rules=[bind("r1", ["vm:103"], {"node3": 0})], **kept)
        scenario(f"reboot-{policy}-of-manager", ONE_EACH, [at(120, "host-reboot", host="node1")], ALL, settings=dict(shutdownPolicy=policy), fenced=["node1"] if kept else [])
        scenario(f"shutdown-{policy}-majority", ONE_EACH, [at(120, "host-shutdown", host="node3"), at(420, "host-shutdown", host="node2")], NONE, settings=dict(shutdownPolicy=policy),
                 fenced=["node1"] + (["node3"] if fence else []))
        scenario(f"shutdown-{policy}-all", ONE_EACH, [at(120, "host-shutdown", host=h) for h in ("node1", "node2", "node3")], dict(NONE) if policy != "migrate" else ALL, settings=dict(shutdownPolicy=policy),
                 fenced=["node1", "node2", "node3"])
        scenario(f"reboot-{policy}-together-and-apart", [vm("vm:101", "node3"), vm("vm:102", "node3"), vm("vm:103", "node1")], [at(120, "host-reboot", host="node3")], ALL,
                 settings=dict(shutdownPolicy=policy), rules=[together("r1", "vm:101", "vm:102"), apart("r2", "vm:101", "vm:103")], **kept)
    scenario("shutdown-while-another-is-lost", [vm(f"vm:10{i}", f"node{i}") for i in range(1, 6)], [power(120, "node5", "off"), at(130, "host-shutdown", host="node4")],
             {f"vm:10{i}": True for i in range(1, 6)}, hosts=5, fenced=["node4", "node5"], recovered=[("vm:105", "node5", 120), ("vm:104", "node4", 130)])
    scenario("shutdown-in-maintenance", ONE_EACH, [enter, at(220, "host-shutdown", host="node3"), power(520, "node3", "on"), maintenance(620, "node3", "leave")], ALL)


def rules():
    scenario("bound-elsewhere-at-start", [vm("vm:101", "node1")], [], {"vm:101": "node3"}, rules=[bind("r1", ["vm:101"], {"node3": 0})])
    scenario("bound-to-two-first-lost", [vm("vm:101", "node3")], [net(120, "node3", "off")], {"vm:101": "node2"}, rules=[bind("r1", ["vm:101"], {"node2": 1, "node3": 2})], fenced=["node3"],
             recovered=[("vm:101", "node3", 120)])
    scenario("bound-to-two-both-lost", [vm("vm:101", "node5")], [net(120, "node5", "off"), net(420, "node4", "off")], {"vm:101": False}, hosts=5,
             rules=[bind("r1", ["vm:101"], {"node4": 0, "node5": 0})], fenced=["node4", "node5"])
    scenario("together-from-different-hosts", ONE_EACH, [], ALL, rules=[together("r1", "vm:101", "vm:102", "vm:103")])
    scenario("together-lost", ONE_EACH, [net(220, "node1", "off"), net(620, "node1", "on")], ALL, rules=[together("r1", "vm:101", "vm:102", "vm:103")], fenced=["node1", "node2", "node3"], hosts=5)
    scenario("together-one-is-stopped", ONE_EACH[:2] + [vm("vm:103", "node3", "stopped")], [want(220, "vm:103", "started")], ALL, rules=[together("r1", "vm:101", "vm:102", "vm:103")])
    scenario("together-one-is-disabled-host-lost", [vm("vm:101", "node3"), vm("vm:102", "node3", "disabled")], [power(120, "node3", "off"), want(420, "vm:102", "started")],
             {"vm:101": True, "vm:102": True}, rules=[together("r1", "vm:101", "vm:102")], fenced=["node3"], recovered=[("vm:101", "node3", 120)])
    scenario("together-and-bound", ONE_EACH, [], {"vm:101": "node2", "vm:102": "node2", "vm:103": "node2"}, rules=[together("r1", "vm:101", "vm:102", "vm:103"), bind("r2", ["vm:101"], {"node2": 0})])
    scenario("together-big-group-lost", [vm(f"vm:{100 + i}", "node3") for i in range(8)] + [vm("vm:201", "node1")], [net(120, "node3", "off")],
             dict({f"vm:{100 + i}": True for i in range(8)}, **{"vm:201": True}), rules=[together("r1", *[f"vm:{100 + i}" for i in range(8)])], fenced=["node3"])
    scenario("together-overlapping", [vm("vm:101", "node1"), vm("vm:102", "node2"), vm("vm:103", "node3")], [net(220, "node3", "off")], ALL,
             rules=[together("r1", "vm:101", "vm:102"), together("r2", "vm:102", "vm:103")], fenced=["node3"])
    scenario("apart-from-one-host", [vm("vm:101", "node1"), vm("vm:102", "node1"), vm("vm:103", "node1")], [], ALL, rules=[apart("r1", "vm:101", "vm:102", "vm:103")])
    scenario("apart-soft", [vm("vm:101", "node1"), vm("vm:102", "node1")], [], {"vm:101": True, "vm:102": True}, rules=[apart("r1", "vm:101", "vm:102", strict=False)])
    scenario("together-soft", [vm("vm:101", "node1"), vm("vm:102", "node2")], [], {"vm:101": True, "vm:102": True}, rules=[together("r1", "vm:101", "vm:102", strict=False)])
    scenario("apart-disabled-rule", [vm("vm:101", "node1"), vm("vm:102", "node1")], [], {"vm:101": "node1", "vm:102": "node1"}, rules=[apart("r1", "vm:101", "vm:102", disabled=True)])
    scenario("bound-disabled-rule", [vm("vm:103", "node3")], [net(120, "node3", "off")], {"vm:103": True}, rules=[bind("r1", ["vm:103"], {"node3": 0}, disabled=True)], fenced=["node3"])
    scenario("apart-full-host-lost", ONE_EACH, [net(120, "node3", "off")], {"vm:101": True, "vm:102": True, "vm:103": False}, rules=[apart("r1", "vm:101", "vm:102", "vm:103")], fenced=["node3"])
    scenario("apart-full-host-back", ONE_EACH, [net(120, "node3", "off"), power(620, "node3", "on")], ALL, rules=[apart("r1", "vm:101", "vm:102", "vm:103")], fenced=["node3"])
    scenario("apart-waits-then-partner-stops", ONE_EACH, [net(120, "node3", "off"), want(520, "vm:101", "stopped")], {"vm:101": False, "vm:102": True, "vm:103": True},
             rules=[apart("r1", "vm:101", "vm:102", "vm:103")], fenced=["node3"], recovered=[("vm:103", "node3", 120)])
    scenario("apart-two-of-five-lost", [vm(f"vm:10{i}", f"node{i}") for i in range(1, 5)], [power(120, "node1", "off"), power(120, "node2", "off")],
             {"vm:101": True, "vm:102": False, "vm:103": True, "vm:104": True}, hosts=5, rules=[apart("r1", "vm:101", "vm:102", "vm:103", "vm:104"), bind("r2", ["vm:102"], {"node2": 0})],
             fenced=["node1", "node2"], master=[("node1", 120)])
    scenario("apart-move-to-partner", [vm("vm:101", "node1"), vm("vm:102", "node2")], [move(120, "vm:101", "node2")], {"vm:101": True, "vm:102": True}, rules=[apart("r1", "vm:101", "vm:102")])
    scenario("bound-move-away", [vm("vm:101", "node1")], [move(120, "vm:101", "node2")], {"vm:101": "node1"}, rules=[bind("r1", ["vm:101"], {"node1": 0})])
    scenario("apart-moved-outside", [vm("vm:101", "node1"), vm("vm:102", "node2")], [at(120, "vm-moved-outside-ha", vm="vm:101", to="node2")], {"vm:101": True, "vm:102": True},
             rules=[apart("r1", "vm:101", "vm:102")])
    scenario("together-moved-outside", [vm("vm:101", "node1"), vm("vm:102", "node1")], [at(120, "vm-moved-outside-ha", vm="vm:101", to="node2")], {"vm:101": True, "vm:102": True},
             rules=[together("r1", "vm:101", "vm:102")])
    scenario("bound-moved-outside", [vm("vm:101", "node1")], [at(120, "vm-moved-outside-ha", vm="vm:101", to="node2")], {"vm:101": "node1"}, rules=[bind("r1", ["vm:101"], {"node1": 0})])
    scenario("moved-outside-then-lost", [vm("vm:101", "node1")], [at(120, "vm-moved-outside-ha", vm="vm:101", to="node3"), net(320, "node3", "off")], {"vm:101": True}, fenced=["node3"],
             recovered=[("vm:101", "node3", 320)])
    scenario("bound-registered-elsewhere", [], [register(120, "vm:101", "node1", running=True)], {"vm:101": "node2"}, rules=[bind("r1", ["vm:101"], {"node2": 0})])
    scenario("apart-registered-there", [vm("vm:101", "node1")], [register(120, "vm:102", "node1", running=True)], {"vm:101": True, "vm:102": True}, rules=[apart("r1", "vm:101", "vm:102")])
    scenario("together-registered-elsewhere", [vm("vm:101", "node1")], [register(120, "vm:102", "node3", running=True)], {"vm:101": True, "vm:102": True}, rules=[together("r1", "vm:101", "vm:102")])
    scenario("groups-apart", [vm(f"vm:10{i}", "node1") for i in range(1, 5)], [net(220, "node1", "off")], {f"vm:10{i}": True for i in range(1, 5)},
             rules=[together("r1", "vm:101", "vm:102"), together("r2", "vm:103", "vm:104"), apart("r3", "vm:101", "vm:103")], fenced=["node1"], master=[("node1", 220)], hosts=4)
    scenario("groups-apart-crossed", [vm(f"vm:10{i}", f"node{1 + i % 3}") for i in range(1, 5)], [], {f"vm:10{i}": True for i in range(1, 5)},
             rules=[together("r1", "vm:101", "vm:104"), together("r2", "vm:102", "vm:103"), apart("r3", "vm:101", "vm:102")])
    scenario("soft-preference-back", [vm("vm:101", "node3", failback=True), vm("vm:102", "node3", failback=False)], [net(120, "node3", "off"), power(520, "node3", "on")],
             {"vm:101": True, "vm:102": True}, rules=[bind("r1", ["vm:101", "vm:102"], {"node3": 0}, strict=False)], fenced=["node3"])
    scenario("priority-climb", [vm("vm:101", "node1")], [power(420, "node3", "on")], {"vm:101": True}, rules=[bind("r1", ["vm:101"], {"node1": 1, "node2": 2, "node3": 3})], on=["node1", "node2"])
    scenario("move-of-a-group", [vm("vm:101", "node1"), vm("vm:102", "node1"), vm("vm:103", "node3")], [move(120, "vm:101", "node2"), move(320, "vm:102", "node3", "cold")], ALL,
             rules=[together("r1", "vm:101", "vm:102"), apart("r2", "vm:101", "vm:103")])
    scenario("rule-names-a-later-vm", [vm("vm:101", "node1")], [register(120, "vm:102", "node1")], {"vm:101": True, "vm:102": True}, rules=[apart("r1", "vm:101", "vm:102")])
    scenario("rule-names-unknown-vms-and-hosts", [vm("vm:101", "node1")], [], {"vm:101": True},
             rules=[apart("r1", "vm:101", "vm:777"), bind("r2", ["vm:888", "vm:101"], {"node1": 0, "node9": 5}), together("r3", "vm:777", "vm:778")])
    scenario("rule-and-a-failed-vm", [vm("fa:130", "node2", startFailsFirstN=99, maxRestart=0, maxRelocate=0), vm("vm:101", "node1")], [], {"fa:130": False, "vm:101": True},
             rules=[together("r1", "fa:130", "vm:101")])
    scenario("apart-with-an-ignored-vm", [vm("vm:101", "node1"), vm("vm:102", "node2")], [want(120, "vm:102", "ignored"), net(320, "node1", "off")], {"vm:101": "node3", "vm:102": "node2"},
             rules=[apart("r1", "vm:101", "vm:102")], fenced=["node1"], recovered=[("vm:101", "node1", 320)], master=[("node1", 320)])
    scenario("move-to-lost-host", ONE_EACH, [power(120, "node3", "off"), move(320, "vm:101", "node3"), move(320, "vm:102", "node3", "cold")], ALL, fenced=["node3"])
    scenario("move-to-unknown-host", [vm("vm:101", "node1")], [move(120, "vm:101", "node9")], {"vm:101": "node1"})
    scenario("move-of-a-stopped-vm", [vm("vm:101", "node1", "stopped")], [move(120, "vm:101", "node2"), want(320, "vm:101", "started")], {"vm:101": True})
    scenario("move-and-host-lost", [vm("vm:101", "node1")], [move(120, "vm:101", "node3"), power(121, "node3", "off")], {"vm:101": True}, fenced=["node3"])
    scenario("move-and-source-lost", [vm("vm:103", "node3")], [move(120, "vm:103", "node1"), power(121, "node3", "off")], {"vm:103": True}, fenced=["node3"])
    scenario("many-moves", ONE_EACH, [move(120 + 100 * i, f"vm:10{1 + i % 3}", f"node{1 + (i * 2) % 3}", "cold" if i % 2 else "live") for i in range(9)], ALL)


def failures():
    def bad(name="fa:130", host="node2", **more):
        return [vm(name, host, **more)]
    scenario("fails-once", bad(startFailsFirstN=1), [], {"fa:130": "node2"})
    scenario("fails-twice-moves", bad(startFailsFirstN=2), [], {"fa:130": True})
    scenario("fails-up-to-the-last", bad(startFailsFirstN=3), [], {"fa:130": True})
    scenario("fails-for-good", bad(startFailsFirstN=4), [], {"fa:130": False})
    scenario("fails-for-good-without-a-second-try", bad(startFailsFirstN=1, maxRestart=0, maxRelocate=0), [], {"fa:130": False})
    scenario("fails-for-good-then-asked-again", bad(startFailsFirstN=4), [want(320, "fa:130", "started"), want(420, "fa:130", "stopped"), want(520, "fa:130", "started")], {"fa:130": False})
    scenario("failed-then-disabled-then-started", bad(startFailsFirstN=5), [want(320, "fa:130", "disabled"), want(520, "fa:130", "started")], {"fa:130": True})
    scenario("failed-then-disabled-then-failed-again", bad(startFailsFirstN=9), [want(320, "fa:130", "disabled"), want(520, "fa:130", "started")], {"fa:130": False})
    scenario("failed-on-lost-host", bad(host="node3", startFailsFirstN=9, maxRelocate=0), [net(320, "node3", "off")], {"fa:130": False})
    scenario("fails-only-there", bad(startFailsFirstN=99, startAndMoveFailuresOnlyOnHost="node2"), [], {"fa:130": True})
    scenario("fails-only-there-and-bound", bad(startFailsFirstN=99, startAndMoveFailuresOnlyOnHost="node2"), [], {"fa:130": False}, rules=[bind("r1", ["fa:130"], {"node2": 0})])
    scenario("fails-only-there-without-moving", bad(startFailsFirstN=99, maxRelocate=0, startAndMoveFailuresOnlyOnHost="node2"), [], {"fa:130": False})
    scenario("fails-more-often-than-hosts", bad(startFailsFirstN=5, maxRestart=0, maxRelocate=9), [], {"fa:130": True})
    scenario("fails-more-often-than-hosts-for-good", bad(startFailsFirstN=10, maxRestart=0, maxRelocate=9), [], {"fa:130": False})
    scenario("fails-many-local-tries", bad(startFailsFirstN=8, maxRestart=8, maxRelocate=0), [], {"fa:130": "node2"})
    scenario("cannot-stop", bad(stopNeverSucceeds=True), [want(120, "fa:130", "stopped")], {"fa:130": "node2"})
    scenario("cannot-stop-then-lost", bad(host="node3", stopNeverSucceeds=True), [want(120, "fa:130", "disabled"), power(320, "node3", "off")], {"fa:130": False})
    scenario("cannot-stop-by-stop", bad(stopNeverSucceeds=True), [at(120, "vm-stop", vm="fa:130", timeoutSeconds=0)], {"fa:130": "node2"})
    scenario("cannot-stop-unregistered", bad(stopNeverSucceeds=True), [want(120, "fa:130", "stopped"), at(220, "vm-unregister", vm="fa:130")], {"fa:130": "node2"})
    scenario("cannot-move", bad(moveFailsFirstN=9), [move(120, "fa:130", "node1")], {"fa:130": True})
    scenario("cannot-move-out-of-maintenance", bad(moveFailsFirstN=2), [maintenance(120, "node2", "enter")], {"fa:130": True})
    scenario("fails-after-recovery", bad(host="node3", startFailsFirstN=0) + [vm("vm:101", "node1")], [net(120, "node3", "off")], {"fa:130": True, "vm:101": True}, fenced=["node3"],
             recovered=[("fa:130", "node3", 120)])
    scenario("fails-only-where-recovered", [vm("fa:130", "node3", startFailsFirstN=99, startAndMoveFailuresOnlyOnHost="node1"), vm("vm:102", "node2"), vm("vm:104", "node2")], [net(120, "node3", "off")],
             {"fa:130": "node2", "vm:102": True, "vm:104": True}, fenced=["node3"], recovered=[("fa:130", "node3", 120)])
    scenario("failed-then-ignored-then-started", bad(startFailsFirstN=5), [want(320, "fa:130", "ignored"), want(520, "fa:130", "started")], {"fa:130": True})
    scenario("failed-then-unregistered-then-registered", bad(startFailsFirstN=4), [at(320, "vm-unregister", vm="fa:130"), register(520, "fa:130", "node1")], {"fa:130": True})


def odds():
    internal = [dict(t=120, type="state-store", value="fails"), dict(t=220, type="manager-process", host="node1", value=None, to="elsewhere"), dict(t=320, type="process-stall", host="node77", seconds=30)]
    scenario("internal-events", ONE_EACH, internal + [power(420, "node3", "off")], ALL, fenced=["node3"])
    scenario("agent-restarts", ONE_EACH, [at(120, "agent-restart", host="node3"), at(220, "agent-restart", host="node1"), at(320, "agent-restart")], ALL)
    scenario("agent-restart-and-host-lost", ONE_EACH, [at(120, "agent-restart", host="node3"), net(125, "node3", "off")], ALL, fenced=["node3"], recovered=[("vm:103", "node3", 125)])
    big = dict(cpuCores=8, memBytes=34359738368)
    load = dict(size=dict(cpuCores=2.0, memBytes=8589934592), load=dict(cpuCores=1.0, memBytes=4294967296))
    group = [vm(f"vm:10{i}", "node1", **load) for i in range(1, 7)]
    runs = {f"vm:10{i}": True for i in range(1, 7)}
    for score in ("fewest-vms", "configured-size", "runtime-load"):
        for place in (False, True):
            scenario(f"score-{score}-{'placed' if place else 'as-is'}", group, [net(120, "node3", "off")], runs, settings=dict(placementScore=score, placeOnStart=place), size=big, fenced=["node3"])
    for method in ("best-imbalance", "topsis"):
        scenario(f"balance-{method}", group, [at(120, "vm-load", vm="vm:101", cpuCores=4.0, memMiB=8192), at(220, "vm-size", vm="vm:102", cpuCores=8.0, memMiB=16384), net(420, "node2", "off")], runs,
                 settings=dict(placementScore="runtime-load", autoBalance=dict(method=method, threshold=0.3, margin=0.1, holdRounds=3)), size=big, fenced=["node2"])
    scenario("overcommitted", [vm(f"vm:1{i:02}", "node1", size=dict(cpuCores=8.0, memBytes=34359738368)) for i in range(20)], [net(120, "node1", "off")], {f"vm:1{i:02}": True for i in range(20)},
             settings=dict(placementScore="configured-size"), size=big, fenced=["node1"], master=[("node1", 120)])
    scenario("place-on-start-with-rules", group, [], runs, settings=dict(placementScore="configured-size", placeOnStart=True), size=big,
             rules=[apart("r1", "vm:101", "vm:102", "vm:103"), together("r2", "vm:104", "vm:105"), bind("r3", ["vm:106"], {"node3": 0})])
    scenario("place-on-start-later", [vm("vm:101", "node1", "stopped", **load)], [register(120, "vm:102", "node1"), want(320, "vm:101", "started")], {"vm:101": True, "vm:102": True},
             settings=dict(placementScore="configured-size", placeOnStart=True), size=big, later={"vm:102": dict(cpuCores=2.0, memBytes=1e9)})
    scenario("locked", ONE_EACH, [at(120, "vm-lock", vm="vm:103", lock="backup"), net(220, "node3", "off")], ALL, fenced=["node3"], recovered=[("vm:103", "node3", 220)])
    state = {"lastActiveManager": "node1", "hostView": {f"node{i}": "online" for i in (1, 2, 3)}}
    scenario("begins-failed", ONE_EACH, [], {"vm:101": True, "vm:102": True, "vm:103": False}, initial=dict(state, vmState={"vm:103": {"host": "node3", "state": "failed"}, "vm:101": {"host": "node1", "state": "started"}}))
    scenario("begins-failed-is-disabled-and-started", ONE_EACH, [want(120, "vm:103", "disabled"), want(320, "vm:103", "started")], ALL, initial=dict(state, vmState={"vm:103": {"host": "node3", "state": "failed"}}))
    scenario("begins-elsewhere", [vm("vm:103", "node3")], [], {"vm:103": True}, initial=dict(state, vmState={"vm:103": {"host": "node2", "state": "started"}}))
    many = [vm(f"vm:{200 + i}", f"node{1 + i % 20}") for i in range(60)]
    scenario("twenty-hosts", many, [power(120, "node7", "off"), net(140, "node11", "off"), maintenance(220, "node3", "enter")], {v["id"]: True for v in many}, hosts=20, fenced=["node7", "node11"])
    scenario("no-vms", [], [power(120, "node3", "off")], {})
    scenario("no-events", ONE_EACH, [], NONE, on=[])


def read_a_second_time():
    """What a second reader of the form and of the reference's documentation asked."""
    idle = [vm("vm:101", "node1", "disabled"), vm("vm:102", "node2"), vm("vm:103", "node3")]
    first = bind("r1", ["vm:101"], {"node1": 0})
    third = bind("r1", ["vm:103"], {"node3": 0})
    enter = maintenance(120, "node3", "enter")
    scenario("armed-by-a-disabled-vm", idle, [net(120, "node1", "off"), net(320, "node1", "on"), want(420, "vm:101", "started")], dict(ALL, **{"vm:101": False}), rules=[first], fenced=["node1"])
    scenario("armed-by-a-disabled-vm-majority", idle, [net(120, "node2", "off"), net(120, "node3", "off"), power(420, "node2", "on")], NONE, fenced=["node1", "node2", "node3"])
    for mode in ("freeze", "ignore"):
        outside = at(220, "vm-moved-outside-ha", vm="vm:103", to="node1")
        scenario(f"paused-{mode}-moved-outside", ONE_EACH, [pause(120, mode), outside, resume(420)], {"vm:101": "node1", "vm:102": "node2", "vm:103": "node1"})
        scenario(f"paused-{mode}-moved-outside-for-ever", ONE_EACH, [pause(120, mode), outside], {"vm:101": "node1", "vm:102": "node2", "vm:103": "node1"})
        scenario(f"paused-{mode}-unregistered", ONE_EACH, [pause(120, mode), at(220, "vm-unregister", vm="vm:103"), resume(420), power(620, "node3", "off")], dict(ALL, **{"vm:103": False}))
        scenario(f"paused-{mode}-registered-for-ever", ONE_EACH, [pause(120, mode), register(220, "vm:104", "node1")], dict(ALL, **{"vm:104": False}))
        scenario(f"paused-{mode}-manager-lost", ONE_EACH, [pause(120, mode), power(220, "node1", "off"), resume(520)], ALL, fenced=["node1"], recovered=[("vm:101", "node1", 220)], master=[("node1", 220)])
        scenario(f"paused-{mode}-all-off-and-on", ONE_EACH, [pause(120, mode)] + [power(220, h, "off") for h in ("node1", "node2", "node3")]
                 + [power(420, h, "on") for h in ("node1", "node2", "node3")] + [resume(620)], ALL)
        scenario(f"paused-{mode}-in-the-instant-of-the-fault", ONE_EACH, [pause(120, mode), power(120, "node3", "off"), resume(620)], ALL, fenced=["node3"])
        scenario(f"paused-{mode}-before-there-is-a-majority", ONE_EACH, [pause(120, mode), power(220, "node2", "on"), power(320, "node3", "on"), resume(520)], ALL, on=["node1"], fenced=["node3"])
        scenario(f"paused-{mode}-shutdown", ONE_EACH, [pause(120, mode), at(220, "host-shutdown", host="node3"), resume(520)], ALL, fenced=["node3"], recovered=[("vm:103", "node3", 220)])
        scenario(f"paused-{mode}-maintenance-ends", ONE_EACH, [enter, pause(320, mode), maintenance(420, "node3", "leave"), resume(620)], ALL)
        scenario(f"paused-{mode}-while-a-vm-waits", ONE_EACH, [net(120, "node3", "off"), pause(520, mode), power(620, "node3", "on"), resume(820)], ALL, rules=[third], fenced=["node3"])
        scenario(f"armed-again-after-{mode}", ONE_EACH, [pause(120, mode), resume(320), net(520, "node3", "off"), power(820, "node3", "on")], ALL, fenced=["node3"], recovered=[("vm:103", "node3", 520)])
    for policy in ("conditional", "failover", "freeze", "migrate"):
        by = dict(shutdownPolicy=policy)
        scenario(f"shutdown-{policy}-of-an-isolated-host", ONE_EACH, [net(120, "node3", "off"), at(120, "host-shutdown", host="node3")], ALL, settings=by, fenced=["node3"])
        scenario(f"reboot-{policy}-of-an-isolated-host", ONE_EACH, [net(120, "node3", "off"), at(120, "host-reboot", host="node3")], ALL, settings=by, fenced=["node3"])
        scenario(f"shutdown-{policy}-of-stopped-vms", [vm("vm:101", "node1"), vm("vm:103", "node3", "stopped"), vm("vm:104", "node3", "disabled")],
                 [at(120, "host-shutdown", host="node3"), want(520, "vm:103", "started")], {"vm:101": True, "vm:103": policy != "freeze", "vm:104": False}, settings=by, fenced=["node3"])
        scenario(f"shutdown-{policy}-then-disabled", ONE_EACH, [at(120, "host-shutdown", host="node3"), want(320, "vm:103", "disabled"), power(620, "node3", "on")], dict(ALL, **{"vm:103": False}),
                 settings=by, fenced=["node3"])
        scenario(f"shutdown-{policy}-of-all-then-on", ONE_EACH, [at(120, "host-shutdown", host=h) for h in ("node1", "node2", "node3")] + [power(620, h, "on") for h in ("node1", "node2", "node3")], ALL,
                 settings=by, fenced=["node1", "node2", "node3"])
    for times, again in ((5, True), (6, False)):
        scenario(f"relocations-stay-used-up-{times}", [vm("fa:130", "node2", startFailsFirstN=times)], [want(320, "fa:130", "disabled"), want(520, "fa:130", "started")], {"fa:130": again})
    scenario("relocations-are-forgotten-with-the-vm", [vm("fa:130", "node2", startFailsFirstN=6)], [want(320, "fa:130", "ignored"), want(520, "fa:130", "started")], {"fa:130": True})
    for times in (7, 8):
        scenario(f"fails-on-its-only-host-{times}", [vm("fa:130", "node2", startFailsFirstN=times, maxRestart=1, maxRelocate=3)], [], {"fa:130": "node2" if times == 7 else False},
                 rules=[bind("r1", ["fa:130"], {"node2": 0})])
    for strict in (True, False):
        rule = bind("r1", ["vm:101"], {"node3": 2, "node2": 1}, strict)
        for back, host in ((True, "node3"), (False, "node2")):
            scenario(f"fails-back-{back}-{'must' if strict else 'should'}".lower(), [vm("vm:101", "node3", failback=back)], [net(120, "node3", "off"), power(620, "node3", "on")], {"vm:101": host}, rules=[rule],
                     fenced=["node3"], recovered=[("vm:101", "node3", 120)])
    scenario("group-fails-back", [vm("vm:101", "node3"), vm("vm:102", "node3"), vm("vm:103", "node1")], [power(120, "node3", "off"), power(620, "node3", "on")],
             {"vm:101": "node3", "vm:102": "node3", "vm:103": True}, rules=[together("t", "vm:101", "vm:102"), apart("a", "vm:101", "vm:103"), bind("h", ["vm:101", "vm:102"], {"node3": 0}, False)], fenced=["node3"])
    scenario("three-priorities", [vm("vm:101", "node1")], [power(320, "node3", "off"), power(620, "node2", "off"), power(920, "node3", "on"), power(1220, "node2", "on")], {"vm:101": "node3"}, hosts=5,
             rules=[bind("h", ["vm:101"], {"node3": 9, "node2": 5, "node1": 1})], fenced=["node3", "node2"])
    scenario("all-at-once", ONE_EACH, [power(120, "node3", "off"), maintenance(120, "node2", "enter"), want(120, "vm:102", "stopped"), want(120, "vm:102", "started"), move(120, "vm:101", "node2"),
                                       at(120, "agent-restart", host="node1"), pause(120), resume(120)], ALL, fenced=["node3"], recovered=[("vm:103", "node3", 120)])
    scenario("off-and-on-at-once", ONE_EACH, [power(120, "node3", "off"), power(120, "node3", "on")], ALL, fenced=["node3"])
    scenario("events-out-of-order", ONE_EACH, [want(320, "vm:103", "started"), want(120, "vm:103", "stopped")], ALL)
    scenario("events-before-the-first-host", ONE_EACH, [want(0, "vm:103", "disabled"), resume(0), net(0, "node1", "off"), at(0, "host-shutdown", host="node1")], dict(ALL, **{"vm:103": False}))
    scenario("maintenance-and-isolated-at-once", ONE_EACH, [enter, net(120, "node3", "off")], ALL, fenced=["node3"], recovered=[("vm:103", "node3", 120)])
    scenario("maintenance-begins-while-off", ONE_EACH, [power(120, "node3", "off"), maintenance(320, "node3", "enter"), power(520, "node3", "on"), maintenance(720, "node3", "leave")], ALL, fenced=["node3"],
             recovered=[("vm:103", "node3", 120)])
    scenario("maintenance-bound-power-lost", ONE_EACH, [enter, power(320, "node3", "off")], dict(ALL, **{"vm:103": False}), rules=[third], fenced=["node3"])
    scenario("stopped-leaves-a-lost-host", [vm("vm:101", "node1"), vm("vm:103", "node3", "stopped")], [net(120, "node3", "off"), want(420, "vm:103", "started")], {"vm:101": "node1", "vm:103": True}, fenced=["node3"],
             recovered=[("vm:103", "node3", 120)])
    for word, fenced in (("disabled", []), ("stopped", ["node3"])):
        scenario(f"{word}-stays-so-on-a-lost-host", [vm("vm:101", "node1"), vm("vm:103", "node3", word)], [power(120, "node3", "off")], {"vm:101": "node1", "vm:103": False}, fenced=fenced)
    for word, events in (("disabled", [want(420, "vm:103", "disabled")]), ("ignored", [want(420, "vm:103", "ignored")]), ("unregistered", [at(420, "vm-unregister", vm="vm:103")]), ("moved", [move(420, "vm:103", "node1")])):
        scenario(f"{word}-while-it-waits", ONE_EACH, [net(120, "node3", "off")] + events + ([] if word == "moved" else [power(620, "node3", "on")]), dict(ALL, **{"vm:103": False}), rules=[third], fenced=["node3"])
    vast = [vm(f"vm:{100 + i}", "node1", size=dict(cpuCores=64.0, memBytes=1e12)) for i in range(6)]
    scenario("vaster-than-any-host", vast, [net(320, "node1", "off")], {v["id"]: True for v in vast}, settings=dict(placementScore="configured-size", placeOnStart=True), size=dict(cpuCores=2, memBytes=1e9), fenced=["node1"])
    odd = ["n\u00f6de 1", "node/2", "a\"b'<>&;"]
    names = ["vm:\u00fc 1", "vm:\u00fc-1", "ct:" + "x" * 300]
    scenario("names \u00fc \"of\" any/kind", [dict(vm("vm:1", h), id=n) for n, h in zip(names, odd)], [net(120, odd[2], "off")], {n: True for n in names}, rules=[apart("r \u00fc/1", *names[:2]), bind("move-vm-1", [names[2]], {odd[0]: 0}, False)],
             fenced=[odd[2]], names=odd)
    scenario("one-host-many-vms", [vm(f"vm:{1000 + i}", "node1") for i in range(100)], [], {f"vm:{1000 + i}": "node1" for i in range(100)}, hosts=1)
    many = [vm(f"vm:{1000 + i}", f"node{1 + i % 30}") for i in range(100)]
    scenario("thirty-hosts-ten-lost", many, [power(120, f"node{i}", "off") for i in range(1, 11)], {v["id"]: True for v in many}, hosts=30, fenced=[f"node{i}" for i in range(1, 11)],
             rules=[apart("a", *[f"vm:{1000 + i}" for i in range(15)]), together("t", *[f"vm:{1020 + i}" for i in range(10)]), bind("b", ["vm:1040", "vm:1041"], {"node12": 0, "node1": 3})])


for part in (faults_and_majorities, requested_states, pauses, drains, rules, failures, odds, read_a_second_time):
    part()
target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "resources", "own-scenarios.json")
with open(target, "w", encoding="utf-8") as out:
    out.write('{"schema": "neutral-ha-scenarios/1", "scenarios": [\n')
    out.write(",\n".join(json.dumps(s, separators=(",", ":")) for s in SCENARIOS))
    out.write("\n]}\n")
print(len(SCENARIOS), "scenarios")
