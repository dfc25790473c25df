import { Input, Segmented, Table, type TableColumnsType } from "antd";
import { useState } from "react";
import { useLive } from "../api/store";
import { vmTone } from "../app/palette";
import { usePageTitle } from "../app/usePageTitle";
import { VmGlyph } from "../common/StatusGlyph";
import { useWords } from "../common/Words";
import { useFormats } from "../i18n/format";
import type { Vm } from "../model/types";

type Shown = "all" | "running" | "away" | "stopped";

function isShown(vm: Vm, shown: Shown): boolean {
  if (shown === "all") return true;
  if (shown === "away") return !["running", "stopped"].includes(vm.state);
  return vm.state === shown;
}

export function VmsPage() {
  const words = useWords();
  const live = useLive();
  const [text, setText] = useState("");
  const [shown, setShown] = useState<Shown>("all");
  usePageTitle(words.t("page.vms"));
  const rows = live.vms.filter((vm) => vm.name.toLowerCase().includes(text.toLowerCase()) && isShown(vm, shown));
  return (
    <div className="page">
      <div className="page-head">
        <h1>{words.t("page.vms")}</h1>
        <Segmented
          aria-label={words.t("table.state")}
          value={shown}
          onChange={(value) => setShown(value as Shown)}
          options={[
            { value: "all", label: words.t("events.all") },
            { value: "running", label: words.t("vm.running") },
            { value: "away", label: words.t("cluster.vmsAway") },
            { value: "stopped", label: words.t("vm.stopped") },
          ]}
        />
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
        locale={{ emptyText: words.t(live.vms.length ? "table.noMatch" : "table.empty") }}
      />
    </div>
  );
}

const compare = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });

function useColumns(): TableColumnsType<Vm> {
  const words = useWords();
  const formats = useFormats();
  return [
    {
      title: words.t("table.name"),
      key: "name",
      defaultSortOrder: "ascend",
      sorter: (a, b) => compare(a.name, b.name),
      render: (_, vm) => <strong>{vm.name}</strong>,
    },
    {
      title: words.t("table.state"),
      key: "state",
      render: (_, vm) => (
        <span className={`with-glyph text-${vmTone[vm.state]}`}>
          <VmGlyph state={vm.state} />
          {words.vm(vm.state)}
        </span>
      ),
    },
    {
      title: words.t("table.host"),
      key: "host",
      sorter: (a, b) => compare(a.hostName ?? "", b.hostName ?? ""),
      render: (_, vm) => vm.hostName ?? words.t("table.none"),
    },
    {
      title: words.t("table.reason"),
      key: "reason",
      className: "wrap",
      render: (_, vm) => formats.text(vm.reason) || words.t("table.none"),
    },
    {
      title: words.t("table.run"),
      key: "run",
      align: "right",
      className: "num",
      render: (_, vm) => formats.integer(vm.run),
    },
    {
      title: words.t("table.cpu"),
      key: "cpu",
      align: "right",
      className: "num",
      render: (_, vm) => formats.integer(vm.cpuCores),
    },
    {
      title: words.t("table.memory"),
      key: "memory",
      align: "right",
      className: "num",
      render: (_, vm) => formats.bytes(vm.memoryBytes),
    },
    {
      title: words.t("table.disks"),
      key: "disks",
      align: "right",
      className: "num",
      render: (_, vm) => formats.integer(vm.disks),
    },
    {
      title: words.t("table.protection"),
      key: "protection",
      render: (_, vm) => words.t(vm.isProtected ? "vm.protected" : "vm.unprotected"),
    },
  ];
}
