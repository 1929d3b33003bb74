import {
  type Icon,
  IconActivityHeartbeat,
  IconChartHistogram,
  IconMessageSearch,
  IconMicrophone,
  IconPhoneCall,
  IconRobot,
  IconChecklist,
  IconScale,
  IconSend,
  IconSettings,
  IconSpeakerphone,
} from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";
import type { Role } from "@/api/session";

export interface Place {
  label: string;
  icon: Icon;
  to: LinkProps["to"];
  /** Who sees it; everybody when left out. */
  roles?: Role[];
  /** Only when the address is exactly this one, not one below. */
  exact?: boolean;
}

/** The main places, in the order people need them. */
export const places: Place[] = [
  { label: "Live board", icon: IconActivityHeartbeat, to: "/", exact: true },
  { label: "Calls", icon: IconPhoneCall, to: "/calls" },
  { label: "Campaigns", icon: IconSpeakerphone, to: "/campaigns" },
  { label: "Search", icon: IconMessageSearch, to: "/search" },
  { label: "Insights", icon: IconChartHistogram, to: "/insights" },
  { label: "Recordings", icon: IconMicrophone, to: "/recordings" },
  { label: "Review", icon: IconChecklist, to: "/review" },
  { label: "Quality", icon: IconScale, to: "/quality" },
  { label: "Agents", icon: IconRobot, to: "/agents" },
  { label: "Destinations", icon: IconSend, to: "/destinations" },
  { label: "Settings", icon: IconSettings, to: "/settings" },
];
