import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, CDPSession, Page } from 'playwright-core';

/** The page in a browser context of its own, watched for all that it must never do. */
export interface Visit {
  page: Page;
  cdp: CDPSession;
  /**
   * What happened that must not: requests to other hosts, tokens in URLs, violated policies, errors. Empty when all is
   * well.
   */
  wrongs: () => Promise<string[]>;
  /**
   * The sum of layout shifts without an input as their cause, since the document was loaded, and what moved from where
   * to where.
   */
  layoutShift: () => Promise<{ sum: number; moved: string[] }>;
  /** What axe finds wrong by WCAG 2.2 AA and its own best practices. */
  axe: () => Promise<string[]>;
  /** By how many pixels the document is wider than the screen. */
  overflowPx: () => Promise<number>;
  end: () => Promise<void>;
}

const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, locale: 'en-GB' };

/**
 * Runs in the page before the page's own script. The browser injects it, so the page's content security policy does not
 * matter.
 */
const WATCH = `
  window.seen = { policy: [], shift: 0, moved: [] };
  addEventListener('securitypolicyviolation', (event) => seen.policy.push(event.violatedDirective + ' ' + event.blockedURI));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
      seen.shift += entry.value;
      for (const { node, previousRect: from, currentRect: to } of entry.sources) {
        const name = (node?.outerHTML ?? node?.textContent ?? '').slice(0, 80);
        seen.moved.push(entry.value.toFixed(4) + ' ' + name + ' ' + [from, to].map(({ x, y, width, height }) => [x, y, width, height].join(' ')).join(' -> '));
      }
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const AXE_RUN = `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
  .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))`;

/** Where the page may send large photos: the only other place that its policy names. */
export async function formsUrl(url: string): Promise<string> {
  const policy = (await fetch(url)).headers.get('content-security-policy') ?? '';
  const named = /connect-src 'self' ([^\s;]+)/.exec(policy)?.[1];
  if (named === undefined) throw new Error(`the page may send nothing straight to S3: ${policy}`);
  return named;
}

/** @param url the service's; the page may ask nothing else but `others` and where large photos go */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  others: string[] = [],
): Promise<Visit> {
  const context = await browser.newContext({ ...DESKTOP, ...options });
  context.setDefaultTimeout(20_000);
  await context.addInitScript(WATCH);
  const page = await context.newPage();
  const wrongs: string[] = [];
  const forms = await formsUrl(url);
  page.on('request', (request) => {
    const asked = request.url();
    const isKnown = [`${url}/`, `blob:${url}/`, ...others.map((one) => `${one}/`)].some((one) => asked.startsWith(one));
    const isForm = asked === forms && ['POST', 'OPTIONS'].includes(request.method());
    if (!isKnown && !isForm) wrongs.push(`asked ${asked}`);
    // Our URLs never have a token; the provider's own may have its hint.
    if (/xox[pb]-/.test(asked) || (asked.startsWith(url) && asked.includes('eyJ'))) wrongs.push(`a token in ${asked}`);
  });
  page.on('pageerror', (error) => wrongs.push(`threw ${error.message}`));
  page.on('console', (message) => {
    // The browser's own lines about answers that are not 2xx, which the tests provoke.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      wrongs.push(message.text());
  });
  return {
    page,
    cdp: await context.newCDPSession(page),
    async wrongs() {
      return [...wrongs, ...(await page.evaluate<string[]>('seen.policy'))];
    },
    layoutShift: () => page.evaluate<{ sum: number; moved: string[] }>('({ sum: seen.shift, moved: seen.moved })'),
    async axe() {
      await page.evaluate(AXE);
      return page.evaluate<string[]>(AXE_RUN);
    },
    overflowPx: () => page.evaluate<number>('Math.max(0, document.documentElement.scrollWidth - innerWidth)'),
    end: () => context.close(),
  };
}

/**
 * Ends a visit.
 * @throws Error with all that happened and must not
 */
export async function endClean(visit: Visit): Promise<void> {
  const wrongs = await visit.wrongs();
  await visit.end();
  if (wrongs.length > 0) throw new Error(wrongs.join('\n'));
}
