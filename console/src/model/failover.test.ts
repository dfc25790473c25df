import { describe, expect, it } from "vitest";
import { adaptFailover } from "../api/adaptFailover";
import { apiFailover, at, reference, startMillis, text } from "../testing/samples";
import { chart, elapsed, phases, proofGroups, recovered, result, ticks, winners } from "./failover";

describe("a failover that is over", () => {
  const failover = adaptFailover(apiFailover());

  it("has every phase done, each at the time of its last VM", () => {
    const told = phases(failover).map((phase) => [phase.name, phase.state, phase.at]);
    expect(told).toEqual([
      ["evidence", "done", 3],
      ["verdict", "done", 780],
      ["proof", "done", 995],
      ["placed", "done", 1010],
      ["starting", "done", 1050],
      ["running", "done", 2300],
    ]);
  });

  it("names the proof that won, and marks the other as overtaken", () => {
    expect(winners(failover)).toEqual(["powered-off"]);
    expect(failover.proofs.map((proof) => proof.outcome)).toEqual(["won", "lost"]);
  });

  it("is complete, with all VMs back in its whole time", () => {
    expect(result(failover)).toBe("complete");
    expect(recovered(failover)).toBe(2);
    expect(elapsed(failover, startMillis + 99_000)).toBe(2400);
  });

  it("draws each VM as segments without a gap", () => {
    const lane = chart(failover, startMillis).vms[0];
    expect(lane?.segments.map((segment) => segment.step)).toEqual([
      "affected",
      "isolating",
      "isolated",
      "placed",
      "starting",
      "running",
    ]);
    const segments = lane?.segments ?? [];
    for (const [index, segment] of segments.slice(1).entries()) expect(segment.start).toBe(segments[index]?.end);
    expect(segments.some((segment) => segment.isOpen)).toBe(false);
  });
});

describe("a failover under way", () => {
  const vm = { vm: reference("v1", "ledger"), from: reference("h2", "host2"), stage: "isolating" as const, to: null };
  const running = adaptFailover(
    apiFailover({
      state: "running",
      endedAt: null,
      durationMillis: null,
      proofs: [{ kind: "lease-expired", state: "sought", at: at(782), afterMillis: 782 }],
      vms: [{ ...vm, steps: [{ stage: "isolating", at: at(781), afterMillis: 781 }] }],
    }),
  );

  it("has one active phase, and pending ones after it", () => {
    expect(phases(running).map((phase) => phase.state)).toEqual([
      "done",
      "done",
      "active",
      "pending",
      "pending",
      "pending",
    ]);
  });

  it("grows with the time: what is open ends at now", () => {
    const view = chart(running, startMillis + 5000);
    expect(view.end).toBeCloseTo(5100, -1);
    expect(view.vms[0]?.segments.at(-1)).toMatchObject({ step: "isolating", isOpen: true });
    expect(proofGroups(running, view)[0]).toMatchObject({
      kind: "lease-expired",
      outcome: "pending",
      won: 0,
      total: 1,
    });
    expect(elapsed(running, startMillis + 5000)).toBe(5000);
  });

  it("that waits is not complete and says so", () => {
    const waiting = adaptFailover(
      apiFailover({
        state: "waiting",
        endedAt: null,
        vms: [{ ...vm, stage: "waiting", waiting: text("No capacity", "容量不足"), steps: [] }],
      }),
    );
    expect(result(waiting)).toBe("partial");
    expect(waiting.recoveries[0]?.reason?.zh).toBe("容量不足");
  });
});

describe("many attempts at one proof", () => {
  it("become one lane that counts them", () => {
    const process = (id: string, state: "obtained" | "sought") =>
      ({ kind: "process-ended", state, at: at(900), afterMillis: 900, host: reference(id) }) as const;
    const failover = adaptFailover(
      apiFailover({
        state: "running",
        vms: [],
        proofs: [process("a", "obtained"), process("b", "sought"), process("c", "obtained")],
      }),
    );
    const groups = proofGroups(failover, chart(failover, startMillis + 1000));
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ outcome: "pending", won: 2, total: 3 });
  });
});

describe("the story as the manager tells it", () => {
  const said = (code: string, ...words: string[]) =>
    ({
      at: at(5),
      afterMillis: 5,
      plane: "power",
      source: "bmc",
      text: { ...text("x", "x"), code, arguments: words },
    }) as const;

  it.each([
    ["seen-power", ["OFF"], "fault"],
    ["seen-power", ["ON"], "ok"],
    ["seen-power", ["UNREACHABLE"], "unknown"],
    ["seen-peer", ["host1", "SILENT"], "fault"],
    ["seen-peer", ["host1", "REFUSED"], "degraded"],
    ["seen-lease-alive", ["san", "host1"], "ok"],
  ])("evidence %s %j has the light %s", (code, words, light) => {
    const failover = adaptFailover(apiFailover({ evidence: [said(code, ...words)] }));
    expect(failover.evidence[0]?.light).toBe(light);
  });

  it("keeps two ways to one kind of proof apart, and names the kind once that made it safe", () => {
    const way = (rung: "power-seen-off" | "power-off-command", state: "obtained" | "sought") =>
      ({ kind: "powered-off", rung, state, at: at(900), afterMillis: 900 }) as const;
    const failover = adaptFailover(
      apiFailover({ proofs: [way("power-seen-off", "obtained"), way("power-off-command", "sought")] }),
    );
    expect(failover.proofs.map((proof) => [proof.kind, proof.outcome])).toEqual([
      ["power-seen-off", "won"],
      ["power-off-command", "lost"],
    ]);
    expect(winners(failover)).toEqual(["powered-off"]);
  });

  it("draws no segment backwards when the proof was had before the VM was known to be affected", () => {
    const early = { ...(apiFailover().vms[0] as NonNullable<ReturnType<typeof apiFailover>["vms"][0]>) };
    early.steps = [
      { stage: "affected", at: at(900), afterMillis: 900 },
      { stage: "isolated", at: at(850), afterMillis: 850 },
      { stage: "running", at: at(1500), afterMillis: 1500 },
    ];
    const lane = chart(adaptFailover(apiFailover({ vms: [early] })), startMillis).vms[0];
    for (const segment of lane?.segments ?? []) expect(segment.end).toBeGreaterThanOrEqual(segment.start);
    expect(lane?.segments[0]?.step).toBe("isolating");
  });
});

describe("ticks of the axis", () => {
  it.each([
    [0, 2400],
    [-300, 900],
    [0, 16_000],
    [0, 3_600_000],
  ])("from %d to %d are few, round and inside", (start, end) => {
    const found = ticks(start, end);
    expect(found.length).toBeGreaterThan(2);
    expect(found.length).toBeLessThanOrEqual(10);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(start);
    expect(Math.max(...found)).toBeLessThanOrEqual(end);
  });
});
