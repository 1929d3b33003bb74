import { Card, Group, Text, Title } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import type { Moment } from "@/api/analysis";
import type { Place } from "@/api/records";
import { asClock } from "@/parts/time";
import { vertical } from "@/parts/charts/scale";
import { LEVELS, levelName, linesOf, placesOf, sayMoment, speakerName } from "./feelings";
import classes from "./Analysis.module.css";

interface Props {
  moments: readonly Moment[];
  onShow: (place: Place) => void;
  onHover: (place: Place | null) => void;
}

const USUAL_WIDTH = 480;
const HEIGHT = 130;
const LEFT = 92;
const EDGE = 10;

/** How each speaker felt over the call: a line each, and the moments it is drawn by. */
export function FeelingsLine({ moments, onShow, onHover }: Props) {
  const lines = linesOf(moments);
  return (
    <Card component="section" aria-label="Sentiment over the call">
      <Group justify="space-between" mb="sm">
        <Title order={2}>Sentiment over the call</Title>
        <Group gap="md" aria-hidden>
          {lines.map(([speaker], index) => (
            <Text key={speaker} size="xs" c="dimmed">
              <span className={classes.key} data-line={index} /> {speaker}
            </Text>
          ))}
        </Group>
      </Group>
      <Drawing moments={moments} />
      <ol className={classes.moments}>
        {moments.map((moment) => {
          const place = { turns: [moment.turn], start_ms: moment.start_ms };
          return (
            <li key={moment.field}>
              <button
                type="button"
                className={classes.moment}
                onClick={() => onShow(place)}
                onMouseEnter={() => onHover(place)}
                onMouseLeave={() => onHover(null)}
                onFocus={() => onHover(place)}
                onBlur={() => onHover(null)}
              >
                <span className={classes.when}>
                  {moment.start_ms === null ? `Turn ${moment.turn}` : asClock(moment.start_ms)}
                </span>
                <span>
                  {speakerName(moment.speaker)}: <strong>{levelName(moment)}</strong>
                  {moment.about && ` · ${moment.about}`}
                  <span className={classes.quote}>“{moment.quote}”</span>
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

function Drawing({ moments }: { moments: readonly Moment[] }) {
  const { ref, width: measured } = useElementSize();
  const width = measured || USUAL_WIDTH;
  const y = vertical(-2, 2, HEIGHT);
  const place = placesOf(moments);
  const x = (moment: Moment) => LEFT + EDGE + place(moment) * (width - LEFT - 2 * EDGE);
  return (
    <svg
      ref={ref}
      className={classes.drawing}
      viewBox={`0 -10 ${width} ${HEIGHT + 20}`}
      height={HEIGHT + 20}
      role="img"
      aria-label="How speakers felt over the call; the moments are listed below."
    >
      {LEVELS.map((name, index) => (
        <g key={name}>
          <line className={classes.grid} x1={LEFT} x2={width} y1={y(index - 2)} y2={y(index - 2)} />
          <text className={classes.axis} x={LEFT - 8} y={y(index - 2) + 4} textAnchor="end">
            {name}
          </text>
        </g>
      ))}
      {linesOf(moments).map(([speaker, own], index) => (
        <g key={speaker} data-line={index}>
          <polyline
            className={classes.line}
            points={own.map((moment) => `${x(moment)},${y(moment.level)}`).join(" ")}
          />
          {own.map((moment) => (
            <circle
              key={moment.field}
              className={classes.dot}
              cx={x(moment)}
              cy={y(moment.level)}
              r={4}
            >
              <title>{sayMoment(moment)}</title>
            </circle>
          ))}
        </g>
      ))}
    </svg>
  );
}
