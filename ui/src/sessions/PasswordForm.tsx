import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type SyntheticEvent } from "react";
import { api, dataOf, Refused } from "../api/client";
import { sessionsQuery } from "../api/queries";
import { wordsOf } from "../api/words";
import { Button } from "../parts/Button";
import { say } from "../parts/Toasts";

type Field = "currentPassword" | "newPassword";
type Wrong = { field?: Field | undefined; detail: string };

export function PasswordForm({ username }: { username: string }) {
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState<Wrong>();
  const change = useMutation({
    mutationFn: (body: Record<Field, string>) => dataOf(api.POST("/api/password", { body })),
    onSuccess: () => {
      form.current?.reset();
      say("The new password holds. All of your other sessions are over.");
      return queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
    onError: (error) => point(wrongOf(error)),
  });

  function point(to: Wrong) {
    setWrong(to);
    if (to.field !== undefined) {
      form.current?.querySelector<HTMLInputElement>(`#${to.field}`)?.focus();
    }
  }

  function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    if (change.isPending) {
      return;
    }
    const given = new FormData(event.currentTarget);
    const body = { currentPassword: textOf(given, "currentPassword"), newPassword: textOf(given, "newPassword") };
    setWrong(undefined);
    if (body.currentPassword === "") {
      point({ field: "currentPassword", detail: "Type your current password." });
    } else if (Array.from(body.newPassword).length < 8) {
      point({ field: "newPassword", detail: "Type a new password of at least 8 characters." });
    } else {
      change.mutate(body);
    }
  }

  const about = (field: Field) => ({
    "aria-invalid": wrong?.field === field || undefined,
    "aria-describedby":
      [wrong?.field === field ? `${field}-error` : "", field === "newPassword" ? "new-password-rule" : ""].join(" ").trim() || undefined,
  });
  const message = (field: Field) => (
    <p className="field-error" id={`${field}-error`} role="alert">
      {wrong?.field === field ? wrong.detail : ""}
    </p>
  );
  return (
    <section className="panel narrow" aria-labelledby="change-password">
      <h2 id="change-password">Change your password</h2>
      <form ref={form} onSubmit={submit} noValidate>
        {/* Tells a password manager whose password it is. */}
        <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
        <label htmlFor="currentPassword">Current password</label>
        <input
          id="currentPassword"
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          maxLength={256}
          required
          {...about("currentPassword")}
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
          {...about("newPassword")}
        />
        <p className="under" id="new-password-rule">
          8 to 128 characters of whatever kind. Passwords that everybody uses are refused. All of your other sessions end.
        </p>
        {message("newPassword")}
        <div role="alert">{wrong !== undefined && wrong.field === undefined && <p className="notice bad">{wrong.detail}</p>}</div>
        <Button type="submit" look="primary" busy={change.isPending}>
          {change.isPending ? "Changing …" : "Change password"}
        </Button>
      </form>
    </section>
  );
}

function wrongOf(error: unknown): Wrong {
  if (error instanceof Refused) {
    const first = error.errors[0];
    if (first?.field === "currentPassword") {
      return { field: first.field, detail: "The current password is wrong, or the account is locked after too many wrong passwords." };
    }
    if (first?.field === "newPassword") {
      return { field: first.field, detail: sentence(first.detail) };
    }
  }
  return { detail: wordsOf(error) };
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function textOf(data: FormData, field: Field): string {
  const value = data.get(field);
  return typeof value === "string" ? value : "";
}
