import { Time } from "../components/Time";
import type { ComponentStatus, SystemStatus, Tone } from "./status";

/** A shape for each tone, so that nobody has to tell colours apart. */
const ICONS: Record<Tone, string> = { good: "●", warn: "▲", bad: "■", unknown: "○" };

export function StatusIcon({ tone }: { tone: Tone }) {
  return (
    <span className={`status-icon ${tone}`} aria-hidden="true">
      {ICONS[tone]}
    </span>
  );
}

/** The status of the database, Kafka and the changefeed, each with the time of its last change. */
export function StatusBar({ status }: { status: SystemStatus | undefined }) {
  return (
    <section className="status" aria-label="System status">
      <Item name="Database" status={status?.database} />
      <Item name="Kafka" status={status?.kafka} />
      <Item name="Changefeed" status={status?.changefeed} />
      {/* Without the times, so that a screen reader announces changes of the status only. */}
      <p className="visually-hidden" role="status">
        {status === undefined
          ? ""
          : `Database ${status.database.label}, Kafka ${status.kafka.label}, changefeed ${status.changefeed.label}.`}
      </p>
    </section>
  );
}

function Item({ name, status }: { name: string; status: ComponentStatus | undefined }) {
  const tone = status?.tone ?? "unknown";
  return (
    <div className={`status-item ${tone}`}>
      <span className="status-name">
        <StatusIcon tone={tone} /> {name}
      </span>
      <span className="status-label">
        {status?.label ?? "…"}
        {status?.since !== undefined && (
          <span className="status-since">
            {" since "}
            <Time at={status.since} short />
          </span>
        )}
      </span>
    </div>
  );
}
