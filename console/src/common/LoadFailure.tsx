import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { StatusGlyph } from "./StatusGlyph";

/** In place of what could not be loaded: why, and a way to try again. */
export function LoadFailure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <section className="empty-state" role="alert">
      <h2 className="with-glyph">
        <StatusGlyph light="fault" />
        {t("error.load")}
      </h2>
      <p>{error.message}</p>
      <Button onClick={onRetry}>{t("error.retry")}</Button>
    </section>
  );
}
