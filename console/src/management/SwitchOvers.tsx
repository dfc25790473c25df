import { Table, type TableColumnsType } from "antd";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import type { SwitchOver } from "../model/management";

/** Who took the lead when, why, and how long nobody led. */
export function SwitchOvers({ switchOvers }: { switchOvers: readonly SwitchOver[] }) {
  const words = useWords();
  return (
    <section>
      <h2 className="section-title">{words.t("management.history")}</h2>
      <Table
        rowKey="epoch"
        size="middle"
        columns={useColumns()}
        dataSource={[...switchOvers]}
        onRow={(row) => ({ "data-switch-over": row.epoch }) as React.HTMLAttributes<HTMLElement>}
        pagination={{ hideOnSinglePage: true, pageSize: 10, showSizeChanger: false }}
        scroll={{ x: true }}
        locale={{ emptyText: words.t("management.historyEmpty") }}
      />
    </section>
  );
}

function useColumns(): TableColumnsType<SwitchOver> {
  const words = useWords();
  const formats = useFormats();
  return [
    { title: words.t("events.time"), key: "at", render: (_, row) => formats.dateTimeMillis(row.at) },
    {
      title: words.t("management.cause"),
      key: "cause",
      render: (_, row) => words.t(`management.causes.${row.cause}`, { defaultValue: row.cause }),
    },
    { title: words.t("failover.from"), key: "from", render: (_, row) => row.from ?? words.t("table.none") },
    { title: words.t("failover.to"), key: "to", render: (_, row) => <strong>{row.to}</strong> },
    {
      title: words.t("failover.duration"),
      key: "duration",
      align: "right",
      className: "num",
      render: (_, row) => (row.durationMillis === null ? words.t("table.none") : formats.duration(row.durationMillis)),
    },
    {
      title: words.t("management.epoch"),
      key: "epoch",
      align: "right",
      className: "num",
      render: (_, row) => row.epoch,
    },
    { title: words.t("events.text"), key: "text", render: (_, row) => formats.text(row.text) },
  ];
}
