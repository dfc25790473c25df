import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input, Segmented, Select, Switch, Table, type TableColumnsType } from "antd";
import { useState } from "react";
import { adaptEvent } from "../api/adapt";
import { client, unwrap } from "../api/client";
import { useLive } from "../api/store";
import { usePageTitle } from "../app/usePageTitle";
import { LoadFailure } from "../common/LoadFailure";
import { StatusGlyph } from "../common/StatusGlyph";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import { type EventFilter, matches, merge } from "../model/events";
import type { Light, Severity, TimelineEvent } from "../model/types";

const pageSize = 200;
const severityLight: Record<Severity, Light> = { info: "ok", warning: "degraded", error: "fault" };

/** The timeline of the whole platform: the stream's newest on top of the stored pages. */
export function EventsPage() {
  const words = useWords();
  const live = useLive();
  const [filter, setFilter] = useState<EventFilter>({ text: "", severity: "all", hostId: null });
  const [isBoth, setBoth] = useState(false);
  usePageTitle(words.t("page.events"));
  const stored = useInfiniteQuery({
    queryKey: ["events", filter.hostId],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam }) => {
      const query = { limit: pageSize, before: pageParam, host: filter.hostId ?? undefined };
      return unwrap("events", await client.GET("/events", { params: { query } }));
    },
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const older = (stored.data?.pages ?? []).flatMap((page) => page.items.map(adaptEvent));
  const columns = useColumns(isBoth);
  const rows = merge(live.events, older).filter((event) => matches(event, filter));
  return (
    <div className="page">
      <div className="page-head">
        <h1>{words.t("page.events")}</h1>
        <span className="muted">{words.t("events.count", { count: rows.length })}</span>
      </div>
      <div className="filters">
        <Input.Search
          allowClear
          className="filter-text"
          placeholder={words.t("events.search")}
          aria-label={words.t("events.search")}
          onChange={(change) => setFilter({ ...filter, text: change.target.value })}
        />
        <Segmented
          aria-label={words.t("events.severity")}
          value={filter.severity}
          onChange={(severity) => setFilter({ ...filter, severity: severity as EventFilter["severity"] })}
          options={(["all", "info", "warning", "error"] as const).map((value) => ({
            value,
            label: words.t(`events.${value}`),
          }))}
        />
        <Select
          className="filter-host"
          aria-label={words.t("events.host")}
          value={filter.hostId ?? ""}
          onChange={(id) => setFilter({ ...filter, hostId: id || null })}
          options={[
            { value: "", label: words.t("events.anyHost") },
            ...live.hosts.map((host) => ({ value: host.id, label: host.name })),
          ]}
        />
        <span className="switch-line">
          <Switch size="small" checked={isBoth} onChange={setBoth} aria-label={words.t("events.both")} />
          {words.t("events.both")}
        </span>
      </div>
      {stored.error && rows.length === 0 ? (
        <LoadFailure error={stored.error} onRetry={() => stored.refetch()} />
      ) : (
        <Table
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={rows}
          loading={stored.isLoading && !live.isKnown}
          pagination={false}
          scroll={{ x: true }}
          locale={{ emptyText: words.t("events.empty") }}
        />
      )}
      {stored.hasNextPage ? (
        <Button className="older" loading={stored.isFetchingNextPage} onClick={() => stored.fetchNextPage()}>
          {words.t("events.older")}
        </Button>
      ) : null}
    </div>
  );
}

function useColumns(isBoth: boolean): TableColumnsType<TimelineEvent> {
  const words = useWords();
  const formats = useFormats();
  const live = useLive();
  const name = (items: readonly { id: string; name: string }[], id: string | null) =>
    id === null ? null : (items.find((item) => item.id === id)?.name ?? id);
  return [
    {
      title: words.t("events.time"),
      key: "at",
      width: 190,
      className: "num",
      render: (_, event) => <time dateTime={new Date(event.at).toISOString()}>{formats.dateTimeMillis(event.at)}</time>,
    },
    {
      title: words.t("events.severity"),
      key: "severity",
      width: 100,
      render: (_, event) => (
        <span className="with-glyph">
          {event.severity === "info" ? (
            <span className="dot-info" aria-hidden="true" />
          ) : (
            <StatusGlyph light={severityLight[event.severity]} />
          )}
          {words.t(`events.${event.severity}`)}
        </span>
      ),
    },
    {
      title: words.t("events.text"),
      key: "text",
      className: "wrap",
      render: (_, event) => (
        <span>
          {formats.text(event.text)}
          {isBoth ? <span className="cell-note">{formats.locale === "en" ? event.text.zh : event.text.en}</span> : null}
        </span>
      ),
    },
    {
      title: words.t("events.object"),
      key: "object",
      width: 200,
      render: (_, event) => (
        <span className="objects">
          {[name(live.hosts, event.hostId), name(live.vms, event.vmId)].filter(Boolean).join(" · ")}
          {event.failoverId ? (
            <Link to="/failovers/$failoverId" params={{ failoverId: event.failoverId }}>
              {words.t("failover.details")}
            </Link>
          ) : null}
        </span>
      ),
    },
    { title: words.t("events.code"), key: "code", width: 180, render: (_, event) => <code>{event.code}</code> },
  ];
}
