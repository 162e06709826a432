import { expect } from "vitest";

/** The address of the application. */
export const URL = process.env.TIDEWATCH_URL ?? "http://localhost:8080";
/** The folder of the user's route files. */
export const ROUTES = process.env.TIDEWATCH_ROUTES;
/** The control server of BrowserIT (integration/), for what neither the UI nor the API can do. */
export const HARNESS = process.env.TIDEWATCH_HARNESS;

let lastAddress = Date.now() % 2 ** 24;

/** An unused address. The application trusts X-Forwarded-For from the loopback address. */
export function newAddress(): string {
  lastAddress = (lastAddress + 1) % 2 ** 24;
  return `10.${lastAddress >> 16}.${(lastAddress >> 8) % 256}.${lastAddress % 256}`;
}

function postLogin(username: string, password: string, address: string): Promise<Response> {
  return fetch(`${URL}/api/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Forwarded-For": address },
    body: JSON.stringify({ username, password }),
  });
}

/** Logs in through the API and returns the status. */
export async function logIn(username: string, password: string, address = newAddress()): Promise<number> {
  return (await postLogin(username, password, address)).status;
}

/** Logs in until the rate limit refuses the address for at least 4 more seconds. */
export async function exhaustRateLimit(address: string): Promise<void> {
  const secondsRefused = async () => Number((await postLogin(crypto.randomUUID(), "no", address)).headers.get("Retry-After"));
  await expect.poll(secondsRefused).toBeGreaterThan(4);
}

/** Calls the control server of BrowserIT. */
export async function control(action: "kill" | "start" | "user" | "user-event" | "unreadable-event", text = ""): Promise<void> {
  const answer = await fetch(`${HARNESS}/${action}`, { method: "POST", body: text });
  expect(answer.status, action).toBe(204);
}
