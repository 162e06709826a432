import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { createQueryClient } from "./api/queries";
import { createPageRouter } from "./router";

export function App() {
  const [{ queries, router }] = useState(create);
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}

function create() {
  const queries = createQueryClient(() => {
    if (router.state.location.pathname !== "/sign-in") {
      const { href } = router.state.location;
      void router.navigate({ to: "/sign-in", search: { next: href, ended: true }, replace: true }).then(() => queries.clear());
    }
  });
  const router = createPageRouter(queries);
  return { queries, router };
}
