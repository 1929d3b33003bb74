/**
 * Who may import whom: `app > pages > features > parts > api`, downwards only. A page knows no other
 * page, and a feature no other feature but `session`: what two of them need goes one layer down.
 */
import { readdirSync } from "node:fs";
import imports from "eslint-plugin-import-x";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";

const LAYERS = ["app", "pages", "features", "parts", "api"];
const FOR_EVERY_FEATURE = "session";

const upwards = LAYERS.slice(1).map((layer, below) => ({
  target: `./src/${layer}`,
  from: LAYERS.slice(0, below + 1).map((above) => `./src/${above}`),
  message: `${layer} is below it: app > pages > features > parts > api.`,
}));

function apart(layer, shared = []) {
  const from = `${import.meta.dirname}/src/${layer}`;
  return readdirSync(from, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      target: `./src/${layer}/${name}`,
      from: `./src/${layer}`,
      except: [...new Set([name, ...shared])].map((each) => `./${each}`),
      message: `${layer} know nothing of each other: move what both need one layer down.`,
    }));
}

export const layers = {
  files: ["src/**/*.{ts,tsx}"],
  plugins: { "import-x": imports },
  settings: {
    ...imports.flatConfigs.typescript.settings,
    "import-x/resolver-next": [
      createTypeScriptImportResolver({ project: `${import.meta.dirname}/tsconfig.app.json` }),
    ],
  },
  rules: {
    "import-x/no-restricted-paths": [
      "error",
      {
        basePath: import.meta.dirname,
        zones: [...upwards, ...apart("pages"), ...apart("features", [FOR_EVERY_FEATURE])],
      },
    ],
    "import-x/no-cycle": ["error", { ignoreExternal: true }],
  },
};
