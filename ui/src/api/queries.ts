import { QueryCache, QueryClient, MutationCache, queryOptions } from "@tanstack/react-query";
import { api, dataOf, Refused } from "./client";

/** @param sessionEnded called when an answer says that the session is over */
export function createQueryClient(sessionEnded: () => void): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof Refused && error.status === 401) {
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
        // The next turn of the interval is the next try.
        retry: false,
        staleTime: 1000,
        // "Offline" is what the browser guesses; a server on this machine answers nevertheless.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}

export const profileQuery = queryOptions({
  queryKey: ["profile"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/profile", { signal })),
  staleTime: 30_000,
});

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/sessions", { signal })),
  refetchInterval: 10_000,
});

export const routesQuery = queryOptions({
  queryKey: ["routes"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/routes", { signal })),
  refetchInterval: 2_000,
});

export const historyQuery = queryOptions({
  queryKey: ["history"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/history", { signal })),
  refetchInterval: 3_000,
});

export const deadLettersQuery = queryOptions({
  queryKey: ["dead-letters"],
  queryFn: ({ signal }) => dataOf(api.GET("/api/dead-letters", { signal })),
  refetchInterval: 10_000,
});

export const letterQuery = (topic: string, partition: string, offset: string) =>
  queryOptions({
    queryKey: [...deadLettersQuery.queryKey, topic, partition, offset],
    queryFn: ({ signal }) =>
      // As they stand in the page's address; the server says when they are no numbers.
      dataOf(
        api.GET("/api/dead-letters/{topic}/{partition}/{offset}", {
          params: { path: { topic, partition: partition as unknown as number, offset: offset as unknown as number } },
          signal,
        }),
      ),
  });
