import { Toast } from "@base-ui/react/toast";
import type { ReactNode } from "react";
import { errorMessage } from "../api/messages";
import { Button } from "./Button";

const toasts = Toast.createToastManager();

/** Reports a success. */
export function notify(text: ReactNode): void {
  toasts.add({ description: text, timeout: 8_000 });
}

/** Reports a failure. It stays until the user dismisses it. */
export function notifyError(title: string, error: unknown): void {
  toasts.add({ title, description: errorMessage(error), type: "error", timeout: 0, priority: "high" });
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
      // An error is named by its title.
      aria-label={toast.title === undefined ? "Done" : undefined}
    >
      <div>
        <Toast.Title className="toast-title" />
        <Toast.Description render={<div />} />
      </div>
      <Toast.Close render={<Button variant="quiet" />} aria-label="Dismiss">
        ✕
      </Toast.Close>
    </Toast.Root>
  ));
}
