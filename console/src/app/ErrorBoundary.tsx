import { Component, type ReactNode } from "react";
import { i18next } from "../i18n";

interface ErrorBoundaryProps {
  children: ReactNode;
}

/** The last net: says that the page failed and that the cluster did not, with the text to report. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    return this.state.error ? <Failure error={this.state.error} /> : this.props.children;
  }
}

/** Also the router's error page: plain elements only, for what failed may be the component library. */
export function Failure({ error }: { error: Error }) {
  return (
    <section className="failure" role="alert">
      <h1>{i18next.t("error.title")}</h1>
      <p>{i18next.t("error.detail")}</p>
      <pre>{`${error.name}: ${error.message}`}</pre>
      <button type="button" onClick={() => location.reload()}>
        {i18next.t("error.reload")}
      </button>
    </section>
  );
}
