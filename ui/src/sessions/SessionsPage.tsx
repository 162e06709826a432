import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "../api/client";
import { profileQuery, sessionsQuery } from "../api/queries";
import { Button } from "../components/Button";
import { Confirm } from "../components/Confirm";
import { DataTable, type Column } from "../components/DataTable";
import { UntrustedText } from "../components/UntrustedText";
import { restoreFocus, Page, QueryResult } from "../components/Page";
import { Time } from "../components/Time";
import { notify, notifyError } from "../components/Toasts";
import { clientName } from "./clientName";
import { PasswordForm } from "./PasswordForm";
import { SignOut, useLeave } from "./SignOut";

type Session = Schemas["Session"];

const columns: Column<Session>[] = [
  {
    id: "client",
    header: "Client",
    accessorFn: ({ userAgent }) => clientName(userAgent),
    sortFn: "alphanumeric",
    cell: ({ row: { original: session } }) => (
      <>
        <UntrustedText>{clientName(session.userAgent)}</UntrustedText>
        {session.current && <span className="badge accent">this session</span>}
        {session.userAgent !== null && (
          <div className="under clipped" title={session.userAgent}>
            <UntrustedText>{session.userAgent}</UntrustedText>
          </div>
        )}
      </>
    ),
  },
  {
    id: "address",
    header: "IP address",
    accessorFn: (session) => session.ipAddress,
    sortFn: "alphanumeric",
    cell: ({ row: { original: session } }) => <UntrustedText code>{session.ipAddress}</UntrustedText>,
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
    header: "Expires",
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
          Signed in as <UntrustedText>{profile.username}</UntrustedText> (<UntrustedText>{profile.email}</UntrustedText>)
          {count === undefined ? "." : count === 1 ? ": 1 session." : `: ${count} sessions.`}
        </>
      }
      actions={<EndAll />}
    >
      <QueryResult query={sessions}>
        {({ sessions: rows }) => (
          <DataTable label="Your sessions" rows={rows} columns={columns} idOf={(session) => String(session.id)} empty="No sessions." />
        )}
      </QueryResult>
      <PasswordForm username={profile.username} />
    </Page>
  );
}

function Revoke({ session }: { session: Session }) {
  const queries = useQueryClient();
  const client = clientName(session.userAgent);
  const revoke = useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/sessions/{id}", { params: { path: { id: String(session.id) } } })),
    onSuccess: () => {
      queries.setQueryData(
        sessionsQuery.queryKey,
        (previous) => previous && { sessions: previous.sessions.filter(({ id }) => id !== session.id) },
      );
      notify(
        <>
          Ended the session of <UntrustedText>{client}</UntrustedText> at <UntrustedText>{session.ipAddress}</UntrustedText>.
        </>,
      );
    },
    onError: (error) => notifyError("Could not end the session.", error),
    onSettled: () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  return (
    <span ref={restoreFocus}>
      <Button busy={revoke.isPending} onClick={() => revoke.mutate()} aria-label={`End the session of ${client} at ${session.ipAddress}`}>
        End
      </Button>
    </span>
  );
}

function EndAll() {
  const leave = useLeave();
  const endAll = useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/sessions")),
    onSuccess: leave,
    onError: (error) => notifyError("Could not end the sessions.", error),
  });
  return (
    <Confirm
      trigger={
        <Button variant="danger" busy={endAll.isPending}>
          End all sessions
        </Button>
      }
      title="End all your sessions?"
      action="End all"
      onConfirm={() => endAll.mutate()}
    >
      <p>Every browser and program that is signed in as you must sign in again, including this one.</p>
    </Confirm>
  );
}
