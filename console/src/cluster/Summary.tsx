import { Link } from "@tanstack/react-router";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import { figures } from "../model/cluster";
import { elapsed } from "../model/failover";
import type { Failover, Host, Vm } from "../model/types";

interface SummaryProps {
  hosts: readonly Host[];
  vms: readonly Vm[];
  lastFailover: Failover | undefined;
}

/** The cluster in figures, one line. */
export function Summary({ hosts, vms, lastFailover }: SummaryProps) {
  const words = useWords();
  const formats = useFormats();
  const sum = figures(hosts, vms);
  const share = (part: number, whole: number) => (whole > 0 ? formats.percent(part / whole) : "–");
  return (
    <dl className="summary">
      <Figure
        name={words.t("cluster.hostsUp")}
        value={formats.integer(sum.hostsHealthy)}
        of={formats.integer(sum.hostsTotal)}
        tone={sum.hostsHealthy < sum.hostsTotal ? "degraded" : "plain"}
      />
      <Figure
        name={words.t("cluster.vmsRunning")}
        value={formats.integer(sum.vmsRunning)}
        of={formats.integer(sum.vmsTotal)}
      />
      <Figure
        name={words.t("cluster.vmsAway")}
        value={formats.integer(sum.vmsAway)}
        tone={sum.vmsAway > 0 ? "fault" : "plain"}
      />
      <Figure name={words.t("cluster.cpu")} value={share(sum.cpuAllocated, sum.cpuTotal)} />
      <Figure name={words.t("cluster.memory")} value={share(sum.memoryAllocated, sum.memoryTotal)} />
      <div className="figure figure-wide">
        <dt>{words.t("cluster.lastFailover")}</dt>
        <dd>
          {lastFailover ? (
            <Link to="/failovers/$failoverId" params={{ failoverId: lastFailover.id }}>
              {lastFailover.hostName}
              {lastFailover.endedAt === null
                ? null
                : ` · ${formats.duration(elapsed(lastFailover, lastFailover.endedAt))}`}
              <span className="muted">{formats.dateTime(lastFailover.detectedAt)}</span>
            </Link>
          ) : (
            <span className="figure-none">{words.t("cluster.none")}</span>
          )}
        </dd>
      </div>
    </dl>
  );
}

interface FigureProps {
  name: string;
  value: string;
  of?: string;
  tone?: "plain" | "degraded" | "fault";
}

function Figure({ name, value, of, tone = "plain" }: FigureProps) {
  return (
    <div className={`figure ${tone === "plain" ? "" : `tone-${tone}`}`}>
      <dt>{name}</dt>
      <dd>
        {value}
        {of === undefined ? null : <span className="figure-of">{` / ${of}`}</span>}
      </dd>
    </div>
  );
}
