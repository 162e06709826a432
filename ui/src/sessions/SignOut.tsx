import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { api, dataOf } from "../api/client";
import { Button } from "../parts/Button";
import { sayError } from "../parts/Toasts";

export function SignOut() {
  const leave = useLeave();
  const signOut = useMutation({
    mutationFn: () => dataOf(api.POST("/api/logout")),
    onSuccess: leave,
    onError: (error) => sayError("You are not signed out.", error),
  });
  return (
    <Button busy={signOut.isPending} onClick={() => signOut.mutate()}>
      Sign out
    </Button>
  );
}

/** Forgets what was shown, and goes to the sign-in. */
export function useLeave(): () => Promise<void> {
  const queries = useQueryClient();
  const router = useRouter();
  return async () => {
    router.options.context.live.close();
    queries.clear();
    await router.navigate({ to: "/sign-in", replace: true });
  };
}
