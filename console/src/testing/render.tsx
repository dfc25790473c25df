import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactElement } from "react";
import "../i18n";
import { choose } from "../app/preferences";
import type { Locale } from "../model/types";

/** Renders below a router, so that links work; waits until the router is there. */
export async function show(element: ReactElement, locale: Locale = "en") {
  choose({ locale });
  const rootRoute = createRootRoute();
  const page = createRoute({ getParentRoute: () => rootRoute, path: "/", component: () => element });
  const router = createRouter({
    routeTree: rootRoute.addChildren([page]),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  await router.load();
  return render(
    <QueryClientProvider client={new QueryClient()}>
      {/* The app registers another route tree with this type. */}
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
}
