/** A user event or a change, as `GET /api/events` sends it. */
export type LiveEvent = {
  /** Where it stands in Kafka: its identity. */
  id: string;
  side: "users" | "changes";
  /** Milliseconds. */
  at: number;
  /** What happened: LOGIN_SUCCESS, INSERT. */
  what: string;
  /** Of a user event who, of a change the table. */
  whom: string;
  address: string;
  /** What a reader needs to see first: a reason, the columns that changed. */
  brief: string;
  /** What makes several events one thing: the commit of a change, and of the user event that was written in the same transaction. */
  commit: string | undefined;
  /** What a search looks into, once there is one. */
  text?: string;
  /** Of its JSON, in characters. */
  size: number;
  data: Data;
};

type Data = Record<string, unknown>;

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
const objectOf = (value: unknown): Data => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Data) : {});

/** The event in the data of a server-sent event; undefined when it is none. */
export function eventOf(json: string): LiveEvent | undefined {
  let data: Data;
  try {
    data = objectOf(JSON.parse(json));
  } catch {
    return undefined;
  }
  const at = Date.parse(textOf(data.timestamp));
  if (Number.isNaN(at) || typeof data.topic !== "string") {
    return undefined;
  }
  const common = { at, data, size: json.length, address: textOf(data.ip) };
  if (data.source === "kafka-user-events") {
    const eventId = textOf(data.eventId);
    return {
      ...common,
      id: eventId || position(data),
      side: "users",
      what: textOf(data.event),
      whom: textOf(data.username),
      brief: textOf(data.reason),
      commit: undefined,
    };
  }
  return {
    ...common,
    id: position(data),
    side: "changes",
    what: textOf(data.operation),
    whom: textOf(data.table) || textOf(data.database),
    brief: briefOf(data),
    commit: textOf(data.commitTs) || undefined,
  };
}

function position({ topic, partition, offset }: Data): string {
  return `${textOf(topic)}/${textOf(partition)}/${textOf(offset)}`;
}

function briefOf({ operation, key, old, ddlType }: Data): string {
  if (operation === "DDL") {
    return textOf(ddlType);
  }
  const row = Object.entries(objectOf(key))
    .map(([column, value]) => `${column} ${textOf(value)}`)
    .join(", ");
  const changed = Object.keys(objectOf(old)).join(", ");
  return operation === "UPDATE" && changed !== "" ? `${row}: ${changed}` : row;
}

/** The id of the login that was written in the same transaction as this change: of a new session's row. A logout changes the same row. */
export function loginOf({ side, what, data }: LiveEvent): string | undefined {
  const id = side === "changes" && what === "INSERT" && data.table === "access_tokens" ? objectOf(data.data).event_id : undefined;
  return typeof id === "string" ? id : undefined;
}

export type Column = { name: string; before: unknown; after: unknown; changed: boolean };

/** Old and new values side by side: all columns of the row, those that an UPDATE changed marked. */
export function columnsOf({ data: { operation, data, old } }: LiveEvent): Column[] {
  const now = objectOf(data);
  const was = objectOf(old);
  return [...new Set([...Object.keys(now), ...Object.keys(was)])].map((name) => {
    switch (operation) {
      case "INSERT":
        return { name, before: undefined, after: now[name], changed: false };
      case "DELETE":
        return { name, before: name in was ? was[name] : now[name], after: undefined, changed: false };
      default:
        return { name, before: name in was ? was[name] : now[name], after: now[name], changed: name in was };
    }
  });
}

export type Filter = { search: string; action: string; table: string; operation: string; address: string };

export const NO_FILTER: Filter = { search: "", action: "", table: "", operation: "", address: "" };

type Events = { users: readonly LiveEvent[]; changes: readonly LiveEvent[] };

/**
 * The events that somebody asked for, the newest first. Who searches a user also finds the row changes of what he did, which do not name him.
 * What only user events have (action, address) leaves the changes alone, what only changes have (table, operation) the user events.
 */
export function filtered({ users, changes }: Events, filter: Filter): { users: LiveEvent[]; changes: LiveEvent[] } {
  const search = filter.search.toLowerCase();
  const isFound = (event: LiveEvent) => search === "" || searched(event).includes(search);
  const found = users.filter(isFound);
  const commits = new Set(found.map(({ commit }) => commit));
  commits.delete(undefined);
  return {
    users: found
      .filter(({ what, address }) => (filter.action === "" || what === filter.action) && address.startsWith(filter.address))
      .reverse(),
    changes: changes
      .filter(({ whom, what }) => (filter.table === "" || whom === filter.table) && (filter.operation === "" || what === filter.operation))
      .filter((event) => commits.has(event.commit) || isFound(event))
      .reverse(),
  };
}

/** What a reader sees and the values of all fields in lower case; no names of fields, nor what all events of a side have alike. */
function searched(event: LiveEvent): string {
  event.text ??= [event.brief, ...valuesIn({ ...event.data, source: undefined, topic: undefined })].join("\n").toLowerCase();
  return event.text;
}

function valuesIn(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(valuesIn) : [textOf(value)];
}
