import type { Failover, Light, ProofAttempt, ProofOutcome, Recovery, RecoveryStep } from "./types";
import { recoverySteps } from "./types";

// A failover as a story in time. Every time here is in milliseconds since detection; it can be negative for evidence
// that was learned before the first missed report made the host suspect.

export type PhaseName = "evidence" | "verdict" | "proof" | "placed" | "starting" | "running";
export type PhaseState = "done" | "active" | "pending" | "failed";

export interface Phase {
  name: PhaseName;
  state: PhaseState;
  /** When the phase was complete; null while it is not. */
  at: number | null;
  done: number;
  total: number;
}

const last = (times: readonly number[]): number | null => (times.length ? Math.max(...times) : null);
const first = (times: readonly number[]): number | null => (times.length ? Math.min(...times) : null);

function reached(recovery: Recovery, step: RecoveryStep): number | undefined {
  // A later step that is recorded proves the earlier one: take the earliest time known from there on.
  const from = recoverySteps.indexOf(step);
  const times = recoverySteps.slice(from).flatMap((later) => recovery.at[later] ?? []);
  return recovery.at[step] ?? (times.length ? Math.min(...times) : undefined);
}

/** The phases of the whole failover; each is done when every affected VM has passed it. */
export function phases(failover: Failover): Phase[] {
  const since = (at: number | null) => (at === null ? null : at - failover.detectedAt);
  const total = failover.recoveries.length;
  const steps = (name: PhaseName, step: RecoveryStep): Omit<Phase, "state"> => {
    const times = failover.recoveries.flatMap((recovery) => reached(recovery, step) ?? []);
    return { name, at: total > 0 && times.length === total ? since(last(times)) : null, done: times.length, total };
  };
  const evidenceAt = since(first(failover.evidence.map((item) => item.at)));
  const proofAt = since(
    first(failover.proofs.flatMap((proof) => (proof.outcome === "won" ? (proof.endedAt ?? []) : []))),
  );
  const proof = steps("proof", "isolated");
  const raw: Omit<Phase, "state">[] = [
    { name: "evidence", at: evidenceAt, done: failover.evidence.length, total: failover.evidence.length },
    { name: "verdict", at: since(failover.verdictAt), done: failover.verdictAt === null ? 0 : 1, total: 1 },
    { ...proof, at: proof.at ?? (total === 0 ? proofAt : null) },
    steps("placed", "placed"),
    steps("starting", "starting"),
    steps("running", "running"),
  ];
  let isOpen = failover.isRunning;
  return raw.map((phase) => {
    if (phase.at !== null) return { ...phase, state: "done" };
    if (!failover.isRunning) return { ...phase, state: total === 0 ? "pending" : "failed" };
    const state: PhaseState = isOpen ? "active" : "pending";
    isOpen = false;
    return { ...phase, state };
  });
}

export interface Segment {
  step: RecoveryStep | "waiting";
  start: number;
  end: number;
  isOpen: boolean;
}

export interface VmLane {
  recovery: Recovery;
  segments: Segment[];
}

export interface ProofLane {
  proof: ProofAttempt;
  start: number;
  end: number;
  outcome: ProofOutcome;
}

export interface Mark {
  at: number;
  light: Light;
  index: number;
}

export interface Chart {
  start: number;
  end: number;
  ticks: number[];
  evidence: Mark[];
  verdict: number | null;
  proofs: ProofLane[];
  vms: VmLane[];
}

/** Ticks at 1, 2 or 5 times a power of ten, at most `limit` of them. */
export function ticks(start: number, end: number, limit = 9): number[] {
  const raw = Math.max(1, (end - start) / limit);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw) ?? power * 10;
  const from = Math.ceil(start / step) * step;
  return Array.from({ length: Math.floor((end - from) / step) + 1 }, (_, index) => from + index * step);
}

function vmLane(recovery: Recovery, detectedAt: number, end: number): VmLane {
  const marks = recoverySteps.flatMap((step) => {
    const at = recovery.at[step];
    return at === undefined ? [] : [{ step, at: at - detectedAt }];
  });
  const isClosed = ["running", "notRestarted", "superseded"].includes(recovery.state);
  const hasIsolating = recovery.at.isolating !== undefined;
  let latest = Number.NEGATIVE_INFINITY;
  // A proof can be had before the VM is known to be affected: its step then begins where the one before it did.
  for (const mark of marks) {
    latest = Math.max(latest, mark.at);
    mark.at = latest;
  }
  const segments = marks.map((mark, index): Segment => {
    const next = marks[index + 1];
    // From "affected" on proofs are sought; where the API has no step of its own for that, the word is the same.
    const step = mark.step === "affected" && !hasIsolating ? "isolating" : mark.step;
    return { step, start: mark.at, end: next?.at ?? end, isOpen: next === undefined && !isClosed };
  });
  const final = segments.at(-1);
  if (final && recovery.state === "waiting") segments[segments.length - 1] = { ...final, step: "waiting" };
  return { recovery, segments };
}

/** The whole failover as lanes over one time axis; `now` (epoch milliseconds) closes what is still open. */
export function chart(failover: Failover, now: number): Chart {
  const zero = failover.detectedAt;
  const closed = [
    failover.verdictAt,
    failover.endedAt,
    ...failover.evidence.map((item) => item.at),
    ...failover.proofs.flatMap((proof) => (proof.outcome === "won" ? [proof.startedAt, proof.endedAt] : [])),
    ...failover.recoveries.flatMap((recovery) => Object.values(recovery.at)),
  ].flatMap((at) => (at === null || at === undefined ? [] : [at - zero]));
  const known = Math.max(500, ...closed);
  const end = failover.isRunning ? Math.max(known, now - zero) * 1.02 : known * 1.06;
  const earliest = Math.min(0, ...closed);
  const start = earliest < 0 ? Math.max(earliest, -end / 4) : 0;
  return {
    start,
    end,
    ticks: ticks(start, end),
    evidence: failover.evidence.map((item, index) => ({
      at: Math.max(start, item.at - zero),
      light: item.light,
      index,
    })),
    verdict: failover.verdictAt === null ? null : failover.verdictAt - zero,
    proofs: failover.proofs.map((proof) => {
      const close = Math.max(start, Math.min(end, proof.endedAt === null ? end : proof.endedAt - zero));
      // Every question is asked when the host becomes suspect (safety argument, section 5); only force waits for the verdict.
      const asked = proof.kind === "power-off-command" ? (failover.verdictAt ?? zero) : zero;
      const begin = Math.max(start, (proof.startedAt ?? asked) - zero);
      return { proof, outcome: proof.outcome, start: Math.min(begin, close), end: close };
    }),
    vms: failover.recoveries.map((recovery) => vmLane(recovery, zero, end)),
  };
}

/** Milliseconds from detection to the end, or to `now` while it runs. */
export function elapsed(failover: Failover, now: number): number {
  return Math.max(0, (failover.endedAt ?? now) - failover.detectedAt);
}

export const waiting = (failover: Failover) =>
  failover.recoveries.filter((recovery) => recovery.state === "waiting").length;

export const recovered = (failover: Failover) =>
  failover.recoveries.filter((recovery) => recovery.state === "running").length;

export type FailoverResult = "running" | "complete" | "partial";

export function result(failover: Failover): FailoverResult {
  if (failover.isRunning) return "running";
  return failover.state === "waiting" || waiting(failover) > 0 ? "partial" : "complete";
}

/** The kinds of proof that made the restarts safe, each once; before the first restart, those that have won so far. */
export function winners(failover: Failover): string[] {
  const won = failover.proofs
    .filter((proof) => proof.outcome === "won")
    .sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0))
    .map((proof) => proof.kind);
  const used = failover.recoveries.flatMap((recovery) => recovery.proofs);
  return [...new Set(used.length > 0 ? used : won)];
}

/** All attempts at one kind of proof as one lane: a failover of six VMs seeks "process ended" six times. */
export interface ProofGroup {
  kind: string;
  outcome: ProofOutcome;
  won: number;
  total: number;
  start: number;
  end: number;
}

const outcomeOrder: readonly ProofOutcome[] = ["won", "pending", "lost", "failed", "notApplicable"];

export function proofGroups(failover: Failover, view: Chart): ProofGroup[] {
  const kinds = [...new Set(failover.proofs.map((proof) => proof.kind))];
  return kinds.map((kind) => {
    const lanes = view.proofs.filter((lane) => lane.proof.kind === kind);
    const outcomes = lanes.map((lane) => lane.outcome);
    const isOpen = outcomes.includes("pending");
    const outcome = isOpen ? "pending" : (outcomeOrder.find((candidate) => outcomes.includes(candidate)) ?? "pending");
    const ends = lanes.filter((lane) => lane.outcome === outcome).map((lane) => lane.end);
    return {
      kind,
      outcome,
      won: outcomes.filter((item) => item === "won").length,
      total: lanes.length,
      start: Math.min(...lanes.map((lane) => lane.start)),
      end: Math.max(...ends),
    };
  });
}
