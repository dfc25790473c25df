import type { Severity, TimelineEvent } from "./types";

export interface EventFilter {
  /** Part of the sentence in either language, or of the code. */
  text: string;
  severity: Severity | "all";
  hostId: string | null;
}

export function matches(event: TimelineEvent, filter: EventFilter): boolean {
  const wanted = filter.text.trim().toLowerCase();
  return (
    (filter.severity === "all" || event.severity === filter.severity) &&
    (filter.hostId === null || event.hostId === filter.hostId) &&
    (wanted === "" || [event.text.en, event.text.zh, event.code].some((text) => text.toLowerCase().includes(wanted)))
  );
}

/** Both lists as one, newest first, each event once. */
export function merge(live: readonly TimelineEvent[], stored: readonly TimelineEvent[]): TimelineEvent[] {
  const byId = new Map([...stored, ...live].map((event) => [event.id, event]));
  return [...byId.values()].sort((a, b) => b.id - a.id);
}
