import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { analysisSettingsQuery } from "@/api/analysis";
import { ErrorState } from "@/parts/ErrorState";
import { AnalysisForm } from "./AnalysisForm";
import { Costs } from "./Costs";
import { LeftOut } from "./LeftOut";

/** What every call is asked, for how much a day, and what was left out for it. */
export function CallAnalysis() {
  const settings = useQuery(analysisSettingsQuery);
  if (settings.error)
    return <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />;
  if (!settings.data) return <Skeleton h={420} radius="lg" />;
  return (
    <Stack>
      <AnalysisForm key={settings.data.schema_version} stored={settings.data} />
      <LeftOut />
      <Costs settings={settings.data} />
    </Stack>
  );
}
