import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Skeleton } from "antd";
import "./failover.css";
import { adaptFailover } from "../api/adaptFailover";
import { ApiError, client, unwrap } from "../api/client";
import { useLive } from "../api/store";
import { usePageTitle } from "../app/usePageTitle";
import { LoadFailure } from "../common/LoadFailure";
import { useNow } from "../common/useNow";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import type { Failover } from "../model/types";
import { FailoverChart } from "./FailoverChart";
import { FailoverHead } from "./FailoverHead";
import { PhaseSteps } from "./PhaseSteps";
import { EvidenceTable, Journal, PlanTable, ProofTable } from "./StoryTables";

/** The whole story of one failover: evidence, verdict, proofs, plan, starts, result. */
export function FailoverPage() {
  const words = useWords();
  const { failoverId } = useParams({ from: "/failovers/$failoverId" });
  const live = useLive().failovers.find((failover) => failover.id === failoverId);
  const stored = useQuery({
    queryKey: ["failover", failoverId],
    enabled: live === undefined,
    queryFn: async () =>
      unwrap("failover", await client.GET("/failovers/{failover}", { params: { path: { failover: failoverId } } })),
    retry: (count, error) => !(error instanceof ApiError && error.status === 404) && count < 2,
  });
  const failover = live ?? (stored.data ? adaptFailover(stored.data) : undefined);
  usePageTitle(failover ? words.t("page.failover", { host: failover.hostName }) : words.t("page.failovers"));
  if (failover) return <Story failover={failover} />;
  if (stored.error instanceof ApiError && stored.error.status === 404) {
    return (
      <section className="empty-state">
        <h2>{words.t("failover.notFound", { id: failoverId })}</h2>
        <Link to="/failovers">{words.t("failover.back")}</Link>
      </section>
    );
  }
  if (stored.error) return <LoadFailure error={stored.error} onRetry={() => stored.refetch()} />;
  return <Skeleton active paragraph={{ rows: 10 }} />;
}

function Story({ failover }: { failover: Failover }) {
  const words = useWords();
  const formats = useFormats();
  const now = useNow(failover.isRunning ? 100 : null);
  const summary = formats.text(failover.summary);
  return (
    <div className="page story">
      <div className="page-head">
        <h1>
          <Link to="/failovers" className="crumb">
            {words.t("page.failovers")}
          </Link>
          <span className="page-subject">{words.t("page.failover", { host: failover.hostName })}</span>
        </h1>
        <span className="muted">{formats.dateTime(failover.detectedAt)}</span>
      </div>
      <section className={`failover-panel ${failover.isRunning ? "is-running" : ""}`}>
        <FailoverHead failover={failover} now={now} />
        {summary ? <p className="failover-summary">{summary}</p> : null}
        <PhaseSteps failover={failover} />
        <FailoverChart failover={failover} now={now} />
      </section>
      <div className="story-columns">
        <EvidenceTable failover={failover} />
        <ProofTable failover={failover} />
      </div>
      <PlanTable failover={failover} />
      <Journal failover={failover} />
    </div>
  );
}
