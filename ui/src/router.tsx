import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { ApiError } from "./api/client";
import { deadLettersQuery, historyQuery, deadLetterQuery, profileQuery, routesQuery, sessionsQuery } from "./api/queries";
import { Layout } from "./layout/Layout";
import type { LiveConnection } from "./live/connection";
import { statusQuery } from "./layout/status";
import { ErrorPage, NotFound } from "./components/ErrorPage";
import { SignIn } from "./sign-in/SignIn";

type Context = { queries: QueryClient; live: LiveConnection };

/** Starts a query while the code of its page loads. The page shows the error, if there is one. */
function prefetch(query: Promise<unknown>): void {
  query.catch(() => undefined);
}

const root = createRootRouteWithContext<Context>()({ errorComponent: ErrorPage, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: SignIn,
  validateSearch: (search: Record<string, unknown>): { next?: string | undefined; ended?: boolean | undefined } => ({
    // Undefined, not absent: the router merges this into the unvalidated parameters.
    next: typeof search.next === "string" && isLocalPath(search.next) ? search.next : undefined,
    ended: search.ended === true ? true : undefined,
  }),
});

/** Whether the path stays within this UI: guards against open redirects. */
export function isLocalPath(path: string): boolean {
  return /^\/(?![/\\])/.test(path) && new URL(path, location.origin).origin === location.origin;
}

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: Layout,
  beforeLoad: async ({ context: { queries }, location: { href } }) => {
    prefetch(queries.query(statusQuery));
    try {
      await queries.query({ ...profileQuery, staleTime: "static" });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        throw redirect({ to: "/sign-in", search: href === "/" ? {} : { next: href }, replace: true });
      }
      throw error;
    }
  },
});

const index = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/live", replace: true });
  },
});

const live = createRoute({
  getParentRoute: () => signedIn,
  path: "/live",
  component: lazyRouteComponent(() => import("./live/LivePage"), "LivePage"),
});

const charts = createRoute({
  getParentRoute: () => signedIn,
  path: "/charts",
  loader: ({ context: { queries } }) => prefetch(queries.query(historyQuery)),
  component: lazyRouteComponent(() => import("./charts/ChartsPage"), "ChartsPage"),
});

const routes = createRoute({
  getParentRoute: () => signedIn,
  path: "/routes",
  loader: ({ context: { queries } }) => prefetch(queries.query(routesQuery)),
  component: lazyRouteComponent(() => import("./routes/RoutesPage"), "RoutesPage"),
});

const deadLetters = createRoute({
  getParentRoute: () => signedIn,
  path: "/dead-letters",
  loader: ({ context: { queries } }) => prefetch(queries.query(deadLettersQuery)),
  component: lazyRouteComponent(() => import("./dead-letters/DeadLettersPage"), "DeadLettersPage"),
});

const deadLetter = createRoute({
  getParentRoute: () => signedIn,
  path: "/dead-letters/$topic/$partition/$offset",
  loader: ({ context: { queries }, params: { topic, partition, offset } }) =>
    prefetch(queries.query(deadLetterQuery(topic, partition, offset))),
  component: lazyRouteComponent(() => import("./dead-letters/DeadLetterPage"), "DeadLetterPage"),
});

const sessions = createRoute({
  getParentRoute: () => signedIn,
  path: "/sessions",
  loader: ({ context: { queries } }) => prefetch(queries.query(sessionsQuery)),
  component: lazyRouteComponent(() => import("./sessions/SessionsPage"), "SessionsPage"),
});

const tree = root.addChildren([signIn, signedIn.addChildren([index, live, charts, routes, deadLetters, deadLetter, sessions])]);

export function createAppRouter(context: Context) {
  return createRouter({ routeTree: tree, context, defaultPreload: "intent", defaultPreloadStaleTime: 0 });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
