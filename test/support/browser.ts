import { type Browser, chromium, type Page } from 'playwright-core';
import { SERVERS } from '../../cli/servers/catalog.ts';
import { foundProgram } from './found-program.ts';

/** A real browser for tests of the console: Chromium, as the catalog of servers finds or fetches it, without a screen. */

/** It speaks to the gateway under test alone: what it would ask its maker for is off. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

export interface TestBrowser {
  /** A page of its own, with storage of its own. What its console says of errors, and what the policy keeps out, is kept. */
  readonly open: () => Promise<{ readonly page: Page; readonly errors: ReadonlyArray<string> }>;
  readonly version: string;
  readonly close: () => Promise<void>;
}

/** The browser, or why there is none. */
export const startBrowser = async (): Promise<TestBrowser | { readonly why: string }> => {
  const found = await foundProgram(SERVERS.chromium);
  if ('why' in found) return found;
  const browser: Browser = await chromium.launch({ executablePath: found.program, args: QUIET });
  return {
    version: browser.version(),
    open: async () => {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: 'zh-CN',
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const errors: string[] = [];
      page.on('console', (said) => said.type() === 'error' && errors.push(said.text()));
      page.on('pageerror', (error) => errors.push(String(error)));
      return { page, errors };
    },
    close: () => browser.close(),
  };
};
