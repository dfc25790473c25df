import { Button } from "antd";
import { useLayoutEffect } from "react";
import { useTranslation } from "react-i18next";
import { useConnection } from "../api/connection";
import { reconnect } from "../api/session";
import { StatusGlyph } from "../common/StatusGlyph";
import { useFormats } from "../i18n/format";

/** Says that what is shown is old, and how old; the page below is dimmed meanwhile. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const formats = useFormats();
  const { phase, ageMillis } = useConnection();
  useLayoutEffect(() => {
    document.documentElement.dataset.connection = phase;
  }, [phase]);
  return (
    <div className="banner-place" role="status" aria-live="polite">
      {phase === "lost" ? (
        <div className="banner tone-fault">
          <StatusGlyph light="fault" />
          <span>
            {ageMillis === null ? t("connection.failed") : t("connection.lostFor", { age: formats.age(ageMillis) })}
          </span>
          <Button size="small" onClick={() => reconnect()}>
            {t("connection.reconnect")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
