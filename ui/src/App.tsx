import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { createQueryClient } from "./api/queries";
import { LiveConnection } from "./live/connection";
import { createAppRouter } from "./router";

export function App() {
  const [{ queries, router }] = useState(create);
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}

function create() {
  const sessionEnded = () => {
    live.close();
    const { href, pathname } = router.state.location;
    if (pathname !== "/sign-in") {
      void router.navigate({ to: "/sign-in", search: { next: href, ended: true }, replace: true }).then(() => queries.clear());
    }
  };
  const queries = createQueryClient(sessionEnded);
  const live = new LiveConnection({ sessionEnded });
  const router = createAppRouter({ queries, live });
  return { queries, router };
}
