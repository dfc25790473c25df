import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { adaptManagement } from "../api/adaptManagement";
import { show } from "../testing/render";
import { apiManagement, at } from "../testing/samples";
import { ManagementView } from "./ManagementPage";

const history = apiManagement({
  switchOvers: [
    {
      at: at(0),
      cause: "takeover",
      from: "mgmt2",
      to: "mgmt1",
      durationMillis: 1250,
      epoch: 7,
      text: { en: "mgmt1 took over.", zh: "mgmt1 已接管。" },
    },
  ],
});

describe("the page of the management plane", () => {
  it("shows both nodes with role, services, virtual IP and database, each with the time it was seen", async () => {
    await show(<ManagementView management={adaptManagement(history)} silentSince={null} />);
    expect(screen.getByRole("status").textContent).toContain(
      "mgmt1 leads. The other node can take over at any moment.",
    );
    const leader = within(screen.getByRole("article", { name: "mgmt1" }));
    expect(leader.getByText("leader")).toBeTruthy();
    expect(leader.getByText("VIP")).toBeTruthy();
    expect(leader.getByText("keepalived")).toBeTruthy();
    expect(leader.getByText("in sync")).toBeTruthy();
    expect(leader.getByText("5f1c2a9e…:10442")).toBeTruthy();
    // Node, five services, two views of the virtual IP, database.
    expect(screen.getByRole("article", { name: "mgmt2" }).querySelectorAll("time")).toHaveLength(9);
    expect(screen.getByText("leader lost")).toBeTruthy();
    expect(screen.getByText("1.25 s")).toBeTruthy();
  });

  it("speaks Chinese", async () => {
    await show(<ManagementView management={adaptManagement(history)} silentSince={null} />, "zh");
    expect(screen.getByText("mgmt1 为主节点，另一节点随时可以接管。")).toBeTruthy();
    expect(screen.getByText("主节点失联")).toBeTruthy();
    expect(screen.getByText("mgmt1 已接管。")).toBeTruthy();
  });

  it.each([
    ["en", "Moved from host1, which is dead, to host3"],
    ["zh", "从已失效的 host1 移到 host3"],
  ] as const)("says where the arbiter is and why it moved there (%s)", async (language, sentence) => {
    await show(<ManagementView management={adaptManagement(history)} silentSince={null} />, language);
    expect(screen.getByText("host3")).toBeTruthy();
    expect(screen.getByTestId("arbiter-why").textContent).toContain(sentence);
  });

  it("says how old the picture is while nobody answers", async () => {
    await show(<ManagementView management={adaptManagement(history)} silentSince={Date.now() - 1500} />);
    expect(screen.getByRole("status").dataset.verdict).toBe("silent");
    expect(screen.getByRole("status").textContent).toMatch(/No answer for \d/);
  });

  it("names the command that adds a second node", async () => {
    const single = apiManagement({
      mode: "single",
      nodes: history.nodes.slice(1),
      vip: null,
      arbiter: null,
      gateway: null,
    });
    await show(<ManagementView management={adaptManagement(single)} silentSince={null} />);
    expect(screen.getByRole("status").textContent).toContain("holdfast ha enable");
    expect(screen.queryByTestId("switch-over")).toBeNull();
  });
});
