import type { Schemas } from "../api/client";
import { Time } from "../components/Time";
import { UntrustedText } from "../components/UntrustedText";

export type StalledPartition = Schemas["StalledPartition"];

/** Shown on every page; the page of the routes lists all. */
const SHOWN = 3;

/** Says on every page that partitions do not advance. */
export function StalledNotice({ partitions }: { partitions: StalledPartition[] }) {
  if (partitions.length === 0) {
    return null;
  }
  const hidden = partitions.length - SHOWN;
  return (
    <section className="notice bad stalled" role="alert">
      <h2>{partitions.length === 1 ? "1 stalled partition" : `${partitions.length} stalled partitions`}</h2>
      <ul>
        {partitions.slice(0, SHOWN).map((partition) => (
          <li key={`${partition.route}/${partition.topic}/${partition.partition}`}>
            Route <UntrustedText code>{partition.route}</UntrustedText> is stalled in <Place partition={partition} />
          </li>
        ))}
      </ul>
      {hidden > 0 && <p>{hidden === 1 ? "1 more." : `${hidden} more.`}</p>}
    </section>
  );
}

/** Where a route is stalled, since when, and why. */
export function Place({ partition: { topic, partition, offset, since, cause } }: { partition: StalledPartition }) {
  return (
    <>
      <UntrustedText code>{topic}</UntrustedText>
      {partition !== null && `, partition ${partition}`}
      {offset !== null && `, offset ${offset}`}, since <Time at={since} />: <UntrustedText>{cause}</UntrustedText>
    </>
  );
}
