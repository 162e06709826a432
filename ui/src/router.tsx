import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Refused } from "./api/client";
import { deadLettersQuery, historyQuery, letterQuery, profileQuery, routesQuery, sessionsQuery } from "./api/queries";
import { Layout } from "./layout/Layout";
import type { LiveConnection } from "./live/connection";
import { stateQuery } from "./layout/state";
import { Failure, NotFound } from "./parts/Failure";
import { SignIn } from "./sign-in/SignIn";

type Context = { queries: QueryClient; live: LiveConnection };

/** For what is asked before the page's code is there; what goes wrong, the page says. */
function ahead(asked: Promise<unknown>): void {
  asked.catch(() => undefined);
}

const root = createRootRouteWithContext<Context>()({ errorComponent: Failure, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: SignIn,
  validateSearch: (search: Record<string, unknown>): { next?: string; ended?: boolean } => ({
    ...(typeof search.next === "string" && isOwnPath(search.next) ? { next: search.next } : {}),
    ...(search.ended === true ? { ended: true } : {}),
  }),
});

/** Whether it is a path of this page and leads nowhere else. */
export function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])/.test(path) && new URL(path, location.origin).origin === location.origin;
}

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: Layout,
  beforeLoad: async ({ context: { queries }, location: { href } }) => {
    ahead(queries.query(stateQuery));
    try {
      await queries.query({ ...profileQuery, staleTime: "static" });
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
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
  loader: ({ context: { queries } }) => ahead(queries.query(historyQuery)),
  component: lazyRouteComponent(() => import("./charts/ChartsPage"), "ChartsPage"),
});

const routes = createRoute({
  getParentRoute: () => signedIn,
  path: "/routes",
  loader: ({ context: { queries } }) => ahead(queries.query(routesQuery)),
  component: lazyRouteComponent(() => import("./routes/RoutesPage"), "RoutesPage"),
});

const deadLetters = createRoute({
  getParentRoute: () => signedIn,
  path: "/dead-letters",
  loader: ({ context: { queries } }) => ahead(queries.query(deadLettersQuery)),
  component: lazyRouteComponent(() => import("./dead-letters/DeadLettersPage"), "DeadLettersPage"),
});

const letter = createRoute({
  getParentRoute: () => signedIn,
  path: "/dead-letters/$topic/$partition/$offset",
  loader: ({ context: { queries }, params: { topic, partition, offset } }) => ahead(queries.query(letterQuery(topic, partition, offset))),
  component: lazyRouteComponent(() => import("./dead-letters/LetterPage"), "LetterPage"),
});

const sessions = createRoute({
  getParentRoute: () => signedIn,
  path: "/sessions",
  loader: ({ context: { queries } }) => ahead(queries.query(sessionsQuery)),
  component: lazyRouteComponent(() => import("./sessions/SessionsPage"), "SessionsPage"),
});

const tree = root.addChildren([signIn, signedIn.addChildren([index, live, charts, routes, deadLetters, letter, sessions])]);

export function createPageRouter(context: Context) {
  return createRouter({ routeTree: tree, context, defaultPreload: "intent", defaultPreloadStaleTime: 0 });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createPageRouter>;
  }
}
