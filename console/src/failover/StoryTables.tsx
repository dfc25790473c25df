import { Table, type TableColumnsType } from "antd";
import { type ReactNode, useId } from "react";
import { StatusGlyph } from "../common/StatusGlyph";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import type { Evidence, Failover, ProofAttempt, Recovery, RecoveryStep } from "../model/types";

interface BlockProps {
  title: string;
  hint?: string;
  children: ReactNode;
}

function Block({ title, hint, children }: BlockProps) {
  const id = useId();
  return (
    <section className="block" aria-labelledby={id}>
      <header className="block-head">
        <h2 id={id}>{title}</h2>
        {hint ? <p>{hint}</p> : null}
      </header>
      {children}
    </section>
  );
}

interface StoryProps {
  failover: Failover;
}

/** Milliseconds since detection; "+" says that the number is not a time of day. */
function useSince(failover: Failover) {
  const formats = useFormats();
  return (at: number | null | undefined) => {
    if (at === null || at === undefined) return "–";
    const millis = Math.round(at - failover.detectedAt);
    return `${millis < 0 ? "−" : "+"}${formats.integer(Math.abs(millis))} ms`;
  };
}

const plain = { size: "small", pagination: false, scroll: { x: true } } as const;

export function EvidenceTable({ failover }: StoryProps) {
  const words = useWords();
  const formats = useFormats();
  const since = useSince(failover);
  const columns: TableColumnsType<Evidence> = [
    { title: words.t("failover.at"), key: "at", align: "right", className: "num", render: (_, row) => since(row.at) },
    {
      title: words.t("failover.plane"),
      key: "plane",
      render: (_, row) => (
        <span className="with-glyph">
          <StatusGlyph light={row.light} />
          {words.plane(row.plane)}
        </span>
      ),
    },
    {
      title: words.t("failover.source"),
      key: "source",
      render: (_, row) => (row.source ? words.source(row.source) : "–"),
    },
    { title: words.t("failover.said"), key: "text", className: "wrap", render: (_, row) => formats.text(row.text) },
  ];
  return (
    <Block title={words.t("failover.evidenceTitle")} hint={words.t("failover.evidenceHint")}>
      <Table
        {...plain}
        columns={columns}
        dataSource={failover.evidence.map((item, index) => ({ ...item, key: index }))}
        locale={{ emptyText: words.t("failover.noEvidence") }}
      />
    </Block>
  );
}

export function ProofTable({ failover }: StoryProps) {
  const words = useWords();
  const formats = useFormats();
  const since = useSince(failover);
  const columns: TableColumnsType<ProofAttempt> = [
    {
      title: words.t("failover.proof"),
      key: "kind",
      render: (_, row) => (
        <span>
          {words.proof(row.kind)}
          {row.text ? <span className="cell-note">{formats.text(row.text)}</span> : null}
        </span>
      ),
    },
    {
      title: words.t("failover.subject"),
      key: "subject",
      render: (_, row) => row.subject ?? "–",
    },
    {
      title: words.t("failover.outcome"),
      key: "outcome",
      render: (_, row) => <span className={`outcome outcome-${row.outcome}`}>{words.outcome(row.outcome)}</span>,
    },
    {
      title: words.t("failover.at"),
      key: "at",
      align: "right",
      className: "num",
      render: (_, row) => (row.outcome === "lost" ? "–" : since(row.endedAt)),
    },
  ];
  return (
    <Block title={words.t("failover.proofsTitle")} hint={words.t("failover.proofsHint")}>
      <Table
        {...plain}
        rowKey="key"
        columns={columns}
        dataSource={failover.proofs}
        locale={{ emptyText: words.t("failover.noProofs") }}
      />
    </Block>
  );
}

const shownSteps: [RecoveryStep, string][] = [
  ["isolated", "failover.isolated"],
  ["placed", "failover.placedAt"],
  ["starting", "failover.startedAt"],
  ["running", "failover.runningAt"],
];

export function PlanTable({ failover }: StoryProps) {
  const words = useWords();
  const formats = useFormats();
  const since = useSince(failover);
  const columns: TableColumnsType<Recovery> = [
    { title: words.t("failover.vm"), key: "vm", render: (_, row) => <strong>{row.vmName}</strong> },
    { title: words.t("failover.from"), key: "from", render: (_, row) => row.fromHost ?? "–" },
    { title: words.t("failover.to"), key: "to", render: (_, row) => row.toHost ?? "–" },
    {
      title: words.t("failover.runNumber"),
      key: "run",
      align: "right",
      className: "num",
      render: (_, row) => row.run ?? "–",
    },
    {
      title: words.t("failover.proof"),
      key: "proof",
      render: (_, row) => row.proofs.map(words.proof).join(", ") || "–",
    },
    ...shownSteps.map(([step, title]) => ({
      title: words.t(title),
      key: step,
      align: "right" as const,
      className: "num",
      render: (_: unknown, row: Recovery) => since(row.at[step]),
    })),
    {
      title: words.t("failover.result"),
      key: "state",
      className: "wrap",
      render: (_, row) => (
        <span>
          <span className={`outcome outcome-vm-${row.state}`}>{words.recovery(row.state)}</span>
          {row.reason ? <span className="cell-note">{formats.text(row.reason)}</span> : null}
        </span>
      ),
    },
  ];
  return (
    <Block title={words.t("failover.planTitle")} hint={words.t("failover.planHint")}>
      <Table
        {...plain}
        rowKey="vmId"
        columns={columns}
        dataSource={failover.recoveries}
        locale={{ emptyText: words.t("table.empty") }}
      />
    </Block>
  );
}

export function Journal({ failover }: StoryProps) {
  const words = useWords();
  const formats = useFormats();
  const since = useSince(failover);
  return (
    <Block title={words.t("failover.storyTitle")}>
      <ol className="journal">
        {failover.story.map((event) => (
          <li key={event.id}>
            <time dateTime={new Date(event.at).toISOString()}>{formats.timeMillis(event.at)}</time>
            <span className="journal-since">{since(event.at)}</span>
            <span className={`journal-text severity-${event.severity}`}>{formats.text(event.text)}</span>
          </li>
        ))}
      </ol>
    </Block>
  );
}
