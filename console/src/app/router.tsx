import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { ClusterPage } from "../cluster/ClusterPage";
import { Failure } from "./ErrorBoundary";
import { Frame } from "./Frame";
import { NotFound } from "./NotFound";

// The first page comes with the frame; every other one is loaded when it is opened.

const rootRoute = createRootRoute({ component: Frame, notFoundComponent: NotFound });

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/cluster", search: true, replace: true });
  },
});

const clusterRoute = createRoute({ getParentRoute: () => rootRoute, path: "/cluster", component: ClusterPage });
const hostsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/hosts",
  component: lazyRouteComponent(() => import("../inventory/HostsPage"), "HostsPage"),
});
const vmsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/vms",
  component: lazyRouteComponent(() => import("../inventory/VmsPage"), "VmsPage"),
});
const failoversRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/failovers",
  component: lazyRouteComponent(() => import("../failover/FailoversPage"), "FailoversPage"),
});
const failoverRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/failovers/$failoverId",
  component: lazyRouteComponent(() => import("../failover/FailoverPage"), "FailoverPage"),
});
const eventsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/events",
  component: lazyRouteComponent(() => import("../events/EventsPage"), "EventsPage"),
});

const managementRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/management",
  component: lazyRouteComponent(() => import("../management/ManagementPage"), "ManagementPage"),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    clusterRoute,
    hostsRoute,
    vmsRoute,
    failoversRoute,
    failoverRoute,
    eventsRoute,
    managementRoute,
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: ({ error }: ErrorComponentProps) => (
    <Failure error={error instanceof Error ? error : new Error(String(error))} />
  ),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
