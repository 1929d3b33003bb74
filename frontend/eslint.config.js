import js from "@eslint/js";
import query from "@tanstack/eslint-plugin-query";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";
import ts from "typescript-eslint";
import { layers } from "./layers.js";

export default ts.config(
  { ignores: ["node_modules", "src/api/schema.d.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": [
        "error",
        { checksVoidReturn: { attributes: false } },
      ],
      // The router's `redirect` and `notFound` are thrown.
      "@typescript-eslint/only-throw-error": "off",
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [
      hooks.configs.flat.recommended,
      a11y.flatConfigs.recommended,
      query.configs["flat/recommended"],
    ],
    languageOptions: { globals: globals.browser },
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "fetch", message: "Use the typed client of src/api." },
      ],
    },
  },
  layers,
  { files: ["public/*.js"], languageOptions: { globals: globals.browser } },
);
