import { BellOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { Badge, Button, Popover, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useConnection } from "../api/connection";
import { useLive } from "../api/store";
import { StatusGlyph } from "../common/StatusGlyph";
import { useFormats } from "../i18n/format";
import type { Alarm } from "../model/types";
import { choose, usePreferences } from "./preferences";

export function Header() {
  const { t } = useTranslation();
  const { locale, theme } = usePreferences();
  const isDark = theme === "dark";
  return (
    <header className="top">
      <ConnectionState />
      <div className="top-actions">
        <Alarms />
        <Tooltip title={t(isDark ? "header.toLight" : "header.toDark")}>
          <Button
            type="text"
            aria-label={t(isDark ? "header.toLight" : "header.toDark")}
            icon={isDark ? <SunOutlined /> : <MoonOutlined />}
            onClick={() => choose({ theme: isDark ? "light" : "dark" })}
          />
        </Tooltip>
        <Button
          type="text"
          className="language"
          aria-label={t("header.language")}
          lang={locale === "en" ? "zh-CN" : "en"}
          onClick={() => choose({ locale: locale === "en" ? "zh" : "en" })}
        >
          {t("header.languageShort")}
        </Button>
      </div>
    </header>
  );
}

function ConnectionState() {
  const { t } = useTranslation();
  const { phase } = useConnection();
  const { status } = useLive();
  const light = phase === "live" ? "ok" : phase === "lost" ? "fault" : "unknown";
  return (
    <div className="top-state">
      <span className={`pill tone-${light}`} data-testid="connection" data-phase={phase}>
        <StatusGlyph light={light} size={11} />
        {t(`connection.${phase}`)}
      </span>
      {status ? (
        <span className="top-manager">
          {t("manager.role")} {t(`manager.${status.role}`, { defaultValue: status.role })}
          <span className="separator" aria-hidden="true" />
          {t("manager.epoch", { epoch: status.epoch })}
        </span>
      ) : null}
    </div>
  );
}

function Alarms() {
  const { t } = useTranslation();
  const { alarms } = useLive();
  const label = alarms.length ? t("header.alarms", { count: alarms.length }) : t("header.noAlarms");
  const isError = alarms.some((alarm) => alarm.severity === "error");
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={t("header.alarmsTitle")}
      content={<AlarmList alarms={alarms} />}
    >
      <Button type="text" aria-label={label} className="alarm-button" data-testid="alarms">
        <Badge count={alarms.length} size="small" color={isError ? "var(--fault)" : "var(--degraded)"} offset={[2, -1]}>
          <BellOutlined className="alarm-bell" />
        </Badge>
      </Button>
    </Popover>
  );
}

function AlarmList({ alarms }: { alarms: readonly Alarm[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (alarms.length === 0) return <p className="alarm-none">{t("header.noAlarms")}</p>;
  return (
    <ul className="alarm-list">
      {alarms.map((alarm) => (
        <li key={alarm.id}>
          <StatusGlyph light={alarm.severity === "error" ? "fault" : "degraded"} />
          <span>
            {formats.text(alarm.text)}
            {alarm.since === null ? null : (
              <span className="muted">{t("header.alarmSince", { time: formats.dateTime(alarm.since) })}</span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
