// A manager that is not one: openapi-shaped data and a scripted failover over server-sent events, for work on the console
// and for its component check in a real browser. It serves dist/ too.
//   node e2e/mock-server.mjs [--port 7489] [--dist dist] [--pace 1] [--cut-after MILLIS] [--no-bmc] [--stay-dead]
// POST /mock/cut?host=host2 cuts a host's power; POST /mock/restore brings it back; POST /mock/hang?millis=8000 goes silent;
// POST /mock/lose-node takes the leading management node away.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { MockCluster } from "./mock-cluster.mjs";
import { MockManagement } from "./mock-management.mjs";

const flags = process.argv.slice(2);
const value = (name, fallback) => (flags.includes(name) ? flags[flags.indexOf(name) + 1] : fallback);
const port = Number(value("--port", "7489"));
const dist = value("--dist", "dist");
const cluster = new MockCluster({ pace: Number(value("--pace", "1")), hasBmc: !flags.includes("--no-bmc") });
const management = new MockManagement();
const cutAfter = value("--cut-after", null);
if (cutAfter) setTimeout(() => cluster.cut("host2"), Number(cutAfter));

let silentUntil = 0;
const streams = new Set();

cluster.onMessage((message) => {
  if (Date.now() < silentUntil) return;
  for (const response of streams) send(response, message);
});

function send(response, { id, kind, data }) {
  response.write(`id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`);
}

function stream(request, response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const missed = cluster.after(request.headers["last-event-id"]);
  for (const message of missed ?? [cluster.snapshotMessage()]) send(response, message);
  streams.add(response);
  const beat = setInterval(() => Date.now() < silentUntil || response.write(":\n\n"), 5000);
  request.on("close", () => {
    streams.delete(response);
    clearInterval(beat);
  });
}

function json(response, data, status = 200) {
  response.writeHead(status, {
    "content-type": status < 300 ? "application/json" : "application/problem+json",
    "cache-control": "no-store",
  });
  response.end(JSON.stringify(data));
}

const problem = (response, detail) =>
  json(response, { type: "about:blank", title: "Not found", status: 404, detail, code: "not-found" }, 404);

function api(path, query, request, response) {
  const parts = path.split("/").filter(Boolean);
  if (path === "/management") return json(response, management.answer());
  if (path === "/management/switch-over") return json(response, management.change("planned", 400), 202);
  if (path === "/status") return json(response, cluster.status());
  if (path === "/events/stream") return stream(request, response);
  if (path === "/events") return json(response, cluster.eventPage(query));
  if (parts[0] === "failovers" && parts[1]) {
    const found = cluster.failovers.find((item) => item.id === parts[1]);
    return found ? json(response, found) : problem(response, `There is no failover ${parts[1]}.`);
  }
  const list = cluster.lists()[parts[0]];
  return list && parts.length === 1 ? json(response, { items: list }) : problem(response, `There is no ${path}.`);
}

function control(path, query, response) {
  if (path === "/mock/cut") cluster.cut(query.get("host") ?? "host2");
  if (path === "/mock/lose-node") management.change("takeover", 2500, management.leader);
  if (path === "/mock/restore") cluster.restore();
  if (path === "/mock/hang") silentUntil = Date.now() + Number(query.get("millis") ?? 8000);
  if (path === "/mock/drop") for (const open of streams) open.destroy();
  json(response, { done: path });
}

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

function file(path, response) {
  const wanted = join(dist, normalize(path));
  const isFile = existsSync(wanted) && statSync(wanted).isFile();
  const found = isFile ? wanted : join(dist, "index.html");
  if (!existsSync(found)) return problem(response, "The console is not built; run console/build.sh.");
  response.writeHead(200, { "content-type": types[extname(found)] ?? "application/octet-stream" });
  createReadStream(found).pipe(response);
}

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://mock");
  if (url.pathname.startsWith("/mock/")) return control(url.pathname, url.searchParams, response);
  if ((Date.now() < silentUntil || management.isSilent()) && url.pathname.startsWith("/api/")) return;
  if (url.pathname.startsWith("/api/v1/")) return api(url.pathname.slice(7), url.searchParams, request, response);
  file(url.pathname, response);
});
server.listen(port, "127.0.0.1", () => console.log(`LISTENING http://127.0.0.1:${server.address().port}`));
