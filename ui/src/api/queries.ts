import { QueryCache, QueryClient, MutationCache, queryOptions } from "@tanstack/react-query";
import { api, ApiError, unwrap } from "./client";

/** @param sessionEnded called when a response says that the session has ended */
export function createQueryClient(sessionEnded: () => void): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.status === 401) {
      sessionEnded();
    }
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] === "profile" || onError(error) }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => mutation.meta?.signIn === true || onError(error),
    }),
    defaultOptions: {
      queries: {
        // The refetch interval is the retry.
        retry: false,
        staleTime: 1000,
        // The browser's "offline" is a guess: a server on this machine stays reachable.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}

export const profileQuery = queryOptions({
  queryKey: ["profile"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/profile", { signal })),
  staleTime: 30_000,
});

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/sessions", { signal })),
  refetchInterval: 10_000,
});

export const routesQuery = queryOptions({
  queryKey: ["routes"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/routes", { signal })),
  refetchInterval: 2_000,
});

export const historyQuery = queryOptions({
  queryKey: ["history"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/history", { signal })),
  refetchInterval: 3_000,
});

export const deadLettersQuery = queryOptions({
  queryKey: ["dead-letters"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/dead-letters", { signal })),
  refetchInterval: 10_000,
});

export const deadLetterQuery = (topic: string, partition: string, offset: string) =>
  queryOptions({
    queryKey: [...deadLettersQuery.queryKey, topic, partition, offset],
    queryFn: ({ signal }) =>
      // Sent as written in the address bar; the server rejects what is not a number.
      unwrap(
        api.GET("/api/dead-letters/{topic}/{partition}/{offset}", {
          params: { path: { topic, partition: partition as unknown as number, offset: offset as unknown as number } },
          signal,
        }),
      ),
  });
