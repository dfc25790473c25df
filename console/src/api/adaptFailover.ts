import type {
  Evidence,
  Failover,
  ProofAttempt,
  ProofOutcome,
  Recovery,
  RecoveryState,
  RecoveryStep,
} from "../model/types";
import { recoverySteps } from "../model/types";
import { adaptEvent, flatText, instant, light } from "./adapt";
import type { Schemas } from "./client";

// A failover as the API tells it, as lanes and tables can show it.

const empty = { en: "", zh: "" };

function evidence(source: Schemas["Evidence"]): Evidence {
  return {
    at: instant(source.at) ?? 0,
    plane: source.plane,
    light: light(source.state),
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

/** The API may list a proof once with its latest state, or once per change of state: both become one attempt. */
function proofs(source: Schemas["Failover"], isDecided: boolean, decidedAt: number | null): ProofAttempt[] {
  const attempts = new Map<string, Schemas["Proof"][]>();
  for (const proof of source.proofs) {
    const key = [proof.kind, proof.datastore?.id ?? "", proof.vm?.id ?? ""].join("/");
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
      kind: final.kind,
      subject: final.vm?.name ?? final.datastore?.name ?? null,
      outcome: result,
      startedAt: instant(sought?.at),
      endedAt: end,
      text: flatText(final.text),
    };
  });
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
    state: source.stage as RecoveryState,
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
  // Without an event of its own: proofs are sought, and VMs marked affected, in the step that reached the verdict.
  const times = [
    ...source.proofs.map((proof) => instant(proof.at)),
    ...source.vms.flatMap((vm) => vm.steps.map((step) => instant(step.at))),
  ].flatMap((at) => at ?? []);
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
