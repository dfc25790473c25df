import { describe, expect, it } from "vitest";
import { adaptManagement } from "../api/adaptManagement";
import { apiManagement, apiNode, at } from "../testing/samples";
import {
  databaseLight,
  inOrder,
  nodeLight,
  overall,
  serviceLight,
  vipLight,
  vipViewLight,
  witnessLight,
} from "./management";

const healthy = adaptManagement(apiManagement());
const [standby] = healthy.nodes;
if (!standby) throw new Error("the sample has no node");

describe("the management plane", () => {
  it("is well when both nodes, the virtual IP and the arbiter are", () => {
    expect(overall(healthy)).toBe("well");
    expect(healthy.nodes.map((node) => nodeLight(node, healthy.now))).toEqual(["ok", "ok"]);
  });

  it("says that nobody leads before anything else", () => {
    expect(overall(adaptManagement(apiManagement({ leader: null, mode: "single" })))).toBe("leaderless");
  });

  it("is degraded without an arbiter, with a silent one, or with any alarm", () => {
    expect(overall({ ...healthy, arbiter: null })).toBe("degraded");
    const silent = { address: "10.77.1.13:4567", reachable: false, seenAt: at(0), host: null };
    expect(overall(adaptManagement(apiManagement({ arbiter: silent })))).toBe("degraded");
    const alarm = { code: "no-spare-vote", node: "mgmt1", text: { en: "a", zh: "b" }, detail: "", seenAt: at(0) };
    expect(overall(adaptManagement(apiManagement({ alarms: [alarm] })))).toBe("degraded");
  });

  it("calls a virtual IP that nobody or both hold a fault", () => {
    expect(vipLight(healthy)).toBe("ok");
    expect(vipLight({ ...healthy, vip: { address: "x", heldBy: [] } })).toBe("fault");
    expect(vipLight({ ...healthy, vip: { address: "x", heldBy: ["mgmt1", "mgmt2"] } })).toBe("fault");
  });

  it("lets no light outlive its evidence", () => {
    const later = healthy.now + 10_001;
    expect(nodeLight(standby, later)).toBe("fault");
    expect(databaseLight(standby, later)).toBe("unknown");
    expect(standby.services.map((service) => serviceLight(service, later))).toEqual(Array(5).fill("unknown"));
    expect(vipViewLight(standby, "reachable", later)).toBe("unknown");
    expect(healthy.arbiter && witnessLight(healthy.arbiter, later)).toBe("unknown");
  });

  it("shows a database that lags as degraded", () => {
    const [node] = adaptManagement(
      apiManagement({
        nodes: [apiNode("mgmt2", "standby", { database: { ...apiNode("x", "standby").database, behind: 4 } })],
      }),
    ).nodes;
    expect(node && databaseLight(node, healthy.now)).toBe("degraded");
  });

  it("keeps each node in its place, whoever answers", () => {
    expect(inOrder(healthy.nodes).map((node) => node.name)).toEqual(["mgmt1", "mgmt2"]);
  });
});
