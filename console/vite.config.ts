import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The manager serves dist/ and the API from one origin; in development Vite passes /api on to the mock or to a manager.
const manager = process.env.HOLDFAST_MANAGER ?? "http://127.0.0.1:7489";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    target: "es2023",
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: false,
  },
  server: { port: 7488, proxy: { "/api": { target: manager, changeOrigin: true } } },
  test: {
    environment: "happy-dom",
    setupFiles: ["src/testing/setup.ts"],
    css: false,
    restoreMocks: true,
    testTimeout: 20_000,
  },
});
