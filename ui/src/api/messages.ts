import { ApiError, UnreachableError } from "./client";

/** A duration in words: "1 second", "5 minutes". */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) {
    return seconds === 1 ? "1 second" : `${seconds} seconds`;
  }
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) {
    return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  }
  return `${Math.ceil(minutes / 60)} hours`;
}

/** The message shown to a user for an error. */
export function errorMessage(error: unknown): string {
  if (error instanceof UnreachableError) {
    return "Tidewatch is unreachable. Check your connection, or try again in a moment.";
  }
  if (error instanceof ApiError) {
    switch (error.status) {
      case 401:
        return "Your session has ended. Sign in again.";
      case 403:
        return error.errors[0]?.detail ?? "The server rejected the origin of this request. Reload the UI and try again.";
      case 503:
        return `Tidewatch is temporarily unable to do this: ${withRetry(error.detail, error.retryAfter)}`;
      default:
        return withRetry(error.errors[0]?.detail ?? error.detail, error.retryAfter);
    }
  }
  return "The UI failed. Reload it and try again.";
}

/** The message shown to a user for a failed sign-in. */
export function signInErrorMessage(error: unknown): string {
  if (error instanceof ApiError) {
    switch (error.status) {
      case 401:
        return "Wrong user name or password, or the account is locked after too many wrong passwords. A lock expires by itself.";
      case 429:
        return `Too many sign-in attempts from your network. ${tryAgain(error.retryAfter)}`;
      case 503:
        return `Sign-in is unavailable: Tidewatch is starting, the database is unreachable, or too many sign-ins are in progress. ${tryAgain(error.retryAfter)}`;
    }
  }
  return errorMessage(error);
}

/** Replaces the server's vague "Try again in a few seconds." by the seconds of its Retry-After header. */
function withRetry(detail: string, seconds: number | undefined): string {
  return seconds === undefined ? detail : `${detail.replace(/ Try again [^.]*\.$/, "")} ${tryAgain(seconds)}`;
}

function tryAgain(seconds: number | undefined): string {
  return `Try again in ${seconds === undefined ? "a moment" : formatSeconds(seconds)}.`;
}
