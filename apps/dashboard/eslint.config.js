import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

/** What a layer may not know: `ui` draws, `client` talks, `features` do both. */
const forbid = (...group) => ({
  "no-restricted-imports": [
    "error",
    {
      patterns: [
        { group, message: "this layer does not know that one: see apps/dashboard/README.md" },
      ],
    },
  ],
});

export default defineConfig(
  { ignores: ["dist", "src/client/generated"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      jsxA11y.flatConfigs.strict,
      reactHooks.configs.flat["recommended-latest"],
    ],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-definitions": "off",
    },
  },
  { files: ["src/ui/**"], rules: forbid("@/client", "@/client/*", "@/features/*", "@/app/*") },
  { files: ["src/client/**"], rules: forbid("@/ui/*", "@/features/*", "@/app/*") },
  { files: ["src/features/**"], rules: forbid("@/app/*", "@/client/fake", "@/client/fake/*") },
  {
    files: ["src/**/*.test.{ts,tsx}", "tests/**"],
    rules: { "no-restricted-imports": "off", "@typescript-eslint/no-non-null-assertion": "off" },
  },
  {
    // The host in memory trusts its page: it is not there to find mistakes in what it is sent.
    files: ["src/client/fake/**"],
    rules: { "@typescript-eslint/no-base-to-string": "off" },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
);
