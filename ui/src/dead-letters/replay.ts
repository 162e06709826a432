import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "../api/client";
import { deadLettersQuery } from "../api/queries";
import { notify, notifyError } from "../components/Toasts";

export function useReplay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["ReplayRequest"]) => unwrap(api.POST("/api/dead-letters/replay", { body })),
    onSuccess: (result) => notify(replayMessage(result)),
    // The server may have replayed some of them before it failed.
    onError: (error) => notifyError("The replay did not complete.", error),
    // Covers the open dead letter: its key starts with this one.
    onSettled: () => queries.invalidateQueries({ queryKey: deadLettersQuery.queryKey }),
  });
}

export function countDeadLetters(count: number): string {
  return count === 1 ? "1 dead letter" : `${count.toLocaleString()} dead letters`;
}

export function replayMessage({ replayed, stayed, waiting }: Omit<Schemas["ReplayResult"], "incomplete">): string {
  const parts = [`${replayed === 0 ? "No dead letters" : countDeadLetters(replayed)} replayed`];
  if (stayed > 0) {
    parts.push(`${stayed.toLocaleString()} skipped (replay limit reached or record too large)`);
  }
  if (waiting > 0) {
    parts.push(`${waiting.toLocaleString()} remaining`);
  }
  return `${parts.join(", ")}.`;
}
