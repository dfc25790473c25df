import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { adaptFailover } from "../api/adaptFailover";
import { show } from "../testing/render";
import { apiFailover, at } from "../testing/samples";
import { FailoverPanel } from "./FailoverPanel";
import { EvidenceTable, Journal, PlanTable, ProofTable } from "./StoryTables";

const recent = (shift: number) => {
  const now = Date.now();
  return adaptFailover(
    apiFailover({
      startedAt: new Date(now - shift).toISOString(),
      endedAt: new Date(now - shift + 2400).toISOString(),
    }),
  );
};

describe("the failover on the first page", () => {
  it("shows verdict, proof, result and time of one that has just ended", async () => {
    await show(<FailoverPanel failovers={[recent(5000)]} />);
    const panel = screen.getByTestId("failover");
    expect(within(panel).getByText("Failover complete")).toBeTruthy();
    expect(within(panel).getByTestId("failover-verdict").textContent).toBe("Dead");
    expect(within(panel).getByTestId("failover-proofs").textContent).toBe("Powered off (BMC)");
    expect(panel.querySelector(".stopwatch-value")?.textContent).toBe("2.40 s");
    expect(panel.querySelectorAll('[data-phase-state="done"]')).toHaveLength(6);
    expect(panel.querySelector('[data-proof="powered-off"]')?.getAttribute("data-outcome")).toBe("won");
    expect(panel.querySelector('[data-lane-vm="ledger"]')?.getAttribute("data-recovery")).toBe("running");
  });

  it("is Chinese on a Chinese page", async () => {
    await show(<FailoverPanel failovers={[recent(5000)]} />, "zh");
    expect(screen.getByText("故障切换完成")).toBeTruthy();
    expect(screen.getByTestId("failover-proofs").textContent).toBe("已断电（BMC）");
    expect(screen.getByText("2 台虚拟机中 2 台已运行")).toBeTruthy();
  });

  it("makes room again after ten minutes", async () => {
    await show(<FailoverPanel failovers={[recent(11 * 60 * 1000)]} />);
    expect(screen.queryByTestId("failover")).toBeNull();
  });

  it("stays while it runs, and shows every one that runs", async () => {
    const running = (id: string) =>
      adaptFailover(apiFailover({ id, state: "running", endedAt: null, durationMillis: null }));
    await show(<FailoverPanel failovers={[running("f1"), running("f2")]} />);
    expect(screen.getAllByText("Failover running")).toHaveLength(2);
    expect(document.querySelectorAll(".chart")).toHaveLength(1);
  });
});

describe("the whole story", () => {
  it("tells evidence, every proof with its outcome, the plan's times and the journal", async () => {
    const failover = adaptFailover(apiFailover());
    await show(
      <>
        <EvidenceTable failover={failover} />
        <ProofTable failover={failover} />
        <PlanTable failover={failover} />
        <Journal failover={failover} />
      </>,
    );
    expect(screen.getByText("No report for 620 ms")).toBeTruthy();
    expect(screen.getByText("won")).toBeTruthy();
    expect(screen.getByText("overtaken")).toBeTruthy();
    expect(screen.getByText("+1,900 ms")).toBeTruthy();
    expect(screen.getByText("Host host2 is dead")).toBeTruthy();
  });

  it("tells a failed proof and a VM that waits", async () => {
    const failover = adaptFailover(
      apiFailover({
        proofs: [{ kind: "powered-off", state: "failed", at: at(900), afterMillis: 900 }],
        vms: [],
        evidence: [],
      }),
    );
    await show(
      <>
        <EvidenceTable failover={failover} />
        <ProofTable failover={failover} />
      </>,
    );
    expect(screen.getByText("failed")).toBeTruthy();
    expect(screen.getByText("No evidence recorded.")).toBeTruthy();
  });
});
