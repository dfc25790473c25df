// What the pages show. The adapter (api/adapt.ts) makes these from the API's answers, so that a page never meets an
// absent field or a value that this build of the console does not know.

export type Locale = "en" | "zh";

/** A text of the server, in both languages. */
export interface Text {
  en: string;
  zh: string;
}

/** The four values of a light. Every one has its own shape and word besides its colour. */
export type Light = "ok" | "degraded" | "fault" | "unknown";

export type PlaneName = "management" | "storage" | "business";
export const planeNames: readonly PlaneName[] = ["management", "storage", "business"];

export interface Plane {
  name: PlaneName;
  light: Light;
  /** Epoch milliseconds of the last change, by the manager's clock. */
  since: number | null;
  evidence: Text[];
}

/** One of the small facts under the planes: power, BMC, agent, watchdog. */
export interface Fact {
  light: Light;
  /** A key below `fact.` in the console's texts. */
  word: string;
  detail: Text[];
  since: number | null;
}

export interface Capacity {
  total: number;
  allocated: number;
  /** Measured use; null when not reported. */
  used: number | null;
}

export interface Host {
  id: string;
  name: string;
  clusterId: string;
  address: string;
  /** The worst that is known of the host. */
  light: Light;
  /** The host in one word of the API: `ok`, `suspect`, `dead` … */
  state: string;
  stateSince: number | null;
  isInMaintenance: boolean;
  planes: Record<PlaneName, Plane>;
  power: Fact;
  bmc: Fact;
  agent: Fact;
  watchdog: Fact;
  cpu: Capacity;
  memory: Capacity;
  /** `kvm` or `tcg`. */
  accelerator: string | null;
  version: string | null;
}

export type VmLight = "running" | "starting" | "recovering" | "waiting" | "paused" | "stopping" | "stopped" | "unknown";

export interface Vm {
  id: string;
  name: string;
  clusterId: string;
  hostId: string | null;
  hostName: string | null;
  state: VmLight;
  /** Stage of the running or last recovery. */
  stage: RecoveryState | null;
  reason: Text | null;
  run: number;
  cpuCores: number;
  memoryBytes: number;
  disks: number;
  isProtected: boolean;
  /** Somebody wants it to run. */
  isWanted: boolean;
  /** Its host has no watchdog, and the cluster is set to trust an expired lease all the same. */
  hasWeakProof: boolean;
  since: number | null;
}

export interface Evidence {
  at: number;
  /** `management`, `storage`, `business`, `power`, or another source by name. */
  plane: string;
  light: Light;
  source: string | null;
  text: Text;
}

export type ProofOutcome = "pending" | "won" | "lost" | "failed" | "notApplicable";

export interface ProofAttempt {
  key: string;
  /** powered-off, lease-expired, process-ended, locked-out, operator-confirmed. */
  kind: string;
  /** What it is sought for: the host, a datastore, a VM. */
  subject: string | null;
  outcome: ProofOutcome;
  startedAt: number | null;
  endedAt: number | null;
  text: Text | null;
}

/** The steps of one VM's recovery in order (safety argument, section 6). */
export type RecoveryStep = "affected" | "isolating" | "isolated" | "placed" | "starting" | "running";
export const recoverySteps: readonly RecoveryStep[] = [
  "affected",
  "isolating",
  "isolated",
  "placed",
  "starting",
  "running",
];
/** `notRestarted`: by policy or because nobody wants it to run. `superseded`: another failover has taken it over. */
export type RecoveryState = RecoveryStep | "waiting" | "notRestarted" | "superseded";

export interface Recovery {
  vmId: string;
  vmName: string;
  state: RecoveryState;
  reason: Text | null;
  fromHost: string | null;
  toHost: string | null;
  run: number | null;
  /** Kinds of the proofs that made it safe. */
  proofs: string[];
  at: Partial<Record<RecoveryStep, number>>;
}

export interface Failover {
  id: string;
  clusterId: string;
  hostId: string;
  hostName: string;
  verdict: string | null;
  summary: Text | null;
  verdictAt: number | null;
  detectedAt: number;
  endedAt: number | null;
  /** `waiting`: nothing moves now, but at least one VM still waits for something. */
  state: "running" | "waiting" | "done";
  isRunning: boolean;
  evidence: Evidence[];
  proofs: ProofAttempt[];
  recoveries: Recovery[];
  story: TimelineEvent[];
}

export type Severity = "info" | "warning" | "error";

export interface TimelineEvent {
  id: number;
  at: number;
  severity: Severity;
  code: string;
  text: Text;
  hostId: string | null;
  vmId: string | null;
  failoverId: string | null;
}

export interface Alarm {
  id: string;
  severity: Severity;
  code: string;
  hostId: string | null;
  since: number | null;
  text: Text;
}

export interface Cluster {
  id: string;
  name: string;
  leaseProfile: string;
  /** Milliseconds of silence after which a lease is proven expired (E of the safety argument). */
  expiryMillis: number;
}

export interface ManagerStatus {
  version: string;
  managerId: string;
  role: string;
  epoch: number;
  startedAt: string;
}
