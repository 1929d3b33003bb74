import { defineConfig, mergeConfig } from "vitest/config";
import vite from "./vite.config.ts";

export default mergeConfig(
  vite,
  defineConfig({
    test: {
      css: false,
      projects: [
        {
          extends: true,
          test: { name: "rules", include: ["src/**/*.test.ts"], exclude: ["src/api/feed/*"] },
        },
        {
          extends: true,
          test: {
            name: "components",
            include: ["src/**/*.test.tsx", "src/api/feed/*.test.ts"],
            environment: "happy-dom",
            setupFiles: ["src/testing/setup.ts"],
          },
        },
      ],
    },
  }),
);
