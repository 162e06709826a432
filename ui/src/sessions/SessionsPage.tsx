import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client";
import { profileQuery, sessionsQuery } from "../api/queries";
import { Button } from "../parts/Button";
import { Confirm } from "../parts/Confirm";
import { DataTable, type Column } from "../parts/DataTable";
import { Name } from "../parts/Name";
import { Answer, handsFocusOn, Page } from "../parts/Page";
import { Time } from "../parts/Time";
import { say, sayError } from "../parts/Toasts";
import { clientOf } from "./clientOf";
import { PasswordForm } from "./PasswordForm";
import { SignOut, useLeave } from "./SignOut";

type Session = Schemas["Session"];

const columns: Column<Session>[] = [
  {
    id: "client",
    header: "Signed in with",
    accessorFn: ({ userAgent }) => clientOf(userAgent),
    sortFn: "alphanumeric",
    cell: ({ row: { original: session } }) => (
      <>
        <Name>{clientOf(session.userAgent)}</Name>
        {session.current && <span className="badge accent">this session</span>}
        {session.userAgent !== null && (
          <div className="under clipped" title={session.userAgent}>
            <Name>{session.userAgent}</Name>
          </div>
        )}
      </>
    ),
  },
  {
    id: "address",
    header: "From",
    accessorFn: (session) => session.ipAddress,
    sortFn: "alphanumeric",
    cell: ({ row: { original: session } }) => <Name code>{session.ipAddress}</Name>,
  },
  {
    id: "created",
    header: "Signed in",
    accessorFn: (session) => session.createdAt,
    sortFn: "basic",
    cell: ({ row: { original: session } }) => <Time at={session.createdAt} />,
  },
  {
    id: "expires",
    header: "Ends",
    accessorFn: (session) => session.expiresAt,
    sortFn: "basic",
    cell: ({ row: { original: session } }) => <Time at={session.expiresAt} />,
  },
  {
    id: "action",
    header: "Action",
    enableSorting: false,
    cell: ({ row: { original: session } }) => (session.current ? <SignOut /> : <Revoke session={session} />),
  },
];

export function SessionsPage() {
  const sessions = useQuery(sessionsQuery);
  const { data: profile } = useSuspenseQuery(profileQuery);
  const count = sessions.data?.sessions.length;
  return (
    <Page
      title="Sessions"
      summary={
        <>
          Where <Name>{profile.username}</Name> (<Name>{profile.email}</Name>) is signed in
          {count === undefined ? "." : count === 1 ? ": one session." : `: ${count} sessions.`}
        </>
      }
      actions={<EndAll />}
    >
      <Answer of={sessions}>
        {({ sessions: rows }) => (
          <DataTable label="Your sessions" rows={rows} columns={columns} idOf={(session) => String(session.id)} empty="None." />
        )}
      </Answer>
      <PasswordForm username={profile.username} />
    </Page>
  );
}

function Revoke({ session }: { session: Session }) {
  const queries = useQueryClient();
  const client = clientOf(session.userAgent);
  const revoke = useMutation({
    mutationFn: () => dataOf(api.DELETE("/api/sessions/{id}", { params: { path: { id: String(session.id) } } })),
    onSuccess: () => {
      queries.setQueryData(
        sessionsQuery.queryKey,
        (before) => before && { sessions: before.sessions.filter(({ id }) => id !== session.id) },
      );
      say(
        <>
          The session of <Name>{client}</Name> at <Name>{session.ipAddress}</Name> is over.
        </>,
      );
    },
    onError: (error) => sayError("The session was not ended.", error),
    onSettled: () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  return (
    <span ref={handsFocusOn}>
      <Button busy={revoke.isPending} onClick={() => revoke.mutate()} aria-label={`End the session of ${client} at ${session.ipAddress}`}>
        End
      </Button>
    </span>
  );
}

function EndAll() {
  const leave = useLeave();
  const endAll = useMutation({
    mutationFn: () => dataOf(api.DELETE("/api/sessions")),
    onSuccess: leave,
    onError: (error) => sayError("The sessions were not ended.", error),
  });
  return (
    <Confirm
      trigger={
        <Button look="danger" busy={endAll.isPending}>
          End all sessions
        </Button>
      }
      title="End all of your sessions?"
      action="End all"
      onConfirm={() => endAll.mutate()}
    >
      <p>Every browser and program that is signed in as you has to sign in again, this page among them.</p>
    </Confirm>
  );
}
