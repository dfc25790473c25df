import { StatusGlyph } from "../common/StatusGlyph";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import { type Witness, witnessLight } from "../model/management";
import type { Light } from "../model/types";
import { SeenAgo } from "./NodeCard";

interface WitnessCardProps {
  kind: "arbiter" | "gateway";
  witness: Witness | null;
  now: number;
}

/** The arbiter (the third vote) or the gateway (evidence only, never a vote). */
export function WitnessCard({ kind, witness, now }: WitnessCardProps) {
  const words = useWords();
  const formats = useFormats();
  const absent: Light = kind === "arbiter" ? "fault" : "unknown";
  const light = witness === null ? absent : witnessLight(witness, now);
  const state = light === "ok" ? "reachableWord" : light === "fault" ? "unreachable" : "unknown";
  return (
    <section className={`witness tone-${light}`} data-witness={kind} data-light={light}>
      <header>
        <StatusGlyph light={light} size={14} />
        <h3>{words.t(`management.${kind}`)}</h3>
        <span className="witness-state">
          {witness === null ? words.t("management.absent") : words.t(`management.${state}`)}
        </span>
      </header>
      <p className="muted">{words.t(`management.${kind}Hint`)}</p>
      {witness === null ? null : (
        <p className="witness-place">
          {witness.host === null ? null : <strong>{witness.host}</strong>}
          <span className="num">{witness.address}</span>
          <SeenAgo seenAt={witness.seenAt} now={now} />
        </p>
      )}
      {witness === null || witness.placed === null ? null : (
        <p className="muted" data-testid="arbiter-why">
          {formats.text(witness.placed.text)} <SeenAgo seenAt={witness.placed.since} now={now} />
        </p>
      )}
    </section>
  );
}
