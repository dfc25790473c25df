import { DownOutlined, UpOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useId, useState } from "react";
import "./failover.css";
import { useNow } from "../common/useNow";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import { elapsed, phases } from "../model/failover";
import type { Failover } from "../model/types";
import { FailoverChart } from "./FailoverChart";
import { FailoverHead } from "./FailoverHead";
import { PhaseSteps } from "./PhaseSteps";

/** How long a failover that has ended stays in view on the first page. */
const lingerMillis = 10 * 60 * 1000;

/** Every failover that is under way, or the last one for a while after its end. */
export function FailoverPanel({ failovers }: { failovers: readonly Failover[] }) {
  const now = useNow(15_000);
  const running = failovers.filter((failover) => failover.isRunning);
  const latest = failovers[0];
  const isRecent = latest !== undefined && (latest.state === "waiting" || now - (latest.endedAt ?? 0) < lingerMillis);
  const shown = running.length > 0 ? running : isRecent ? [latest] : [];
  // The biggest first, drawn whole; the others in one line each, so that the hosts stay in view.
  const ordered = shown.toSorted((a, b) => b.recoveries.length - a.recoveries.length);
  return ordered.map((failover, index) => <Panel key={failover.id} failover={failover} isWhole={index === 0} />);
}

function Panel({ failover, isWhole }: { failover: Failover; isWhole: boolean }) {
  const words = useWords();
  const title = useId();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isOpen = chosen ?? isWhole;
  const now = useNow(failover.isRunning ? 100 : null);
  return (
    <section
      className={`failover-panel ${failover.isRunning ? "is-running" : ""}`}
      aria-labelledby={title}
      data-testid="failover"
      data-failover-state={failover.state}
      data-host={failover.hostName}
    >
      <FailoverHead failover={failover} now={now} titleId={title}>
        <Link to="/failovers/$failoverId" params={{ failoverId: failover.id }}>
          {words.t("failover.details")}
        </Link>
        <Button
          type="text"
          size="small"
          aria-expanded={isOpen}
          aria-label={words.t("failover.chart")}
          icon={isOpen ? <UpOutlined /> : <DownOutlined />}
          onClick={() => setChosen(!isOpen)}
        />
      </FailoverHead>
      {isOpen || isWhole ? <PhaseSteps failover={failover} /> : null}
      {isOpen ? <FailoverChart failover={failover} now={now} /> : null}
      <Announcement failover={failover} />
    </section>
  );
}

/** For screen readers: the phase that was reached last, said once when it changes. */
function Announcement({ failover }: { failover: Failover }) {
  const words = useWords();
  const formats = useFormats();
  const last = phases(failover).findLast((phase) => phase.at !== null);
  const progress = words.t("failover.recovered", {
    done: failover.recoveries.filter((item) => item.state === "running").length,
    total: failover.recoveries.length,
  });
  return (
    <p className="visually-hidden" role="status">
      {last ? `${words.phase(last.name)}: ${formats.duration(last.at ?? 0)}. ` : ""}
      {progress}
      {failover.isRunning ? "" : `. ${formats.duration(elapsed(failover, failover.endedAt ?? failover.detectedAt))}`}
    </p>
  );
}
