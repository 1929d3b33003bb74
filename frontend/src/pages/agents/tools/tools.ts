import type { DraftValues } from "@/pages/agents/parts/draftForm";

export type Tool = DraftValues["tools"][number];
export type ToolKind = Tool["type"];

export const TOOL_KINDS: Record<ToolKind, { label: string; about: string }> = {
  end_call: { label: "Hang up", about: "End the call when all is said." },
  transfer_call: { label: "Transfer call", about: "To a person, cold or warm." },
  press_digit: { label: "Press keys", about: "Find the way through a phone menu." },
  custom: {
    label: "Call an API",
    about: "An HTTP request with arguments the model fills in.",
  },
  other: { label: "Other Retell tool", about: "As Retell's API takes it, in JSON." },
};

export function newTool(kind: ToolKind): Tool {
  switch (kind) {
    case "end_call":
      return { type: kind, name: kind, description: "" };
    case "transfer_call":
      return {
        type: kind,
        name: kind,
        description: "",
        number: "",
        extension: null,
        mode: "cold_transfer",
        show_transferee_as_caller: false,
      };
    case "press_digit":
      return { type: kind, name: kind, description: "", delay_ms: 1000 };
    case "custom":
      return {
        type: kind,
        name: "",
        description: "",
        url: "",
        method: "POST",
        headers: {},
        parameters: null,
        timeout_ms: 120_000,
        speak_during_execution: false,
        speak_after_execution: true,
      };
    case "other":
      return { type: kind, definition: { type: "send_sms", name: "send_sms" } };
  }
}

export function toolName(tool: Tool): string {
  if (tool.type !== "other") return tool.name || TOOL_KINDS[tool.type].label;
  return typeof tool.definition.name === "string" ? tool.definition.name : "unnamed";
}
