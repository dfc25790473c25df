import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

export function Brand() {
  const { t } = useTranslation();
  return (
    <Link to="/cluster" className="brand" aria-label={t("product")}>
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
        <rect width="32" height="32" rx="7" className="brand-plate" />
        <path d="M9 7v18M23 7v18M9 16h14" className="brand-bar" />
        <circle cx="16" cy="16" r="3.6" className="brand-knot" />
      </svg>
      <span className="side-text">{t("product")}</span>
    </Link>
  );
}
