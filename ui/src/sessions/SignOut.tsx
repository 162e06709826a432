import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { api, unwrap } from "../api/client";
import { Button } from "../components/Button";
import { notifyError } from "../components/Toasts";

export function SignOut() {
  const leave = useLeave();
  const signOut = useMutation({
    mutationFn: () => unwrap(api.POST("/api/logout")),
    onSuccess: leave,
    onError: (error) => notifyError("Could not sign out.", error),
  });
  return (
    <Button busy={signOut.isPending} onClick={() => signOut.mutate()}>
      Sign out
    </Button>
  );
}

/** Clears all data and opens the sign-in page. */
export function useLeave(): () => Promise<void> {
  const queries = useQueryClient();
  const router = useRouter();
  return async () => {
    router.options.context.live.close();
    queries.clear();
    await router.navigate({ to: "/sign-in", replace: true });
  };
}
