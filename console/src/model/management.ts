import { worst } from "./cluster";
import type { Light, Text } from "./types";

// The management plane as the page shows it: two nodes, the virtual IP, the arbiter, and who leads.

export interface NodeService {
  name: string;
  light: Light;
  detail: string;
  seenAt: number | null;
}

export interface ManagementNode {
  name: string;
  address: string | null;
  /** The node that answered. */
  isSelf: boolean;
  role: string;
  epoch: number | null;
  seenAt: number | null;
  services: NodeService[];
  vip: { held: boolean | null; reachable: boolean | null; seenAt: number | null };
  database: {
    state: string;
    position: string | null;
    /** Transactions that the other node has and this one has not applied yet. */
    behind: number | null;
    members: number | null;
    seenAt: number | null;
  };
}

export interface Witness {
  host: string | null;
  address: string;
  reachable: boolean | null;
  seenAt: number | null;
  /** Why a host's agent runs it there, and since when; null where none does. */
  placed: { text: Text; since: number | null } | null;
}

export interface SwitchOver {
  at: number;
  cause: string;
  from: string | null;
  to: string;
  durationMillis: number | null;
  epoch: number;
  text: Text;
}

export interface ManagementAlarm {
  code: string;
  node: string;
  text: Text;
  detail: string;
  seenAt: number | null;
}

export interface Management {
  isPair: boolean;
  now: number;
  leader: string | null;
  epoch: number;
  nodes: ManagementNode[];
  vip: { address: string; heldBy: string[] } | null;
  arbiter: Witness | null;
  gateway: Witness | null;
  switchOvers: SwitchOver[];
  alarms: ManagementAlarm[];
}

/** What was seen longer ago than this is shown as unknown: a light must not outlive its evidence. */
export const freshMillis = 10_000;

const databaseLights: Record<string, Light> = {
  primary: "ok",
  embedded: "ok",
  joining: "degraded",
  "non-primary": "fault",
  down: "fault",
};

function isFresh(seenAt: number | null, now: number): boolean {
  return seenAt !== null && now - seenAt <= freshMillis;
}

export function databaseLight(node: ManagementNode, now: number): Light {
  if (!isFresh(node.database.seenAt, now)) return "unknown";
  const light = databaseLights[node.database.state] ?? "unknown";
  return light === "ok" && (node.database.behind ?? 0) > 0 ? "degraded" : light;
}

export function serviceLight(service: NodeService, now: number): Light {
  return isFresh(service.seenAt, now) ? service.light : "unknown";
}

export function witnessLight(witness: Witness, now: number): Light {
  if (witness.reachable === null || !isFresh(witness.seenAt, now)) return "unknown";
  return witness.reachable ? "ok" : "fault";
}

/** What a node says of the virtual IP, or unknown when it said so too long ago. */
export function vipViewLight(node: ManagementNode, word: "held" | "reachable", now: number): Light {
  const value = node.vip[word];
  if (value === null || !isFresh(node.vip.seenAt, now)) return "unknown";
  // Not holding it is no fault: the other node does.
  return word === "held" || value ? "ok" : "fault";
}

/** A node that is not heard of is a fault of the pair, whatever its last words were. */
export function nodeLight(node: ManagementNode, now: number): Light {
  if (!isFresh(node.seenAt, now)) return "fault";
  const role: Light = node.role === "unknown" ? "degraded" : "ok";
  return worst([role, databaseLight(node, now), ...node.services.map((service) => serviceLight(service, now))]);
}

/** The virtual IP is well when exactly one node holds it. */
export function vipLight(management: Management): Light {
  if (management.vip === null) return "unknown";
  return management.vip.heldBy.length === 1 ? "ok" : "fault";
}

/** What the page says on top: nobody leads, something is degraded, or all is well. */
export function overall(management: Management): "well" | "degraded" | "leaderless" | "single" {
  if (management.leader === null) return "leaderless";
  if (!management.isPair) return "single";
  const lights = [
    ...management.nodes.map((node) => nodeLight(node, management.now)),
    vipLight(management),
    management.arbiter === null ? "degraded" : witnessLight(management.arbiter, management.now),
  ];
  return management.alarms.length > 0 || lights.some((light) => light !== "ok") ? "degraded" : "well";
}

/** Same nodes, same places, whoever answers: the picture must not swap sides in a switch-over. */
export function inOrder(nodes: readonly ManagementNode[]): ManagementNode[] {
  return [...nodes].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}
