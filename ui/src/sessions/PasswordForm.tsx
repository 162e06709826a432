import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type SyntheticEvent } from "react";
import { api, unwrap, ApiError } from "../api/client";
import { sessionsQuery } from "../api/queries";
import { errorMessage } from "../api/messages";
import { Button } from "../components/Button";
import { notify } from "../components/Toasts";

type Field = "currentPassword" | "newPassword";
type FormError = { field?: Field | undefined; detail: string };

export function PasswordForm({ username }: { username: string }) {
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [error, setError] = useState<FormError>();
  const change = useMutation({
    mutationFn: (body: Record<Field, string>) => unwrap(api.POST("/api/password", { body })),
    onSuccess: () => {
      form.current?.reset();
      notify("Password changed. All your other sessions have ended.");
      return queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
    onError: (cause) => showError(toFormError(cause)),
  });

  function showError(next: FormError) {
    setError(next);
    if (next.field !== undefined) {
      form.current?.querySelector<HTMLInputElement>(`#${next.field}`)?.focus();
    }
  }

  function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    if (change.isPending) {
      return;
    }
    const data = new FormData(event.currentTarget);
    const body = { currentPassword: textOf(data, "currentPassword"), newPassword: textOf(data, "newPassword") };
    setError(undefined);
    if (body.currentPassword === "") {
      showError({ field: "currentPassword", detail: "Enter your current password." });
    } else if (Array.from(body.newPassword).length < 8) {
      showError({ field: "newPassword", detail: "Enter a new password of at least 8 characters." });
    } else {
      change.mutate(body);
    }
  }

  const ariaProps = (field: Field) => ({
    "aria-invalid": error?.field === field || undefined,
    "aria-describedby":
      [error?.field === field ? `${field}-error` : "", field === "newPassword" ? "new-password-rule" : ""].join(" ").trim() || undefined,
  });
  const message = (field: Field) => (
    <p className="field-error" id={`${field}-error`} role="alert">
      {error?.field === field ? error.detail : ""}
    </p>
  );
  return (
    <section className="panel narrow" aria-labelledby="change-password">
      <h2 id="change-password">Change your password</h2>
      <form ref={form} onSubmit={submit} noValidate>
        {/* Shows password managers which account this is. */}
        <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
        <label htmlFor="currentPassword">Current password</label>
        <input
          id="currentPassword"
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          maxLength={256}
          required
          {...ariaProps("currentPassword")}
        />
        {message("currentPassword")}
        <label htmlFor="newPassword">New password</label>
        <input
          id="newPassword"
          name="newPassword"
          type="password"
          autoComplete="new-password"
          minLength={8}
          required
          {...ariaProps("newPassword")}
        />
        <p className="under" id="new-password-rule">
          8 to 128 characters. Common passwords are rejected. This ends all your other sessions.
        </p>
        {message("newPassword")}
        <div role="alert">{error !== undefined && error.field === undefined && <p className="notice bad">{error.detail}</p>}</div>
        <Button type="submit" variant="primary" busy={change.isPending}>
          {change.isPending ? "Changing …" : "Change password"}
        </Button>
      </form>
    </section>
  );
}

function toFormError(error: unknown): FormError {
  if (error instanceof ApiError) {
    const first = error.errors[0];
    if (first?.field === "currentPassword") {
      return { field: first.field, detail: "The current password is wrong, or the account is locked after too many wrong passwords." };
    }
    if (first?.field === "newPassword") {
      return { field: first.field, detail: sentence(first.detail) };
    }
  }
  return { detail: errorMessage(error) };
}

function sentence(text: string): string {
  const capitalized = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capitalized) ? capitalized : `${capitalized}.`;
}

function textOf(data: FormData, field: Field): string {
  const value = data.get(field);
  return typeof value === "string" ? value : "";
}
