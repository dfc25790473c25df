import type { Management, ManagementNode, SwitchOver, Witness } from "../model/management";
import type { Light } from "../model/types";
import { instant } from "./adapt";
import type { Schemas } from "./client";

// The answer of GET /management as the page shows it.

const lights: Record<string, Light> = { ok: "ok", fault: "fault" };

function adaptNode(node: Schemas["ManagementNode"]): ManagementNode {
  return {
    name: node.name,
    address: node.address,
    isSelf: node.self,
    role: node.role,
    epoch: node.epoch,
    seenAt: instant(node.seenAt),
    services: node.services.map((service) => ({
      name: service.name,
      light: lights[service.state] ?? "unknown",
      detail: service.detail,
      seenAt: instant(service.seenAt),
    })),
    vip: { held: node.vip.held, reachable: node.vip.reachable, seenAt: instant(node.vip.seenAt) },
    database: {
      state: node.database.state,
      position: node.database.position,
      behind: node.database.behind,
      members: node.database.members ?? null,
      seenAt: instant(node.database.seenAt),
    },
  };
}

function adaptPlacement(placement: Schemas["ArbiterState"] | undefined): Witness["placed"] {
  const text = placement?.text ?? null;
  return placement === undefined || text === null
    ? null
    : { text: { en: text.en ?? "", zh: text.zh ?? "" }, since: instant(placement.since) };
}

function adaptWitness(witness: Schemas["ManagementWitness"] | null): Witness | null {
  return witness === null
    ? null
    : {
        host: witness.host ?? null,
        address: witness.address,
        reachable: witness.reachable,
        seenAt: instant(witness.seenAt),
        placed: adaptPlacement(witness.placement),
      };
}

function adaptSwitchOver(switchOver: Schemas["SwitchOver"]): SwitchOver {
  return { ...switchOver, at: instant(switchOver.at) ?? 0, text: switchOver.text };
}

export function adaptManagement(answer: Schemas["ManagementStatus"]): Management {
  return {
    isPair: answer.mode === "pair",
    now: instant(answer.now) ?? Date.now(),
    leader: answer.leader,
    epoch: answer.epoch,
    nodes: answer.nodes.map(adaptNode),
    vip: answer.vip,
    arbiter: adaptWitness(answer.arbiter),
    gateway: adaptWitness(answer.gateway),
    switchOvers: answer.switchOvers.map(adaptSwitchOver),
    alarms: answer.alarms.map((alarm) => ({ ...alarm, seenAt: instant(alarm.seenAt) })),
  };
}
