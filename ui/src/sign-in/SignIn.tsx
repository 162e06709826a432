import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState, type SyntheticEvent } from "react";
import { api, unwrap, ApiError } from "../api/client";
import { formatSeconds, signInErrorMessage } from "../api/messages";
import { ThemeSwitch } from "../layout/ThemeSwitch";
import { Button } from "../components/Button";

const here = getRouteApi("/sign-in");

export function SignIn() {
  const { next, ended } = here.useSearch();
  const queries = useQueryClient();
  const router = useRouter();
  const [missing, setMissing] = useState<"username" | "password">();
  const username = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const [seconds, startCountdown] = useCountdown();

  const signIn = useMutation({
    meta: { signIn: true },
    mutationFn: (body: { username: string; password: string }) => unwrap(api.POST("/api/login", { body: { ...body, session: "cookie" } })),
    onSuccess: () => {
      // Never show data of another user's session, not even for a moment.
      queries.clear();
      router.history.replace(next ?? "/");
    },
    onError: (error) => {
      if (error instanceof ApiError && error.retryAfter !== undefined) {
        startCountdown(error.retryAfter);
      }
      // Ready for the next attempt.
      password.current?.focus();
      password.current?.select();
    },
  });

  useEffect(() => {
    document.title = "Sign in · Tidewatch";
  }, []);

  function submit(event: SyntheticEvent<HTMLFormElement>) {
    event.preventDefault();
    if (signIn.isPending || seconds > 0) {
      return;
    }
    // Read from the fields: a password manager may fill them without an event.
    const credentials = { username: username.current?.value ?? "", password: password.current?.value ?? "" };
    const empty = credentials.username === "" ? "username" : credentials.password === "" ? "password" : undefined;
    setMissing(empty);
    if (empty !== undefined) {
      (empty === "username" ? username : password).current?.focus();
      return;
    }
    signIn.mutate(credentials);
  }

  const error = missing !== undefined || signIn.isPending || signIn.error === null ? undefined : signInErrorMessage(signIn.error);
  return (
    <main className="sign-in">
      <div className="sign-in-theme">
        <ThemeSwitch />
      </div>
      <form className="card" onSubmit={submit} noValidate aria-labelledby="sign-in-title">
        <h1 id="sign-in-title">
          <img src="/favicon.svg" alt="" width="28" height="28" /> Sign in to Tidewatch
        </h1>
        {ended === true && error === undefined && missing === undefined && (
          <p className="notice" role="status">
            Your session has ended. Sign in again.
          </p>
        )}
        <label htmlFor="username">User name or email address</label>
        <input
          ref={username}
          id="username"
          name="username"
          type="text"
          autoComplete="username"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          maxLength={256}
          dir="auto"
          required
          aria-invalid={missing === "username" || undefined}
          aria-describedby={missing === "username" ? "sign-in-error" : undefined}
        />
        <label htmlFor="password">Password</label>
        <input
          ref={password}
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          maxLength={256}
          required
          aria-invalid={missing === "password" || undefined}
          aria-describedby={missing === "password" || error !== undefined ? "sign-in-error" : undefined}
        />
        <div role="alert" id="sign-in-error">
          {missing === undefined ? null : (
            <p className="notice bad">{missing === "username" ? "Enter your user name or email address." : "Enter your password."}</p>
          )}
          {error === undefined ? null : <p className="notice bad">{error}</p>}
        </div>
        <Button type="submit" variant="primary" busy={signIn.isPending || seconds > 0}>
          {signIn.isPending ? "Signing in …" : seconds > 0 ? `Try again in ${formatSeconds(seconds)}` : "Sign in"}
        </Button>
      </form>
    </main>
  );
}

/** Returns the remaining seconds and a function that starts the countdown. */
function useCountdown(): [number, (seconds: number) => void] {
  const [until, setUntil] = useState(0);
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      const now = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      setLeft(now);
      if (now === 0) {
        clearInterval(timer);
      }
    }, 250);
    return () => clearInterval(timer);
  }, [until]);
  return [
    left,
    (seconds) => {
      setUntil(Date.now() + seconds * 1000);
      setLeft(seconds);
    },
  ];
}
