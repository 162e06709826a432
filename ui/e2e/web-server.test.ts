import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { control, HARNESS, newAddress, URL as APPLICATION } from "./application";

/** nginx 1.27.3 or newer. */
const NGINX = process.env.TIDEWATCH_NGINX;

/** The UI's web server with its own configuration and start script, in front of the application. */
describe.skipIf(NGINX === undefined)("the UI's web server", () => {
  const directory = mkdtempSync(join(tmpdir(), "tidewatch-nginx-"));
  let server: ChildProcess;
  let url: string;

  const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers });
  const logIn = (body: string) =>
    fetch(`${url}/api/login`, { method: "POST", headers: { "Content-Type": "application/json", "X-Forwarded-For": newAddress() }, body });

  async function expectProblem(response: Response, status: number): Promise<Record<string, unknown>> {
    expect(response.status).toBe(status);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem.status).toBe(status);
    return problem;
  }

  beforeAll(async () => {
    // The workers of a server that root starts belong to nobody.
    chmodSync(directory, 0o777);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const configuration = readFileSync("nginx.conf", "utf8")
      .replaceAll("/tmp/", `${directory}/`)
      .replace("listen 3000;", `listen 127.0.0.1:${port};`)
      .replace("root /ui;", `root ${resolve("target/classes/ui")};`)
      .replace("server integration:8080 resolve ", `server ${new URL(APPLICATION).host.replace("localhost", "127.0.0.1")} `);
    writeFileSync(join(directory, "nginx.conf"), process.getuid?.() === 0 ? `user root;\n${configuration}` : configuration);
    writeFileSync(join(directory, "resolv.conf"), "nameserver 127.0.0.1\n");
    const script = readFileSync("nginx.sh", "utf8")
      .replaceAll("/tmp/", `${directory}/`)
      .replace("exec nginx", `exec "${NGINX}" -p ${directory} -c ${directory}/nginx.conf`);
    server = spawn("sh", ["-c", script], { env: { ...process.env, RESOLV_CONF: join(directory, "resolv.conf") }, stdio: "ignore" });
    await vi.waitFor(async () => expect((await get("/theme.js")).status).toBe(200), 20_000);
  });

  afterAll(async () => {
    const ended = new Promise((exit) => server.once("exit", exit));
    server.kill("SIGTERM");
    await ended;
    rmSync(directory, { recursive: true, force: true });
  });

  it.each(["*/*", "application/json", "text/html"])("serves the UI to a client that accepts %s", async (accept) => {
    for (const path of ["/", "/routes", "/dead-letters/orders.dlq/0/1"]) {
      const response = await get(path, { Accept: accept });
      expect(response.status, path).toBe(200);
      expect(response.headers.get("Content-Type"), path).toBe("text/html; charset=utf-8");
      expect(response.headers.get("Cache-Control"), path).toBe("no-cache");
      expect(await response.text(), path).toContain('<div id="root">');
    }
    expect((await get("/assets/nothing.js", { Accept: accept })).status).toBe(404);
    expect((await get("/openapi.yaml", { Accept: accept })).status).toBe(404);
  });

  it("forwards requests and their problem details", async () => {
    expect(await (await get("/health")).json()).toMatchObject({ database: "connected" });
    expect(await expectProblem(await get("/api/profile"), 401)).toHaveProperty("detail");
    await expectProblem(await get("/api/nothing"), 404);
  });

  it("accepts the cookies of all ports of a host", async () => {
    expect((await get("/health", { Cookie: `other=${"x".repeat(20_000)}` })).status).toBe(200);
  });

  it("answers a body that it does not forward with a problem detail", async () => {
    await expectProblem(await logIn(JSON.stringify({ username: "x".repeat(100_000), password: "x" })), 413);
  });

  it("bug28: forwards each live event at once, also to a client that accepts compression", async () => {
    const { token } = (await (await logIn(JSON.stringify({ username: "admin", password: "admin123" }))).json()) as { token: string };
    const end = new AbortController();
    const response = await fetch(`${url}/api/events`, {
      headers: { Authorization: `Bearer ${token}`, "Accept-Encoding": "gzip" },
      signal: end.signal,
    });
    expect(response.headers.get("Content-Encoding")).toBeNull();
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let received = "";
    while (reader !== undefined && !/event: ?ready/.test(received)) {
      const { value, done } = await reader.read();
      expect(done).toBe(false);
      received += value ?? "";
    }
    end.abort();
  });

  it.skipIf(HARNESS === undefined)(
    "answers with a problem detail while the application restarts",
    async () => {
      await control("kill");
      try {
        for (const response of [await get("/api/profile"), await get("/health"), await logIn("{}")]) {
          const { detail } = await expectProblem(response, 503);
          expect(detail).toContain("Tidewatch is unreachable");
          expect(response.headers.get("Retry-After")).toBe("5");
          expect(response.headers.get("Cache-Control")).toBe("no-store");
        }
      } finally {
        await control("start");
      }
      await expect.poll(async () => (await get("/health")).status).toBe(200);
    },
    120_000,
  );
});

function freePort(): Promise<number> {
  return new Promise((free) => {
    const socket = createServer().listen(0, "127.0.0.1", () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => free(port));
    });
  });
}
