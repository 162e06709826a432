import { Toast } from "@base-ui/react/toast";
import type { ReactNode } from "react";
import { wordsOf } from "../api/words";
import { Button } from "./Button";

const toasts = Toast.createToastManager();

/** Says what was done. */
export function say(text: ReactNode): void {
  toasts.add({ description: text, timeout: 8_000 });
}

/** Says what could not be done; it stays until one closes it. */
export function sayError(what: string, error: unknown): void {
  toasts.add({ title: what, description: wordsOf(error), type: "error", timeout: 0, priority: "high" });
}

export function Toasts({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider toastManager={toasts}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { toasts: shown } = Toast.useToastManager();
  return shown.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className={`toast ${toast.type ?? ""}`}
      // What has a title is called so.
      aria-label={toast.title === undefined ? "Done" : undefined}
    >
      <div>
        <Toast.Title className="toast-title" />
        <Toast.Description render={<div />} />
      </div>
      <Toast.Close render={<Button look="quiet" />} aria-label="Close this message">
        ✕
      </Toast.Close>
    </Toast.Root>
  ));
}
