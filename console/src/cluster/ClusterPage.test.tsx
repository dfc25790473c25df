import { act, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { store } from "../api/store";
import { show } from "../testing/render";
import { apiSnapshot, apiVm } from "../testing/samples";
import { ClusterPage } from "./ClusterPage";

const apply = (kind: string, data: unknown) => act(() => store.apply({ id: "1", kind, data }));
const hostOf = (vm: string) =>
  document.querySelector(`[data-vm="${vm}"]`)?.closest("[data-host]")?.getAttribute("data-host") ?? null;

beforeEach(() => apply("snapshot", apiSnapshot()));
afterEach(() => store.reset());

describe("the first page", () => {
  it("draws every VM on its host", async () => {
    await show(<ClusterPage />);
    expect(hostOf("ledger")).toBe("host2");
    expect(screen.getAllByRole("article")).toHaveLength(3);
    expect(document.title).toBe("Cluster · Holdfast");
  });

  it("moves a tile when the VM is placed anew, as a journey from where it was", async () => {
    // happy-dom lays nothing out: say that the second host's tiles are 400 pixels to the right.
    vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (this: HTMLElement) {
      return new DOMRect(this.dataset.flipParent === "id-host2" ? 400 : 0, 0, 100, 30);
    });
    const journeys: Keyframe[][] = [];
    HTMLElement.prototype.animate = function (this: HTMLElement, frames: Keyframe[]) {
      journeys.push(frames);
      return { cancel: () => undefined, effect: null } as unknown as Animation;
    } as typeof HTMLElement.prototype.animate;
    await show(<ClusterPage />);
    expect(journeys).toHaveLength(0);
    await apply("vm", apiVm("ledger", "host1", { state: "starting", run: 2 }));
    expect(hostOf("ledger")).toBe("host1");
    expect(hostOf("archive")).toBe("host2");
    expect(journeys).toHaveLength(1);
    expect(journeys[0]?.[0]?.transform).toBe("translate(400px, 0px)");
  });

  it("tells how to begin when there is nothing yet", async () => {
    await apply("snapshot", apiSnapshot({ hosts: [], vms: [] }));
    await show(<ClusterPage />);
    expect(screen.getByText("No hosts yet")).toBeTruthy();
  });
});
