import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ConfigProvider } from "antd";
import enGB from "antd/locale/en_GB";
import zhCN from "antd/locale/zh_CN";
import { useLayoutEffect, useMemo } from "react";
import { ErrorBoundary } from "./ErrorBoundary";
import { applyPalette } from "./palette";
import { usePreferences } from "./preferences";
import { router } from "./router";
import { antdTheme } from "./theme";

const queries = new QueryClient({
  defaultOptions: { queries: { retry: 2, staleTime: 2000, refetchOnWindowFocus: true } },
});

export function App() {
  const { locale, theme } = usePreferences();
  const tokens = useMemo(() => antdTheme(theme), [theme]);
  useLayoutEffect(() => applyPalette(theme), [theme]);
  return (
    <ErrorBoundary>
      <ConfigProvider theme={tokens} locale={locale === "zh" ? zhCN : enGB}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </ConfigProvider>
    </ErrorBoundary>
  );
}
