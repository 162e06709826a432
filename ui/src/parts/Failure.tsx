import { Link, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { wordsOf } from "../api/words";
import { Button } from "./Button";
import { Page } from "./Page";

/** What stands there when a page cannot be shown at all; it tries again by itself. */
export function Failure({ error }: { error: unknown }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => void router.invalidate(), 5_000);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <main className="sign-in">
      <div className="card" role="alert">
        <h1>Tidewatch</h1>
        <p className="notice bad">{wordsOf(error)}</p>
        <Button look="primary" onClick={() => void router.invalidate()}>
          Try again
        </Button>
      </div>
    </main>
  );
}

export function NotFound() {
  return (
    <Page title="There is no such page" summary="The address is wrong, or the page has gone elsewhere.">
      <Link to="/">To Tidewatch</Link>
    </Page>
  );
}
