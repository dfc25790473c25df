import { render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import "../i18n";
import { ErrorBoundary } from "./ErrorBoundary";
import { choose } from "./preferences";

function Broken(): never {
  throw new TypeError("a is undefined");
}

describe("a page that fails", () => {
  it("says that the cluster is not affected, and shows the text to report", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    choose({ locale: "zh" });
    render(
      <ErrorBoundary>
        <Broken />
      </ErrorBoundary>,
    );
    expect(screen.getByRole("alert").textContent).toContain("集群不受影响");
    expect(screen.getByText("TypeError: a is undefined")).toBeTruthy();
  });
});
