import { Link, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usePageTitle } from "./usePageTitle";

export function NotFound() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  usePageTitle(t("page.notFound"));
  return (
    <section className="empty-state">
      <h2>{t("page.notFound")}</h2>
      <p>{t("error.notFoundDetail", { path: pathname })}</p>
      <Link to="/cluster">{t("error.home")}</Link>
    </section>
  );
}
