// First load, gzipped: the entry script and everything that index.html or the entry imports statically.
// A page that a bank's operator opens in an outage must not wait for megabytes.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { gzipSync } from "node:zlib";

const budgetBytes = 450 * 1024;
const dist = process.argv[2] ?? "dist";
const html = readFileSync(join(dist, "index.html"), "utf8");
const seen = new Map();

function visit(path) {
  if (seen.has(path)) return;
  const file = join(dist, path);
  if (!existsSync(file)) return;
  const bytes = readFileSync(file);
  seen.set(path, gzipSync(bytes, { level: 9 }).length);
  if (!path.endsWith(".js")) return;
  // Static imports only: `import … from "./x.js"`, `import "./x.js"`, `export … from "./x.js"`; not `import("./x.js")`.
  for (const match of bytes.toString().matchAll(/(?:from|import)\s*["'](\.{1,2}\/[^"']+\.js)["']/g)) {
    visit(posix.join(dirname(path), match[1]));
  }
}

for (const match of html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)) visit(match[1]);
const total = [...seen.values()].reduce((sum, bytes) => sum + bytes, 0);
const kilobytes = (bytes) => `${Math.round(bytes / 1024)} KB`;
console.log(`console: first load ${kilobytes(total)} gzipped of ${kilobytes(budgetBytes)} allowed`);
if (total > budgetBytes) {
  for (const [path, bytes] of [...seen].sort((a, b) => b[1] - a[1])) console.error(`  ${kilobytes(bytes)}  ${path}`);
  console.error("console: the first load is over its budget; load what the first page does not need by route");
  process.exit(1);
}
