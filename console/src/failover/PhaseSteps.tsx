import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import { type Phase, phases } from "../model/failover";
import type { Failover } from "../model/types";

/** Evidence → verdict → proof → placed → start → running, each with its time since detection. */
export function PhaseSteps({ failover }: { failover: Failover }) {
  const words = useWords();
  return (
    <ol className="phases">
      {phases(failover).map((phase) => (
        <li
          key={phase.name}
          className={`phase phase-${phase.state}`}
          data-phase={phase.name}
          data-phase-state={phase.state}
        >
          <PhaseMark state={phase.state} />
          <span className="phase-name">{words.phase(phase.name)}</span>
          <PhaseTime phase={phase} />
        </li>
      ))}
    </ol>
  );
}

function PhaseTime({ phase }: { phase: Phase }) {
  const formats = useFormats();
  const isCounted = phase.total > 1 && phase.name !== "evidence";
  if (phase.at !== null) return <span className="phase-time">{formats.duration(phase.at)}</span>;
  return <span className="phase-time">{isCounted ? `${phase.done} / ${phase.total}` : "–"}</span>;
}

const marks: Record<Phase["state"], React.ReactNode> = {
  done: <path d="M4 8.4l2.7 2.7L12.2 5" />,
  active: <circle cx="8" cy="8" r="2.6" className="phase-pulse" />,
  pending: <path d="M5.4 8h5.2" />,
  failed: <path d="M5 5l6 6M11 5l-6 6" />,
};

function PhaseMark({ state }: { state: Phase["state"] }) {
  return (
    <svg className="phase-mark" width="20" height="20" viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="7.2" className="phase-disc" />
      {marks[state]}
    </svg>
  );
}
