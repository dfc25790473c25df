import { Input, Table, type TableColumnsType } from "antd";
import { useState } from "react";
import { useLive } from "../api/store";
import { usePageTitle } from "../app/usePageTitle";
import { StatusGlyph } from "../common/StatusGlyph";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import { hostWord } from "../model/cluster";
import { type Fact, type Host, planeNames } from "../model/types";

export function HostsPage() {
  const words = useWords();
  const live = useLive();
  const [text, setText] = useState("");
  usePageTitle(words.t("page.hosts"));
  const rows = live.hosts.filter((host) => `${host.name} ${host.address}`.toLowerCase().includes(text.toLowerCase()));
  return (
    <div className="page">
      <div className="page-head">
        <h1>{words.t("page.hosts")}</h1>
        <Input.Search
          allowClear
          className="filter-text"
          placeholder={words.t("table.search")}
          aria-label={words.t("table.search")}
          onChange={(change) => setText(change.target.value.trim())}
        />
      </div>
      <Table
        rowKey="id"
        size="middle"
        columns={useColumns()}
        dataSource={rows}
        loading={!live.isKnown}
        pagination={{ hideOnSinglePage: true, pageSize: 100, showSizeChanger: false }}
        scroll={{ x: true }}
        locale={{ emptyText: words.t(text ? "table.noMatch" : "cluster.noHosts") }}
      />
    </div>
  );
}

const compare = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });

function useColumns(): TableColumnsType<Host> {
  const words = useWords();
  const formats = useFormats();
  const { vms } = useLive();
  const fact = (value: Fact) => (
    <span className="with-glyph">
      <StatusGlyph light={value.light} size={11} />
      {words.fact(value.word)}
    </span>
  );
  return [
    {
      title: words.t("table.name"),
      key: "name",
      defaultSortOrder: "ascend",
      sorter: (a, b) => compare(a.name, b.name),
      render: (_, host) => <strong>{host.name}</strong>,
    },
    {
      title: words.t("table.state"),
      key: "state",
      render: (_, host) => (
        <span className="with-glyph">
          <StatusGlyph light={host.light} />
          {words.hostState(hostWord(host))}
          {host.isInMaintenance ? ` · ${words.hostState("maintenance")}` : ""}
        </span>
      ),
    },
    { title: words.t("table.address"), key: "address", className: "num", render: (_, host) => host.address },
    ...planeNames.map((name) => ({
      title: words.plane(name),
      key: name,
      render: (_: unknown, host: Host) => (
        <span className="with-glyph">
          <StatusGlyph light={host.planes[name].light} size={12} />
          {words.light(host.planes[name].light)}
        </span>
      ),
    })),
    { title: words.t("table.power"), key: "power", render: (_, host) => fact(host.power) },
    { title: words.t("table.bmc"), key: "bmc", render: (_, host) => fact(host.bmc) },
    { title: words.t("table.agent"), key: "agent", render: (_, host) => fact(host.agent) },
    { title: words.t("table.watchdog"), key: "watchdog", render: (_, host) => fact(host.watchdog) },
    {
      title: words.t("table.cpu"),
      key: "cpu",
      align: "right",
      className: "num",
      render: (_, host) => `${formats.decimal(host.cpu.allocated)} / ${formats.integer(host.cpu.total)}`,
    },
    {
      title: words.t("table.memory"),
      key: "memory",
      align: "right",
      className: "num",
      render: (_, host) => `${formats.bytes(host.memory.allocated)} / ${formats.bytes(host.memory.total)}`,
    },
    {
      title: words.t("table.vms"),
      key: "vms",
      align: "right",
      className: "num",
      render: (_, host) => formats.integer(vms.filter((vm) => vm.hostId === host.id).length),
    },
  ];
}
