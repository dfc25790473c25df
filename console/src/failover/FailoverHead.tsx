import type { ReactNode } from "react";
import { StatusGlyph } from "../common/StatusGlyph";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import { elapsed, recovered, result, waiting, winners } from "../model/failover";
import type { Failover, Light } from "../model/types";

interface FailoverHeadProps {
  failover: Failover;
  now: number;
  titleId?: string;
  children?: ReactNode;
}

const tones: Record<ReturnType<typeof result>, Light> = { running: "degraded", complete: "ok", partial: "fault" };

/** One line: what is going on, with which host, by which proof, how many are back, and the stopwatch. */
export function FailoverHead({ failover, now, titleId, children }: FailoverHeadProps) {
  const words = useWords();
  const formats = useFormats();
  const outcome = result(failover);
  const proofs = winners(failover);
  // A failover about one VM's process is about that VM, not about its host.
  const onlyVm = failover.verdict === "vm-ended" ? (failover.recoveries[0]?.vmName ?? null) : null;
  const headline = {
    running: words.t("failover.running"),
    complete: words.t("failover.done"),
    partial: words.t("failover.partial", { count: waiting(failover) }),
  }[outcome];
  return (
    <header className="failover-head">
      <span className={`pill tone-${tones[outcome]}`} data-testid="failover-result" data-result={outcome}>
        <StatusGlyph light={tones[outcome]} size={11} />
        {headline}
      </span>
      <h2 id={titleId}>
        {failover.hostName}
        {onlyVm === null ? null : <span className="failover-vm">{onlyVm}</span>}
        {failover.verdict ? (
          <span className="failover-verdict" data-testid="failover-verdict">
            {words.hostState(failover.verdict)}
          </span>
        ) : null}
      </h2>
      <span className="failover-proofs" data-testid="failover-proofs">
        {proofs.map((kind) => (
          <span key={kind} className="proof-tag">
            {words.proof(kind)}
          </span>
        ))}
      </span>
      <span className="failover-progress">
        {words.t("failover.recovered", { done: recovered(failover), total: failover.recoveries.length })}
      </span>
      <span className="stopwatch">
        <span className="stopwatch-value">{formats.duration(elapsed(failover, now))}</span>
        <span className="stopwatch-name">{words.t(failover.isRunning ? "failover.elapsed" : "failover.total")}</span>
      </span>
      <span className="failover-tools">{children}</span>
    </header>
  );
}
