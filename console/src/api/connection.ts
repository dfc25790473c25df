import { useSyncExternalStore } from "react";

// Whether what the page shows is fresh. A dead TCP peer sends nothing, and EventSource does not notice that; so the age
// of the last contact counts as well as the state of the stream: contact is any answer or any message.

export type StreamPhase = "connecting" | "open" | "broken";
export type ConnectionPhase = "connecting" | "live" | "lost";

export interface Connection {
  phase: ConnectionPhase;
  /** Milliseconds since the last contact; null when there was none yet. */
  ageMillis: number | null;
}

/** Three polls of the status (2 s each) without an answer. */
export const silenceMillis = 6500;
/** A stream that reconnects within this time is not worth a banner. */
export const graceMillis = 1200;

export class ConnectionMonitor {
  private stream: StreamPhase = "connecting";
  private brokenSince: number | null = null;
  private lastContactAt: number | null = null;
  private readonly startedAt: number;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly now: () => number = () => performance.now()) {
    this.startedAt = now();
  }

  contact(): void {
    this.lastContactAt = this.now();
    this.tell();
  }

  streamIs(phase: StreamPhase): void {
    if (phase === "broken") this.brokenSince ??= this.now();
    if (phase === "open") this.brokenSince = null;
    if (phase === this.stream) return;
    this.stream = phase;
    if (phase === "open") this.lastContactAt = this.now();
    this.tell();
  }

  read(): Connection {
    const now = this.now();
    const age = this.lastContactAt === null ? null : now - this.lastContactAt;
    const isBroken = this.brokenSince !== null && now - this.brokenSince > graceMillis;
    if (age === null) return { phase: now - this.startedAt > silenceMillis ? "lost" : "connecting", ageMillis: null };
    if (isBroken || age > silenceMillis) return { phase: "lost", ageMillis: age };
    return { phase: this.stream === "open" || this.stream === "broken" ? "live" : "connecting", ageMillis: age };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

export const connection = new ConnectionMonitor();

/** The state of the connection, read anew every half second so that the age grows before the person's eyes. */
export function useConnection(monitor: ConnectionMonitor = connection): Connection {
  const key = useSyncExternalStore(
    (listener) => {
      const timer = setInterval(listener, 500);
      const end = monitor.subscribe(listener);
      return () => {
        clearInterval(timer);
        end();
      };
    },
    () => {
      const { phase, ageMillis } = monitor.read();
      // Whole seconds are enough while live; a snapshot must be stable between two changes.
      return `${phase}:${phase === "live" || ageMillis === null ? "" : Math.floor(ageMillis / 1000)}`;
    },
  );
  const [phase, seconds] = key.split(":");
  return { phase: phase as ConnectionPhase, ageMillis: seconds ? Number(seconds) * 1000 : null };
}
