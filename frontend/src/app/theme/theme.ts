import {
  Badge,
  Card,
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Modal,
  Notification,
  Skeleton,
  Table,
  Tooltip,
} from "@mantine/core";

const signal: MantineColorsTuple = [
  "#e6f7f4",
  "#cbeee7",
  "#98ddcf",
  "#63ccb7",
  "#38bba2",
  "#1ba68d",
  "#0f8c77",
  "#0c7364",
  "#0a5c52",
  "#08443e",
];

const stone: MantineColorsTuple = [
  "#faf9f6",
  "#f3f1ec",
  "#e8e5de",
  "#d8d4ca",
  "#b9b4a8",
  "#958f83",
  "#6b665c",
  "#524e46",
  "#393630",
  "#22201c",
];

const ink: MantineColorsTuple = [
  "#e3e9e7",
  "#c2ccc9",
  "#98a6a2",
  "#71807c",
  "#3a4946",
  "#2a3734",
  "#1c2725",
  "#131b1a",
  "#0d1413",
  "#080d0c",
];

export const theme = createTheme({
  primaryColor: "signal",
  primaryShade: 7,
  colors: { signal, gray: stone, dark: ink },
  black: "#1b1a17",
  fontFamily:
    "'Geist Variable', ui-sans-serif, system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif",
  fontFamilyMonospace: "'Geist Mono Variable', ui-monospace, 'SF Mono', Menlo, monospace",
  headings: {
    fontWeight: "620",
    sizes: {
      h1: { fontSize: "1.5rem", lineHeight: "1.25" },
      h2: { fontSize: "1.125rem", lineHeight: "1.35" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  fontSizes: { xs: "0.75rem", sm: "0.84375rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.25rem" },
  defaultRadius: "md",
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "20px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Badge: Badge.extend({ defaultProps: { variant: "light", radius: "sm", tt: "none", fw: 550 } }),
    Card: Card.extend({ defaultProps: { withBorder: true, radius: "lg", padding: "lg" } }),
    Modal: Modal.extend({
      defaultProps: {
        radius: "lg",
        closeButtonProps: { "aria-label": "Close" },
        overlayProps: { blur: 2, backgroundOpacity: 0.45 },
      },
    }),
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { "aria-label": "Dismiss" } },
    }),
    Skeleton: Skeleton.extend({ defaultProps: { radius: "sm" } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: "sm", horizontalSpacing: "md" } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 250,
        withArrow: true,
        events: { hover: true, focus: true, touch: true },
      },
    }),
  },
});

/** Colours by their purpose, for both schemes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    "--rail": "#0c2a29",
    "--rail-hover": "#143a38",
    "--rail-active": "#1c4a47",
    "--rail-text": "#b9d2cd",
    "--rail-strong": "#ffffff",
    "--rail-line": "#1d4441",
  },
  light: {
    "--mantine-color-body": "#faf9f6",
    "--surface": "#ffffff",
    "--surface-sunken": "#f3f1ec",
    "--line": "#e5e2da",
    "--line-strong": "#d0ccc1",
    "--marker": "#ffe48a",
    "--marker-text": "#2b2205",
    "--live": "#0c7364",
    "--mantine-color-dimmed": "#6b665c",
    // The library's own are too faint to read as text.
    "--mantine-color-error": "var(--mantine-color-red-9)",
    "--mantine-color-red-light-color": "#a61e1e",
    "--mantine-color-orange-light-color": "#a33a08",
    "--mantine-color-default-border": "#d8d4ca",
  },
  dark: {
    "--mantine-color-body": "#0d1413",
    "--surface": "#131b1a",
    "--surface-sunken": "#0a100f",
    "--line": "#23302d",
    "--line-strong": "#36443f",
    "--marker": "#5c4a0a",
    "--marker-text": "#fff3c4",
    "--live": "#38bba2",
    "--mantine-color-dimmed": "#98a6a2",
    "--mantine-color-error": "var(--mantine-color-red-5)",
    "--mantine-color-default-border": "#2f3d3a",
    // The library's own are loud as grounds of whole notices.
    "--mantine-color-orange-light": "#2e2012",
    "--mantine-color-orange-light-color": "#ffc078",
    "--mantine-color-gray-light": "#1e2a28",
    "--mantine-color-gray-light-hover": "#263431",
    "--mantine-color-gray-light-color": "#c2ccc9",
  },
});
