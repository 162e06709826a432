import { Refused, Unreachable } from "./client";

/** Seconds as one says them: "1 second", "5 minutes". */
export function wait(seconds: number): string {
  if (seconds < 60) {
    return seconds === 1 ? "1 second" : `${seconds} seconds`;
  }
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) {
    return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  }
  return `${Math.ceil(minutes / 60)} hours`;
}

/** What went wrong, for a person. */
export function wordsOf(error: unknown): string {
  if (error instanceof Unreachable) {
    return "Tidewatch cannot be reached. Check your connection, or try again in a moment.";
  }
  if (error instanceof Refused) {
    const again = error.retryAfter === undefined ? "" : ` Try again in ${wait(error.retryAfter)}.`;
    switch (error.status) {
      case 401:
        return "Your session has ended. Sign in again.";
      case 403:
        return error.errors[0]?.detail ?? "The server did not take this for a request of this page. Reload the page and try again.";
      case 503:
        return `Tidewatch answers, but cannot do this now: ${error.detail}${again}`;
      default:
        return (error.errors[0]?.detail ?? error.detail) + again;
    }
  }
  return "Something went wrong in this page. Reload it and try again.";
}

/** What went wrong with a sign-in. */
export function signInWordsOf(error: unknown): string {
  if (error instanceof Refused) {
    switch (error.status) {
      case 401:
        return "The name or the password is wrong, or the account is locked after too many wrong passwords. A lock ends by itself.";
      case 429:
        return `Too many sign-ins came from your network. ${next(error.retryAfter, "Try again in")}`;
      case 503:
        return `Nobody can sign in now: the database is away or too many sign-ins are under way. ${next(error.retryAfter, "Try again in")}`;
    }
  }
  return wordsOf(error);
}

function next(seconds: number | undefined, words: string): string {
  return seconds === undefined ? "Try again in a moment." : `${words} ${wait(seconds)}.`;
}
