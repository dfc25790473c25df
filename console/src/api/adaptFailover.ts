import type {
  Evidence,
  Failover,
  Light,
  ProofAttempt,
  ProofOutcome,
  Recovery,
  RecoveryState,
  RecoveryStep,
} from "../model/types";
import { recoverySteps } from "../model/types";
import { adaptEvent, flatText, instant } from "./adapt";
import type { Schemas } from "./client";

// A failover as the API tells it, as lanes and tables can show it.

const empty = { en: "", zh: "" };

// What a piece of evidence means for the host, by the code of its message.
const evidenceLights: Record<string, Light> = {
  "seen-report-missed": "degraded",
  "seen-connection-broken": "degraded",
  "seen-never-reported": "degraded",
  "seen-lease": "degraded",
  "seen-lease-alive": "ok",
  "seen-lease-lost": "fault",
  "seen-uplink-down": "fault",
  "seen-new-boot": "degraded",
  "seen-vm-ended": "degraded",
  "seen-operator": "fault",
};

// The host's kernel answers for an agent that hangs or is gone: the host lives.
const peerLights: Record<string, Light> = {
  AGENT_ANSWERS: "ok",
  AGENT_SILENT: "degraded",
  REFUSED: "degraded",
  SILENT: "fault",
};

function evidenceLight(source: Schemas["Evidence"]): Light {
  const { code, arguments: words = [] } = source.text;
  if (code === "seen-power") return { OFF: "fault" as const, ON: "ok" as const }[words[0] ?? ""] ?? "unknown";
  if (code === "seen-peer") return peerLights[words[1] ?? ""] ?? "unknown";
  return evidenceLights[code] ?? "unknown";
}

function evidence(source: Schemas["Evidence"]): Evidence {
  return {
    at: instant(source.at) ?? 0,
    plane: source.plane,
    light: evidenceLight(source),
    source: source.source || null,
    text: flatText(source.text) ?? empty,
  };
}

function outcome(state: string, isDecided: boolean): ProofOutcome {
  if (state === "obtained") return "won";
  if (state === "failed") return "failed";
  if (state === "not-applicable") return "notApplicable";
  return isDecided ? "lost" : "pending";
}

/** One kind of proof can be sought in more than one way: power can be seen off, or commanded off. */
const way = (proof: Schemas["Proof"]): string => proof.rung ?? proof.kind;

/** The API may list a proof once with its latest state, or once per change of state: both become one attempt. */
function proofs(source: Schemas["Failover"], isDecided: boolean, decidedAt: number | null): ProofAttempt[] {
  const attempts = new Map<string, Schemas["Proof"][]>();
  for (const proof of source.proofs) {
    const key = [way(proof), proof.host?.id ?? ""].join("/");
    attempts.set(key, [...(attempts.get(key) ?? []), proof]);
  }
  return [...attempts].map(([key, entries]) => {
    const ordered = [...entries].sort((a, b) => a.afterMillis - b.afterMillis);
    const final = ordered.findLast((entry) => entry.state === "obtained") ?? (ordered.at(-1) as Schemas["Proof"]);
    const result = outcome(final.state, isDecided);
    const sought = ordered.find((entry) => entry.state === "sought");
    const end = result === "lost" ? decidedAt : result === "pending" ? null : instant(final.at);
    return {
      key,
      kind: way(final),
      subject: final.host?.name ?? null,
      outcome: result,
      // A single entry bears the time of its latest state: when the seeking began is not told.
      startedAt: ordered.length > 1 ? instant(sought?.at) : null,
      endedAt: end,
      text: flatText(final.text),
    };
  });
}

function recoveryState(source: Schemas["FailoverVm"]): RecoveryState {
  if (source.result === "not-restarted") return "notRestarted";
  return source.result === "superseded" ? "superseded" : source.stage;
}

function recovery(source: Schemas["FailoverVm"]): Recovery {
  const at: Partial<Record<RecoveryStep, number>> = {};
  for (const step of source.steps) {
    const name = step.stage as RecoveryStep;
    const time = instant(step.at);
    // A VM that was tried on a second host passes a step twice: the last time counts.
    if (recoverySteps.includes(name) && time !== null) at[name] = time;
  }
  return {
    vmId: source.vm.id,
    vmName: source.vm.name,
    state: recoveryState(source),
    reason: flatText(source.waiting),
    fromHost: source.from.name,
    toHost: source.to?.name ?? null,
    run: source.run ?? null,
    proofs: source.proofs ?? [],
    at,
  };
}

function verdictAt(source: Schemas["Failover"]): number | null {
  if (!source.verdict) return null;
  const told = source.timeline.find((event) => /verdict/.test(event.code));
  if (told) return instant(told.at);
  // Without an event of its own: VMs are marked affected in the step that reached the verdict.
  const affected = source.vms.flatMap((vm) => vm.steps.filter((step) => step.stage === "affected"));
  const times = (affected.length ? affected : source.proofs).flatMap((item) => instant(item.at) ?? []);
  return times.length ? Math.min(...times) : null;
}

export function adaptFailover(source: Schemas["Failover"]): Failover {
  const recoveries = source.vms.map(recovery);
  const isolated = recoveries.map((item) => item.at.isolated ?? item.at.placed ?? item.at.running ?? null);
  const isDecided = source.state === "done" || (isolated.length > 0 && isolated.every((at) => at !== null));
  const times = isolated.flatMap((at) => at ?? []);
  const detectedAt = instant(source.startedAt) ?? 0;
  return {
    id: source.id,
    clusterId: source.cluster.id,
    hostId: source.host.id,
    hostName: source.host.name,
    verdict: source.verdict ?? null,
    summary: flatText(source.text),
    verdictAt: verdictAt(source),
    detectedAt,
    endedAt: instant(source.endedAt) ?? (source.durationMillis ? detectedAt + source.durationMillis : null),
    state: source.state,
    isRunning: source.state === "running",
    evidence: source.evidence.map(evidence).sort((a, b) => a.at - b.at),
    proofs: proofs(source, isDecided, times.length ? Math.max(...times) : instant(source.endedAt)),
    recoveries,
    story: source.timeline.map(adaptEvent).sort((a, b) => a.at - b.at || a.id - b.id),
  };
}
