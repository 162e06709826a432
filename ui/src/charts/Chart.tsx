import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { Button } from "../components/Button";
import { UntrustedText } from "../components/UntrustedText";
import { counted, lasting, now, stacked, steps, top, type Line, type Look, type Minute } from "./history";

const HEIGHT = 210;
const DASHES: Record<Look, number[]> = {
  good: [],
  bad: [6, 4],
  one: [],
  two: [5, 2],
  three: [2, 3],
  four: [10, 3, 2, 3],
  five: [14, 5],
  rest: [4, 8],
};

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

function notKnown(): string {
  return "not known";
}

function compactly(value: number): string {
  return compact.format(value);
}

type Props = {
  title: string;
  /** The numbers, in words. */
  words: string;
  minutes: Minute[];
  lines: Line[];
  /** When the newest of the numbers was there, in milliseconds. */
  at: number;
  /** What stands there when there is nothing to draw. */
  empty: string | undefined;
  /** Whether the lines stand one on the other. */
  stack?: boolean;
  unit?: Unit;
  /** What the table says of a minute without a number. */
  nothing?: (minute: Minute) => string;
};

/** How numbers of a kind are said, in full and on the axis, what the axis reaches up to at least, and its steps. */
type Unit = { say: (value: number) => string; tick: (value: number) => string; least: number; steps: number[] };

const POWERS = Array.from({ length: 9 }, (_, power) => 10 ** power);
const NUMBERS: Unit = { say: counted, tick: compactly, least: 5, steps: POWERS.flatMap((power) => [power, 2 * power, 5 * power]) };
/** Milliseconds. */
export const TIMES: Unit = {
  say: lasting,
  tick: lasting,
  least: 100,
  steps: [1, 2, 5, 10, 20, 50, 100, 200, 500, ...[1, 2, 5, 10, 20, 60, 120, 300, 600, 1200].map((seconds) => seconds * 1000)],
};

/** The last hour of some numbers: drawn, in words, and as a table. */
export function Chart({ title, words, minutes, lines, at, empty, stack = false, unit = NUMBERS, nothing = notKnown }: Props) {
  const { say } = unit;
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const [pointed, setPointed] = useState<number>();
  const minute = pointed === undefined ? undefined : minutes[pointed];
  return (
    <figure className="panel chart" aria-labelledby={`${id}-title`}>
      <figcaption>
        <div className="panel-head">
          <h2 id={`${id}-title`}>{title}</h2>
          <Button onClick={() => setAsTable(!asTable)}>
            {asTable ? "Show as chart" : "Show as table"}
            <span className="visually-hidden">: {title}</span>
          </Button>
        </div>
        <p id={`${id}-words`} className="chart-words muted">
          {words}
        </p>
      </figcaption>
      {asTable ? (
        <Numbers title={title} minutes={minutes} lines={lines} say={say} nothing={nothing} />
      ) : (
        <>
          <div className="plot" role="img" aria-labelledby={`${id}-title`} aria-describedby={`${id}-words`}>
            <Plot
              key={lines.map(({ look }) => look).join()}
              minutes={minutes}
              lines={lines}
              at={at}
              stack={stack}
              unit={unit}
              onPoint={setPointed}
            />
            {empty !== undefined && (
              <p className="plot-empty">
                <span>{empty}</span>
              </p>
            )}
          </div>
          <p className="legend-time muted">
            {lines.length === 0 ? "\u00a0" : minute === undefined ? "This minute" : <MinuteAt at={minute.minute} />}
          </p>
          <ul className="legend" aria-label={`${title}: lines`}>
            {lines.map((line) => (
              <li key={line.name}>
                <Swatch look={line.look} />
                <UntrustedText>{line.name}</UntrustedText>
                <span className="legend-value">{saying(minute === undefined ? now(line.values) : line.values[pointed ?? 0], say)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </figure>
  );
}

function MinuteAt({ at }: { at: string }) {
  return <time dateTime={at}>{clock.format(Date.parse(at))}</time>;
}

function saying(value: number | null | undefined, say: (value: number) => string): string {
  return value === null || value === undefined ? "–" : say(value);
}

function Swatch({ look }: { look: Look }) {
  return (
    <svg className={`swatch look-${look}`} width="26" height="10" viewBox="0 0 26 10" aria-hidden="true">
      <path d="M0 5H26" fill="none" stroke="currentColor" strokeWidth="2.5" strokeDasharray={DASHES[look].join(" ") || undefined} />
    </svg>
  );
}

function Numbers({
  title,
  minutes,
  lines,
  say,
  nothing,
}: Required<Pick<Props, "title" | "minutes" | "lines" | "nothing">> & Pick<Unit, "say">) {
  return (
    // One scrolls in it with the keys, too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="numbers" role="region" aria-label={`${title}, as a table`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Minute</th>
            {lines.map(({ name }) => (
              <th scope="col" key={name}>
                <UntrustedText>{name}</UntrustedText>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {minutes
            .map((minute, index) => (
              <tr key={minute.minute}>
                <th scope="row">
                  <MinuteAt at={minute.minute} />
                </th>
                {lines.map(({ name, values }) => (
                  <td key={name}>
                    {values[index] === null ? <span className="muted">{nothing(minute)}</span> : saying(values[index], say)}
                  </td>
                ))}
              </tr>
            ))
            .reverse()}
        </tbody>
      </table>
    </div>
  );
}

type PlotProps = Pick<Props, "minutes" | "lines" | "at"> & {
  stack: boolean;
  unit: Unit;
  /** Takes the number of the minute under the pointer. */
  onPoint: (minute: number | undefined) => void;
};

/** What draws: made once for its lines, given new numbers after that. */
function Plot({ minutes, lines, at, stack, unit, onPoint }: PlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(null);
  const looks = useRef(lines.map(({ look }) => look));

  useLayoutEffect(() => {
    const place = frame.current;
    if (place === null) {
      return undefined;
    }
    const colors = new Colors(place);
    const drawn = new UPlot(options(looks.current, stack, unit, colors, onPoint), [[], ...looks.current.map(() => [])], place);
    plot.current = drawn;
    const size = new ResizeObserver(() => drawn.setSize({ width: place.clientWidth, height: HEIGHT }));
    size.observe(place);
    const recolor = () => {
      colors.forget();
      drawn.redraw(false, true);
    };
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", recolor);
    const theme = new MutationObserver(recolor);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      size.disconnect();
      dark.removeEventListener("change", recolor);
      theme.disconnect();
      drawn.destroy();
    };
  }, [stack, unit, onPoint]);

  useEffect(() => {
    const values = stack ? stacked(lines) : lines.map((line) => line.values);
    plot.current?.setData(steps(minutes, values, at));
  }, [minutes, lines, stack, at]);

  return <div ref={frame} className="plot-frame" />;
}

/** The style sheet's colours, as the canvas needs them: it knows no `light-dark()`. */
class Colors {
  private readonly known = new Map<string, string>();

  constructor(private readonly place: HTMLElement) {}

  /** @param names classes; those that stand after a colour's make another one of it */
  of(...names: string[]): string {
    const key = names.join(" ");
    let color = this.known.get(key);
    if (color === undefined) {
      const probes: HTMLElement[] = [];
      for (const name of names) {
        const probe = (probes.at(-1) ?? this.place).appendChild(document.createElement("i"));
        probe.className = name;
        probes.push(probe);
      }
      color = getComputedStyle(probes.at(-1) ?? this.place).color;
      probes[0]?.remove();
      this.known.set(key, color);
    }
    return color;
  }

  forget(): void {
    this.known.clear();
  }
}

function options(looks: Look[], stack: boolean, unit: Unit, colors: Colors, onPoint: (minute: number | undefined) => void): UPlot.Options {
  const axis = { stroke: () => colors.of("plot-text"), font: "12px system-ui, sans-serif", ticks: { show: false } };
  const grid = { stroke: () => colors.of("plot-grid"), width: 1 };
  return {
    width: 300,
    height: HEIGHT,
    padding: [10, 18, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    hooks: { setCursor: [({ cursor: { idx } }) => onPoint(typeof idx === "number" ? idx >> 1 : undefined)] },
    scales: {
      x: { range: (_plot, first, last) => [first, Math.max(last, first + 3600)] },
      y: { range: (_plot, _smallest, largest) => [0, top(largest, unit.least)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        gap: 4,
        space: 62,
        incrs: [300, 600, 900, 1200, 1800],
        values: (_plot, times) => times.map((time) => clock.format(time * 1000)),
      },
      {
        ...axis,
        grid,
        size: 52,
        gap: 6,
        space: 34,
        incrs: unit.steps,
        values: (_plot, ticks) => ticks.map((tick) => unit.tick(tick)),
      },
    ],
    series: [
      {},
      ...looks.map((look): UPlot.Series => ({
        stroke: () => colors.of(`look-${look}`),
        ...(looks.length === 1 || (!stack && look === "good") || (stack && look === looks[0])
          ? { fill: () => colors.of(`look-${look}`, "plot-area") }
          : {}),
        width: stack ? 1.5 : 2,
        dash: DASHES[look],
        points: { show: false },
        spanGaps: false,
      })),
    ],
    ...(stack
      ? {
          bands: looks.slice(1).map((look, index) => ({
            series: [index + 2, index + 1] as [number, number],
            fill: () => colors.of(`look-${look}`, "plot-area"),
          })),
        }
      : {}),
  };
}
