import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compress } from "./vite/compress.ts";

const server = process.env.RINGBACK_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), compress()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  worker: { format: "es" },
  build: {
    outDir: "../backend/static",
    emptyOutDir: true,
    target: "es2023",
    // The first with `light-dark()`, of which lowering would leave nothing.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // Inlined files would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: "assets/licences.md" },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(
      ["/api", "/webhook", "/health", "/docs", "/openapi.json"].map((path) => [path, server]),
    ),
  },
});
