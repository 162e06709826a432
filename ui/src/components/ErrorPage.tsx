import { Link, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { errorMessage } from "../api/messages";
import { Button } from "./Button";
import { Page } from "./Page";

/** Replaces the whole UI when nothing can be shown, and retries every five seconds. */
export function ErrorPage({ error }: { error: unknown }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => void router.invalidate(), 5_000);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <main className="sign-in">
      <div className="card" role="alert">
        <h1>Tidewatch</h1>
        <p className="notice bad">{errorMessage(error)}</p>
        <Button variant="primary" onClick={() => void router.invalidate()}>
          Try again
        </Button>
      </div>
    </main>
  );
}

export function NotFound() {
  return (
    <Page title="Page not found" summary="Tidewatch has no page at this address.">
      <Link to="/">Back to Tidewatch</Link>
    </Page>
  );
}
