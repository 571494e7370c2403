/* global URLSearchParams */
import { createRequire } from 'node:module';
import { findBrowser } from '../scripts/browser.mjs';
import { serve } from '../scripts/serve.mjs';

// The browser's driver belongs to the end-to-end tests' package.
const { chromium } = createRequire(new URL('../test/e2e/package.json', import.meta.url))('playwright-core');

/** A browser, and the URL of webview/dev.html for it. */
export async function startBrowser() {
  const server = await serve();
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox', '--disable-gpu'] });
  return {
    browser,
    url: (query) => `${server.url}/webview/dev.html?${new URLSearchParams(query)}`,
    stop: async () => {
      await browser.close();
      server.close();
    },
  };
}
