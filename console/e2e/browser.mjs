// Debian's Chromium, headless, with a profile of its own that is removed afterwards.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Options: `profileParent` (default: the system's temporary directory), `viewport`, `locale`, `colorScheme`. */
export async function openBrowser({ profileParent = tmpdir(), ...context } = {}) {
  const executablePath = process.env.HOLDFAST_CHROMIUM ?? places.find((place) => existsSync(place));
  if (!executablePath)
    throw new Error("asked to open a browser, but Chromium is not installed; apt-get install chromium");
  const profile = mkdtempSync(join(profileParent, "holdfast-chromium-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    ...context,
  });
  const page = browser.pages()[0] ?? (await browser.newPage());
  const close = async () => {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { page, close };
}
