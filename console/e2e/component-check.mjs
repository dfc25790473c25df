// The component check: the built console in real Chromium against the mock's power cut, in both languages.
//   node e2e/component-check.mjs        needs dist/ and Chromium; last line: "N passed, N failed"
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { openBrowser } from "./browser.mjs";

const here = `${import.meta.dirname}/`;
let passed = 0;
let failed = 0;

function check(name, holds, detail = "") {
  if (holds) passed++;
  else failed++;
  console.log(`${holds ? "ok" : "FAILED"} ${name}${detail ? `: ${detail}` : ""}`);
}

async function withMock(act, ...options) {
  const server = spawn(process.execPath, [
    `${here}mock-server.mjs`,
    "--port",
    "0",
    "--dist",
    `${here}../dist`,
    ...options,
  ]);
  try {
    const base = await new Promise((resolve, reject) => {
      createInterface(server.stdout).on("line", (line) => line.startsWith("LISTENING") && resolve(line.split(" ")[1]));
      server.on("exit", (code) => reject(new Error(`the mock ended with ${code}`)));
    });
    await act(base);
  } finally {
    server.kill();
  }
}

/** Runs power-cut.mjs and cuts when it says READY. */
function watchCut(base, locale) {
  return new Promise((resolve) => {
    const env = { ...process.env, HOLDFAST_URL: base, HOLDFAST_HOST: "host2", HOLDFAST_LOCALE: locale };
    const watcher = spawn(process.execPath, [`${here}power-cut.mjs`], { env, stdio: ["ignore", "pipe", "inherit"] });
    createInterface(watcher.stdout).on("line", (line) => {
      console.log(`  ${line}`);
      if (line.startsWith("READY")) void fetch(`${base}/mock/cut?host=host2`, { method: "POST" });
    });
    watcher.on("exit", (code) => resolve(code));
  });
}

async function connectionLoss(base) {
  const { page, close } = await openBrowser({ viewport: { width: 1440, height: 900 } });
  try {
    await page.goto(`${base}/cluster?locale=en&theme=light`);
    await page.waitForSelector("[data-vm]");
    await fetch(`${base}/mock/hang?millis=9000`, { method: "POST" });
    const banner = await page.waitForSelector(".banner", { timeout: 12_000 });
    const text = await banner.innerText();
    check(
      "a silent manager is told with the age of what is shown",
      /is \d+ seconds old/.test(text),
      text.split("\n")[0],
    );
    await page.waitForSelector(".banner", { state: "detached", timeout: 20_000 });
    const phase = await page.waitForSelector('[data-phase="live"]', { timeout: 5000 });
    check("the page is live again by itself", phase !== null);
    await fetch(`${base}/mock/drop`, { method: "POST" });
    await page.waitForTimeout(4500);
    await fetch(`${base}/mock/cut?host=host3`, { method: "POST" });
    const seen = await page.waitForSelector('article[data-host="host3"][data-light="fault"]', { timeout: 8000 });
    check("a dropped stream is resumed", seen !== null);
  } finally {
    await close();
  }
}

async function preferencesStay(base) {
  const { page, close } = await openBrowser({ viewport: { width: 900, height: 900 } });
  try {
    await page.goto(`${base}/cluster?locale=en&theme=light`);
    await page.click(".language");
    await page.goto(`${base}/events`);
    const title = await page.waitForSelector("h1");
    check("the chosen language is remembered", (await title.innerText()) === "事件");
    check("the document's language follows", (await page.getAttribute("html", "lang")) === "zh-CN");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
    check("nothing is wider than a window of 900 pixels", wide);
    await page.keyboard.press("Tab");
    const first = await page.evaluate(() => document.activeElement?.className);
    check("the first key stop skips to the content", first === "skip-link", String(first));
  } finally {
    await close();
  }
}

async function managementSwitchOver(base) {
  const { page, close } = await openBrowser({ viewport: { width: 1440, height: 1000 } });
  const leader = (name) => page.waitForSelector(`article[data-node="${name}"][data-role="leader"]`, { timeout: 8000 });
  try {
    await page.goto(`${base}/management?locale=en&theme=light`);
    await leader("mgmt1");
    await page.click('[data-testid="switch-over"]');
    await page.click(".ant-popconfirm .ant-btn-primary");
    check("a planned switch-over is followed live", (await leader("mgmt2")) !== null);
    await fetch(`${base}/mock/lose-node`, { method: "POST" });
    const silent = await page.waitForSelector('[data-verdict="silent"]', { timeout: 8000 });
    check("a lost leader is told with the age of what is shown", /No answer for/.test(await silent.innerText()));
    await leader("mgmt1");
    const lost = await page.waitForSelector('article[data-node="mgmt2"][data-light="fault"]', { timeout: 8000 });
    check(
      "the lost node is shown as lost, and the alarm with it",
      (await page.$("[data-alarm=no-spare-vote]")) !== null,
    );
    check(
      "a light does not outlive its evidence",
      (await lost.$$('[data-light="ok"][data-item="database"]')).length === 0,
    );
    await page.click(".language");
    const title = await page.locator("h1").innerText();
    check("the page speaks Chinese", title.startsWith("管理高可用"), title.split("\n")[0]);
    const rows = await page.locator("[data-switch-over]").count();
    check("the history has each change of the lead", rows === 3, String(rows));
  } finally {
    await close();
  }
}

for (const locale of ["en", "zh"]) {
  await withMock(async (base) => check(`a power cut is watched (${locale})`, (await watchCut(base, locale)) === 0));
}
await withMock(connectionLoss);
await withMock(preferencesStay);
await withMock(managementSwitchOver);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
