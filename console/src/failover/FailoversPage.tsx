import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Table, type TableColumnsType } from "antd";
import "./failover.css";
import { adaptFailover } from "../api/adaptFailover";
import { client, unwrap } from "../api/client";
import { useLive } from "../api/store";
import { usePageTitle } from "../app/usePageTitle";
import { StatusGlyph } from "../common/StatusGlyph";
import { useNow } from "../common/useNow";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import { elapsed, recovered, result, winners } from "../model/failover";
import type { Failover } from "../model/types";

const limit = 200;

/** Every failover that the manager keeps, the running ones live. */
export function FailoversPage() {
  const words = useWords();
  const live = useLive();
  usePageTitle(words.t("page.failovers"));
  const stored = useQuery({
    queryKey: ["failovers", limit],
    queryFn: async () => unwrap("failovers", await client.GET("/failovers", { params: { query: { limit } } })),
  });
  const known = new Set(live.failovers.map((failover) => failover.id));
  const older = (stored.data?.items ?? []).map(adaptFailover).filter((failover) => !known.has(failover.id));
  const rows = [...live.failovers, ...older].sort((a, b) => b.detectedAt - a.detectedAt);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{words.t("page.failovers")}</h1>
      </div>
      <Table
        rowKey="id"
        size="middle"
        columns={useColumns()}
        dataSource={rows}
        loading={stored.isLoading && !live.isKnown}
        pagination={{ hideOnSinglePage: true, pageSize: 50, showSizeChanger: false }}
        scroll={{ x: true }}
        locale={{
          emptyText: (
            <div className="empty-state">
              <h2>{words.t("failover.none")}</h2>
              <p>{words.t("failover.noneHint")}</p>
            </div>
          ),
        }}
      />
    </div>
  );
}

function useColumns(): TableColumnsType<Failover> {
  const words = useWords();
  const formats = useFormats();
  const now = useNow(1000);
  return [
    {
      title: words.t("failover.host"),
      key: "host",
      render: (_, failover) => (
        <Link to="/failovers/$failoverId" params={{ failoverId: failover.id }}>
          {failover.hostName}
        </Link>
      ),
    },
    { title: words.t("failover.detected"), key: "detected", render: (_, row) => formats.dateTime(row.detectedAt) },
    {
      title: words.t("failover.verdict"),
      key: "verdict",
      render: (_, row) => (row.verdict ? words.hostState(row.verdict) : words.t("table.none")),
    },
    {
      title: words.t("failover.proof"),
      key: "proof",
      render: (_, row) => winners(row).map(words.proof).join(", ") || words.t("table.none"),
    },
    {
      title: words.t("failover.vms"),
      key: "vms",
      align: "right",
      render: (_, row) => `${recovered(row)} / ${row.recoveries.length}`,
    },
    {
      title: words.t("failover.duration"),
      key: "duration",
      align: "right",
      render: (_, row) =>
        row.isRunning || row.endedAt !== null ? formats.duration(elapsed(row, now)) : words.t("table.none"),
    },
    {
      title: words.t("failover.result"),
      key: "result",
      render: (_, row) => {
        const outcome = result(row);
        const light = { running: "degraded", complete: "ok", partial: "fault" } as const;
        return (
          <span className="with-glyph">
            <StatusGlyph light={light[outcome]} />
            {words.t(`failover.state.${outcome}`)}
          </span>
        );
      },
    },
  ];
}
