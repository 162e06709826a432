import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client";
import { deadLettersQuery } from "../api/queries";
import { say, sayError } from "../parts/Toasts";

export function useReplay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["ReplayRequest"]) => dataOf(api.POST("/api/dead-letters/replay", { body })),
    onSuccess: (result) => say(replayWords(result)),
    onError: (error) => sayError("Nothing is known to have been replayed.", error),
    // The letter that is open, too: its key begins with this one.
    onSettled: () => queries.invalidateQueries({ queryKey: deadLettersQuery.queryKey }),
  });
}

export function counted(letters: number): string {
  return letters === 1 ? "1 letter waits" : `${letters.toLocaleString()} letters wait`;
}

function replayWords({ replayed, stayed, waiting }: Schemas["ReplayResult"]): string {
  const sent =
    replayed === 0
      ? "No letter was sent back."
      : replayed === 1
        ? "1 letter was sent back."
        : `${replayed.toLocaleString()} letters were sent back.`;
  const left = stayed === 0 ? "" : ` ${stayed.toLocaleString()} stayed: replayed too often, or too large.`;
  return `${sent}${left}${waiting === 0 ? "" : ` ${counted(waiting)} now.`}`;
}
