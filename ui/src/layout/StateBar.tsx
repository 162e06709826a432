import { Time } from "../parts/Time";
import type { Signal, SystemState, Tone } from "./state";

/** A shape for each tone, so that nobody has to tell colours apart. */
const SIGNS: Record<Tone, string> = { good: "●", warn: "▲", bad: "■", unknown: "○" };

export function Sign({ tone }: { tone: Tone }) {
  return (
    <span className={`sign ${tone}`} aria-hidden="true">
      {SIGNS[tone]}
    </span>
  );
}

/** How the database, Kafka and the change feed are, each with since when. */
export function StateBar({ state }: { state: SystemState | undefined }) {
  return (
    <section className="state" aria-label="State of the system">
      <Part name="Database" signal={state?.database} />
      <Part name="Kafka" signal={state?.kafka} />
      <Part name="Change feed" signal={state?.changefeed} />
      {/* Only a change is said, not the times. */}
      <p className="unseen" role="status">
        {state === undefined ? "" : `Database ${state.database.word}, Kafka ${state.kafka.word}, change feed ${state.changefeed.word}.`}
      </p>
    </section>
  );
}

function Part({ name, signal }: { name: string; signal: Signal | undefined }) {
  const tone = signal?.tone ?? "unknown";
  return (
    <div className={`part ${tone}`}>
      <span className="part-name">
        <Sign tone={tone} /> {name}
      </span>
      <span className="part-word">
        {signal?.word ?? "…"}
        {signal?.since !== undefined && (
          <span className="part-since">
            {" since "}
            <Time at={signal.since} short />
          </span>
        )}
      </span>
    </div>
  );
}
