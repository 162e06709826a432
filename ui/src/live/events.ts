/** A user event or a row change, as `GET /api/events` sends it. */
export type LiveEvent = {
  /** The event id of a user event; otherwise topic, partition and offset. */
  id: string;
  side: "users" | "changes";
  /** Milliseconds. */
  at: number;
  /** LOGIN_SUCCESS, INSERT. */
  type: string;
  /** The user of a user event, the table of a row change. */
  subject: string;
  address: string;
  /** One line: the reason of a user event, the key and the changed columns of a row change. */
  summary: string;
  /** The commit of a row change, and of the user event written in the same transaction. */
  commit: string | undefined;
  /** What a search looks at; filled by the first search. */
  searchText?: string;
  /** Characters of the JSON. */
  size: number;
  data: Data;
};

type Data = Record<string, unknown>;

const toText = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
const toObject = (value: unknown): Data => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Data) : {});

/** Parses the data of a server-sent event; undefined when it is neither a user event nor a row change. */
export function parseEvent(json: string): LiveEvent | undefined {
  let data: Data;
  try {
    data = toObject(JSON.parse(json));
  } catch {
    return undefined;
  }
  const at = Date.parse(toText(data.timestamp));
  if (Number.isNaN(at) || typeof data.topic !== "string") {
    return undefined;
  }
  const common = { at, data, size: json.length, address: toText(data.ip) };
  if (data.source === "kafka-user-events") {
    return {
      ...common,
      id: toText(data.eventId) || position(data),
      side: "users",
      type: toText(data.event),
      subject: toText(data.username),
      summary: toText(data.reason),
      commit: undefined,
    };
  }
  return {
    ...common,
    id: position(data),
    side: "changes",
    type: toText(data.operation),
    subject: toText(data.table) || toText(data.database),
    summary: summaryOf(data),
    commit: toText(data.commitTs) || undefined,
  };
}

function position({ topic, partition, offset }: Data): string {
  return `${toText(topic)}/${toText(partition)}/${toText(offset)}`;
}

function summaryOf({ operation, key, old, ddlType }: Data): string {
  if (operation === "DDL") {
    return toText(ddlType);
  }
  const row = Object.entries(toObject(key))
    .map(([column, value]) => `${column} ${toText(value)}`)
    .join(", ");
  const changed = Object.keys(toObject(old)).join(", ");
  return operation === "UPDATE" && changed !== "" ? `${row}: ${changed}` : row;
}

/** The id of the login event written in the transaction that inserted this session. A logout updates the same row and does not count. */
export function loginEventId({ side, type, data }: LiveEvent): string | undefined {
  const id = side === "changes" && type === "INSERT" && data.table === "access_tokens" ? toObject(data.data).event_id : undefined;
  return typeof id === "string" ? id : undefined;
}

export type Column = { name: string; before: unknown; after: unknown; changed: boolean };

/** The old and new value of every column of the row. */
export function columnsOf({ data: { operation, data, old } }: LiveEvent): Column[] {
  const after = toObject(data);
  const before = toObject(old);
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].map((name) => {
    switch (operation) {
      case "INSERT":
        return { name, before: undefined, after: after[name], changed: false };
      case "DELETE":
        return { name, before: name in before ? before[name] : after[name], after: undefined, changed: false };
      default:
        return { name, before: name in before ? before[name] : after[name], after: after[name], changed: name in before };
    }
  });
}

export type Filter = { search: string; action: string; table: string; operation: string; address: string };

export const NO_FILTER: Filter = { search: "", action: "", table: "", operation: "", address: "" };

type Events = { users: readonly LiveEvent[]; changes: readonly LiveEvent[] };

/**
 * The matching events, newest first. A search for a user also finds the row changes of that user's transactions, which do not contain the
 * name. Action and address filter user events only; table and operation filter row changes only.
 */
export function filterEvents({ users, changes }: Events, filter: Filter): { users: LiveEvent[]; changes: LiveEvent[] } {
  const search = filter.search.toLowerCase();
  const matches = (event: LiveEvent) => search === "" || searchTextOf(event).includes(search);
  const matchingUsers = users.filter(matches);
  const commits = new Set(matchingUsers.map(({ commit }) => commit));
  commits.delete(undefined);
  return {
    users: matchingUsers
      .filter(({ type, address }) => (filter.action === "" || type === filter.action) && address.startsWith(filter.address))
      .reverse(),
    changes: changes
      .filter(
        ({ subject, type }) => (filter.table === "" || subject === filter.table) && (filter.operation === "" || type === filter.operation),
      )
      .filter((event) => commits.has(event.commit) || matches(event))
      .reverse(),
  };
}

/** The summary and all values in lower case, without field names and without what all events of a side share. */
function searchTextOf(event: LiveEvent): string {
  event.searchText ??= [event.summary, ...valuesIn({ ...event.data, source: undefined, topic: undefined })].join("\n").toLowerCase();
  return event.searchText;
}

function valuesIn(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(valuesIn) : [toText(value)];
}
