// Orders a switch-over on the console's page Management HA in real Chromium, and watches it there.
//
// Environment: HOLDFAST_URL (through the virtual IP), HOLDFAST_LOCALE, HOLDFAST_THEME, HOLDFAST_SHOTS, HOLDFAST_PROFILES, HOLDFAST_TIMEOUT,
// HOLDFAST_CHROMIUM as for power-cut.mjs.
//
// Lines on standard output: OK <name> <detail>, FAIL <name> <detail>, RESULT passed|failed. Exit code: 0 passed, 1 failed, 2 the environment is wrong.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openBrowser } from "./browser.mjs";

const { HOLDFAST_URL: base, HOLDFAST_SHOTS: shots, HOLDFAST_PROFILES: profileParent } = process.env;
const locale = process.env.HOLDFAST_LOCALE ?? "en";
const theme = process.env.HOLDFAST_THEME ?? "light";
const timeout = Number(process.env.HOLDFAST_TIMEOUT ?? "60") * 1000;

// What a person must be able to read on the page, by language.
const words = {
  en: {
    title: "Management HA · Holdfast",
    button: "Switch over",
    planned: "planned",
    leads: (name) => `${name} leads.`,
  },
  zh: { title: "管理高可用 · Holdfast", button: "切换", planned: "计划切换", leads: (name) => `${name} 为主节点` },
}[locale];
if (!base || !words) {
  console.error("switch-over: HOLDFAST_URL must be set, and HOLDFAST_LOCALE must be en or zh");
  process.exit(2);
}

/** Until the browser has opened the event stream anew by itself. */
const longestLost = 3000;

const say = (line) => process.stdout.write(`${line}\n`);
const ok = (name, detail) => say(`OK ${name} ${detail}`);

class Failed extends Error {
  constructor(name, detail) {
    super(`${name} ${detail}`);
  }
}

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

const leaderShown = () => page.locator(".management").getAttribute("data-leader");

async function untilReady() {
  await see("page-loaded", () => page.goto(`${base}/management?locale=${locale}&theme=${theme}`, { timeout }));
  await see("title", () => page.waitForFunction((title) => document.title === title, words.title, { timeout }));
  await see("both-nodes", () =>
    page.waitForFunction(
      () =>
        document.querySelector('article[data-node][data-role="leader"]') &&
        document.querySelector('article[data-node][data-role="standby"]') &&
        document.documentElement.dataset.connection === "live",
      undefined,
      { timeout, polling: 100 },
    ),
  );
  const leader = await leaderShown();
  const epoch = Number(await page.locator(".management").getAttribute("data-epoch"));
  // A page that is loaded again forgets this.
  await page.evaluate(() => {
    window.holdfastSamePage = true;
    window.holdfastLostMillis = 0;
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      if (document.documentElement.dataset.connection !== "live") window.holdfastLostMillis += now - last;
      last = now;
    }, 20);
  });
  await shot("switch-over-1-before");
  ok("ready", `${leader} leads epoch ${epoch}`);
  return { leader, epoch };
}

async function order() {
  const button = page.locator('[data-testid="switch-over"]');
  const text = await button.innerText();
  if (!text.includes(words.button)) throw new Failed("button-text", `"${text}" does not say "${words.button}"`);
  await button.click({ timeout });
  await see("asked-twice", () => page.locator(".ant-popconfirm .ant-btn-primary").click({ timeout }));
  return Date.now();
}

async function follow({ leader, epoch }, ordered) {
  const since = () => `after ${Date.now() - ordered} ms`;
  const other = await see("other-leads", () =>
    page
      .waitForFunction(
        ([former, before]) => {
          const shown = document.querySelector(".management");
          const now = shown?.dataset.leader;
          return now && now !== former && Number(shown.dataset.epoch) > before ? now : null;
        },
        [leader, epoch],
        { timeout, polling: 20 },
      )
      .then((handle) => handle.jsonValue()),
  );
  ok("other-leads", `${other} ${since()}`);
  await see("roles-swapped", () =>
    page.waitForSelector(`article[data-node="${other}"][data-role="leader"]`, { timeout }),
  );
  await see("former-stands-by", () =>
    page.waitForSelector(`article[data-node="${leader}"][data-role="standby"]`, { timeout }),
  );
  ok("roles-swapped", since());
  const verdict = await page.locator(".plane-verdict strong").innerText();
  if (!verdict.includes(words.leads(other)))
    throw new Failed("verdict-text", `"${verdict}" lacks "${words.leads(other)}"`);
  const row = await see("history", () =>
    page
      .waitForFunction(
        ([word, name, before]) =>
          [...document.querySelectorAll("tr[data-switch-over]")]
            .filter((each) => Number(each.dataset.switchOver) > before)
            .map((each) => each.innerText)
            .find((text) => text.includes(word) && text.includes(name)),
        [words.planned, other, epoch],
        { timeout, polling: 100 },
      )
      .then((handle) => handle.jsonValue()),
  );
  ok("history", `"${row.replace(/\s+/g, " ").trim()}"`);
  await shot("switch-over-2-after");
}

async function stayed() {
  await see("live-again", () =>
    page.waitForFunction(() => document.documentElement.dataset.connection === "live", undefined, { timeout }),
  );
  const { same, lost } = await page.evaluate(() => ({
    same: window.holdfastSamePage === true,
    lost: Math.round(window.holdfastLostMillis),
  }));
  if (!same) throw new Failed("stayed-connected", "the page was loaded again");
  if (lost > longestLost) throw new Failed("stayed-connected", `the page said for ${lost} ms that it was cut off`);
  ok("stayed-connected", `same page, ${lost} ms without a live connection`);
  if (pageErrors.length) throw new Failed("no-page-error", pageErrors[0]);
}

let passed = false;
try {
  const before = await untilReady();
  await follow(before, await order());
  await stayed();
  passed = true;
} catch (error) {
  say(`FAIL ${error instanceof Failed ? error.message : `unexpected ${error.message}`}`);
  await shot("switch-over-failed").catch(() => undefined);
} finally {
  await close();
}
say(`RESULT ${passed ? "passed" : "failed"}`);
process.exit(passed ? 0 : 1);
