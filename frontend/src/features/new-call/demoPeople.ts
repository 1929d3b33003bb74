/** Whom one can call in the demo: the simulated Retell plays them by their numbers. */
export const DEMO_PEOPLE = [
  { agent: "Driver check-in", number: "+14155550110", who: "A delayed driver" },
  { agent: "Driver check-in", number: "+14155550113", who: "A driver who speaks Spanish" },
  { agent: "Driver check-in", number: "+14155550103", who: "A voicemail" },
  { agent: "Emergency protocol", number: "+14155550111", who: "A driver after an accident" },
  { agent: "Sales qualification", number: "+14155550112", who: "A prospect with ten minutes" },
  { agent: "Appointment reminder", number: "+14155550115", who: "A patient who cannot come" },
] as const;

/** Those the agent is made for; for an agent of one's own, one of each kind. */
export function peopleFor(agentName: string) {
  const fitting = DEMO_PEOPLE.filter(({ agent }) => agent === agentName);
  return fitting.length > 0 ? fitting : [DEMO_PEOPLE[0], DEMO_PEOPLE[2]];
}
