import {
  ApartmentOutlined,
  CloudServerOutlined,
  ClusterOutlined,
  DesktopOutlined,
  HistoryOutlined,
  ThunderboltOutlined,
} from "@ant-design/icons";
import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLive } from "../api/store";
import { Brand } from "./Brand";
import { ConnectionBanner } from "./ConnectionBanner";
import { Header } from "./Header";

const places = [
  { to: "/cluster", key: "cluster", icon: <ApartmentOutlined /> },
  { to: "/hosts", key: "hosts", icon: <CloudServerOutlined /> },
  { to: "/vms", key: "vms", icon: <DesktopOutlined /> },
  { to: "/failovers", key: "failovers", icon: <ThunderboltOutlined /> },
  { to: "/events", key: "events", icon: <HistoryOutlined /> },
  { to: "/management", key: "management", icon: <ClusterOutlined /> },
] as const;

/** What surrounds every page: brand and navigation on the left, state of the connection and alarms above. */
export function Frame() {
  const { t } = useTranslation();
  const { status } = useLive();
  return (
    <div className="frame">
      <a className="skip-link" href="#content">
        {t("nav.skip")}
      </a>
      <nav className="side" aria-label={t("nav.label")}>
        <Brand />
        <ul>
          {places.map((place) => (
            <li key={place.key}>
              <Link to={place.to} className="side-link" title={t(`page.${place.key}`)}>
                <span aria-hidden="true">{place.icon}</span>
                <span className="side-text">{t(`page.${place.key}`)}</span>
              </Link>
            </li>
          ))}
        </ul>
        {status ? <p className="side-foot">{`v${status.version}`}</p> : null}
      </nav>
      <Header />
      <ConnectionBanner />
      <main id="content" className="content" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
