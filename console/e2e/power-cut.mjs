// Watches a power cut on the console's first page in real Chromium. Whoever runs this makes the cut.
//
// Environment:
//   HOLDFAST_URL      base address of the manager (or of the mock), for example http://10.77.1.2:7480
//   HOLDFAST_HOST     name of the host whose power will be cut
//   HOLDFAST_VMS      how many VMs must run on hosts before the cut (default 6)
//   HOLDFAST_LOCALE   en (default) or zh
//   HOLDFAST_THEME    light (default) or dark
//   HOLDFAST_SHOTS    directory for screenshots (default: none are taken)
//   HOLDFAST_PROFILES directory below which the browser's profile is made (default: the system's temporary one)
//   HOLDFAST_TIMEOUT  seconds for everything after the cut (default 60), and as many for the start
//   HOLDFAST_CHROMIUM the browser's executable (default: Debian's)
//
// Lines on standard output:
//   READY <host> <vm>,<vm>…   the page shows it all; make the cut now
//   OK <name> <detail>        a check that held, in the order in which it was seen
//   FAIL <name> <detail>      the check that did not; nothing follows but RESULT
//   RESULT passed|failed
// Exit code: 0 passed, 1 failed, 2 the environment is wrong.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openBrowser } from "./browser.mjs";

const {
  HOLDFAST_URL: base,
  HOLDFAST_HOST: host,
  HOLDFAST_SHOTS: shots,
  HOLDFAST_PROFILES: profileParent,
} = process.env;
const wantedVms = Number(process.env.HOLDFAST_VMS ?? "6");
const locale = process.env.HOLDFAST_LOCALE ?? "en";
const theme = process.env.HOLDFAST_THEME ?? "light";
const timeout = Number(process.env.HOLDFAST_TIMEOUT ?? "60") * 1000;

if (!base || !host) {
  console.error("power-cut: asked to watch a power cut, but HOLDFAST_URL or HOLDFAST_HOST is not set; set both");
  process.exit(2);
}
if (locale !== "en" && locale !== "zh") {
  console.error(`power-cut: HOLDFAST_LOCALE is ${locale}; it must be en or zh`);
  process.exit(2);
}

// What a person must be able to read on the page, by language: the test of the texts, not only of the data.
const words = {
  en: {
    title: "Cluster · Holdfast",
    verdicts: ["Dead", "Partitioned", "Storage lost"],
    proofs: ["Powered off", "Lease expired", "Process ended", "Locked out", "Confirmed by operator"],
    done: "Failover complete",
    running: "Running",
  },
  zh: {
    title: "集群 · Holdfast",
    verdicts: ["宕机", "管理网络隔离", "存储失联"],
    proofs: ["已断电", "租约已过期", "进程已结束", "已被存储隔离", "操作员确认"],
    done: "故障切换完成",
    running: "运行中",
  },
}[locale];

const say = (line) => process.stdout.write(`${line}\n`);
const ok = (name, detail) => say(`OK ${name} ${detail}`);

class Failed extends Error {
  constructor(name, detail) {
    super(`${name} ${detail}`);
  }
}

const card = `[data-host="${host}"]`;
const panel = `[data-testid="failover"]${card}`;
const { page, close } = await openBrowser({ profileParent, viewport: { width: 1440, height: 900 } });
const pageErrors = [];
page.on("pageerror", (error) => pageErrors.push(error.message));

async function shot(name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}-${locale}-${theme}.png`) });
}

/** Waits for something on the page; its absence fails the check of this name. */
async function see(name, act) {
  try {
    return await act();
  } catch (error) {
    throw new Failed(name, `not seen within ${timeout / 1000} s (${error.message.split("\n")[0]})`);
  }
}

/** VM name → host name, or "" for one without a host, of every VM that is in one of these states. */
function places(states) {
  return page.evaluate((wanted) => {
    const tiles = [...document.querySelectorAll("[data-vm]")].filter((tile) => wanted.includes(tile.dataset.vmState));
    return Object.fromEntries(
      tiles.map((tile) => [tile.dataset.vm, tile.closest("article[data-host]")?.dataset.host ?? ""]),
    );
  }, states);
}

async function untilReady() {
  await see("page-loaded", () => page.goto(`${base}/cluster?locale=${locale}&theme=${theme}`, { timeout }));
  await see("vms-shown", () =>
    page.waitForFunction(
      (count) => document.querySelectorAll('article[data-host] [data-vm-state="running"]').length >= count,
      wantedVms,
      { timeout, polling: 100 },
    ),
  );
  await see("host-healthy", () => page.waitForSelector(`article${card}[data-light="ok"]`, { timeout }));
  await see("title", () => page.waitForFunction((title) => document.title === title, words.title, { timeout }));
  const before = await places(["running"]);
  const victims = Object.keys(before).filter((vm) => before[vm] === host);
  if (victims.length === 0) throw new Failed("victims", `no running VM is shown on ${host}`);
  await shot("1-before");
  say(`READY ${host} ${victims.join(",")}`);
  return victims;
}

async function watchFailover(victims) {
  const cutSeen = Date.now();
  const since = () => `after ${Date.now() - cutSeen} ms`;
  await see("host-fault", () => page.waitForSelector(`article${card}[data-light="fault"]`, { timeout }));
  await see("plane-fault", () => page.waitForSelector(`article${card} [data-plane][data-light="fault"]`, { timeout }));
  ok("host-fault", since());
  await see("failover-shown", () => page.waitForSelector(panel, { timeout }));
  await see("timeline-verdict", () =>
    page.waitForSelector(`${panel} [data-phase="verdict"][data-phase-state="done"]`, { timeout }),
  );
  const verdict = await page.locator(`${panel} [data-testid="failover-verdict"]`).first().innerText();
  if (!words.verdicts.includes(verdict))
    throw new Failed("verdict-text", `"${verdict}" is none of ${words.verdicts.join(", ")}`);
  ok("verdict-text", `"${verdict}" ${since()}`);
  await shot("2-verdict");
  const proofLane = await see("timeline-proof", () =>
    page.waitForSelector(`${panel} [data-proof][data-outcome="won"]`, { timeout }),
  );
  const proof = await proofLane.innerText();
  if (!words.proofs.some((text) => proof.includes(text)))
    throw new Failed("proof-text", `"${proof}" names no proof in ${locale}`);
  ok("timeline-proof", `"${proof.replace(/\s+/g, " ").trim()}" ${since()}`);
  await shot("3-proof");
  await see("tiles-moved", () =>
    page.waitForFunction(
      ([names, lost]) =>
        names.every((name) => {
          const on = document.querySelector(`[data-vm="${name}"]`)?.closest("article[data-host]")?.dataset.host;
          return on !== undefined && on !== lost;
        }),
      [victims, host],
      { timeout, polling: 50 },
    ),
  );
  ok("tiles-moved", since());
  await shot("4-moving");
  await see("tiles-running", () =>
    page.waitForFunction(
      (names) => names.every((name) => document.querySelector(`[data-vm="${name}"]`)?.dataset.vmState === "running"),
      victims,
      { timeout, polling: 50 },
    ),
  );
  const after = await places(["running"]);
  const tile = await page.locator(`[data-vm="${victims[0]}"]`).innerText();
  if (!tile.includes(words.running)) throw new Failed("tile-text", `"${tile}" does not say ${words.running}`);
  ok("tiles-running", `${victims.map((vm) => `${vm}:${after[vm]}`).join(",")} ${since()}`);
}

async function readResult(victims) {
  await see("result-shown", () =>
    page.waitForSelector(`${panel} [data-testid="failover-result"][data-result="complete"]`, { timeout }),
  );
  const result = await page.locator(`${panel} [data-testid="failover-result"]`).first().innerText();
  if (!result.includes(words.done)) throw new Failed("result-text", `"${result}" does not say "${words.done}"`);
  for (const vm of victims) {
    const state = await page.locator(`${panel} [data-lane-vm="${vm}"]`).first().getAttribute("data-recovery");
    if (state !== "running") throw new Failed("timeline-vm", `the timeline shows ${vm} as ${state}`);
  }
  ok("result-shown", `"${result.trim()}"`);
  await page.waitForTimeout(800); // the last journey of a tile ends: for the picture only
  await shot("5-after");
  await page.locator(`${panel} a[href*="/failovers/"]`).first().click();
  await see("story-shown", () => page.waitForSelector(".story .journal", { timeout }));
  await page.waitForTimeout(300);
  await shot("6-story");
  ok("story-shown", page.url());
}

let passed = false;
try {
  const victims = await untilReady();
  await watchFailover(victims);
  await readResult(victims);
  if (pageErrors.length) throw new Failed("no-page-error", pageErrors[0]);
  ok("no-page-error", "0 errors");
  passed = true;
} catch (error) {
  say(`FAIL ${error instanceof Failed ? error.message : `unexpected ${error.message}`}`);
  await shot("failed").catch(() => undefined);
} finally {
  await close();
}
say(`RESULT ${passed ? "passed" : "failed"}`);
process.exit(passed ? 0 : 1);
