import { useId, useState, type PointerEvent } from "react";
import { Button } from "../components/Button";
import { revealInvisible } from "../components/revealInvisible";
import { UntrustedText } from "../components/UntrustedText";
import { areaPath, COUNTS, currentEnd, HEIGHT, linePath, ticks, type Unit } from "./plot";
import { peak, stacked, type Minute, type Series, type SeriesStyle } from "./series";

const DASHES: Record<SeriesStyle, string | undefined> = {
  good: undefined,
  bad: "6 4",
  one: undefined,
  two: "5 2",
  three: "2 3",
  four: "10 3 2 3",
  five: "14 5",
  rest: "4 8",
};

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

type Props = {
  title: string;
  /** The text alternative. */
  summary: string;
  minutes: Minute[];
  series: Series[];
  /** When the data was fetched, in milliseconds. */
  at: number;
  /** Shown when there is nothing to draw. */
  empty: string | undefined;
  /** Whether the series are drawn on top of each other. */
  stack?: boolean;
  unit?: Unit;
  /** The table's text for a minute without a value. */
  missing?: (minute: Minute) => string;
};

/** The last hour as a chart, as text and as a table. */
export function Chart({ title, summary, minutes, series, at, empty, stack = false, unit = COUNTS, missing = () => "unknown" }: Props) {
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const [selected, setSelected] = useState<number>();
  const shown = selected ?? minutes.length - 1;
  const valueOf = ({ values }: Series, minute: number) => {
    const value = values[minute] ?? null;
    return value === null ? "–" : unit.format(value);
  };
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
        <p id={`${id}-summary`} className="chart-summary muted">
          {summary}
        </p>
      </figcaption>
      {asTable ? (
        <ValueTable title={title} minutes={minutes} series={series} unit={unit} missing={missing} />
      ) : (
        <>
          <div className="plot">
            <Plot
              labelId={`${id}-title`}
              descriptionId={`${id}-summary`}
              {...{ minutes, series, at, stack, unit, selected }}
              onSelect={setSelected}
            />
            <input
              type="range"
              className="plot-slider"
              aria-label={`${title}: minute`}
              aria-valuetext={[
                formatMinute(minutes[shown]),
                ...series.map((each) => `${revealInvisible(each.name)} ${valueOf(each, shown)}`),
              ].join(", ")}
              min={0}
              max={minutes.length - 1}
              value={shown}
              onChange={(event) => setSelected(event.target.valueAsNumber)}
              onBlur={() => setSelected(undefined)}
            />
            {empty !== undefined && (
              <p className="plot-empty">
                <span>{empty}</span>
              </p>
            )}
          </div>
          <p className="legend-time muted">
            {series.length === 0 ? "\u00a0" : selected === undefined ? "This minute" : formatMinute(minutes[selected])}
          </p>
          <ul className="legend" aria-label={`${title}: legend`}>
            {series.map((each) => (
              <li key={each.name}>
                <svg className={`swatch series-${each.style}`} width="26" height="10" viewBox="0 0 26 10" aria-hidden="true">
                  <path d="M0 5H26" fill="none" stroke="currentColor" strokeWidth="2.5" strokeDasharray={DASHES[each.style]} />
                </svg>
                <UntrustedText>{each.name}</UntrustedText>
                <span className="legend-value">{valueOf(each, shown)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </figure>
  );
}

function formatMinute(minute: Minute | undefined): string {
  return minute === undefined ? "" : clock.format(Date.parse(minute.minute));
}

type PlotProps = Required<Pick<Props, "minutes" | "series" | "at" | "stack" | "unit">> & {
  labelId: string;
  descriptionId: string;
  selected: number | undefined;
  onSelect: (minute: number | undefined) => void;
};

/** The drawing stretches to its frame; its labels are HTML, which does not stretch. */
function Plot({ labelId, descriptionId, minutes, series, at, stack, unit, selected, onSelect }: PlotProps) {
  const lines = stack ? stacked(series) : series.map(({ values }) => values);
  const marks = ticks(peak(lines.flat()) ?? 0, unit);
  const top = marks.at(-1) ?? 1;
  const end = currentEnd(minutes, at);
  function select({ currentTarget, clientX }: PointerEvent<HTMLElement>) {
    const { left, width } = currentTarget.getBoundingClientRect();
    onSelect(Math.min(Math.max(Math.floor(((clientX - left) / width) * minutes.length), 0), minutes.length - 1));
  }
  return (
    <div className="plot-frame" onPointerDown={select} onPointerMove={select} onPointerLeave={() => onSelect(undefined)}>
      <svg
        role="img"
        aria-labelledby={labelId}
        aria-describedby={descriptionId}
        viewBox={`0 0 ${minutes.length} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {marks.map((mark) => (
          <path key={mark} className="plot-grid" d={`M0 ${HEIGHT * (1 - mark / top)}H${minutes.length}`} />
        ))}
        {selected !== undefined && <rect className="plot-selection" x={selected} width={1} height={HEIGHT} />}
        {series.map(({ name, style }, index) => (
          <g key={name} className={`series-${style}`}>
            {(stack || series.length === 1 || style === "good") && (
              <path className="plot-area" d={areaPath(lines[index] ?? [], stack ? lines[index - 1] : undefined, top, end)} />
            )}
            <path className="plot-line" strokeDasharray={DASHES[style]} d={linePath(lines[index] ?? [], top, end)} />
          </g>
        ))}
      </svg>
      <div aria-hidden="true">
        {marks.map((mark) => (
          <span key={mark} className="plot-tick-y" style={{ bottom: `${(100 * mark) / top}%` }}>
            {unit.tick(mark)}
          </span>
        ))}
        {minutes.map((minute, index) => {
          const time = new Date(minute.minute);
          return time.getMinutes() % 15 === 0 ? (
            <span key={minute.minute} className="plot-tick-x" style={{ left: `${(100 * index) / minutes.length}%` }}>
              {clock.format(time)}
            </span>
          ) : null;
        })}
      </div>
    </div>
  );
}

function ValueTable({ title, minutes, series, unit, missing }: Required<Pick<Props, "title" | "minutes" | "series" | "unit" | "missing">>) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard must reach a scroll area (WCAG 2.1.1)
    <div className="values" role="region" aria-label={`${title}, as a table`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Minute</th>
            {series.map(({ name }) => (
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
                <th scope="row">{formatMinute(minute)}</th>
                {series.map(({ name, values }) => {
                  const value = values[index] ?? null;
                  return <td key={name}>{value === null ? <span className="muted">{missing(minute)}</span> : unit.format(value)}</td>;
                })}
              </tr>
            ))
            .reverse()}
        </tbody>
      </table>
    </div>
  );
}
