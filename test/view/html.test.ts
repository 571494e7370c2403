import { expect, test } from 'vitest';
import { contentSecurityPolicy, makeNonce, pageHtml } from '../../src/view/html';

const page = {
  title: 'Layerwise: a <b> & "c"',
  script: 'https://x.test/webview.js',
  style: 'https://x.test/webview.css?a=1&b=2',
  cspSource: 'https://x.test',
  nonce: 'n0nce',
};

test('nothing loads but the own style sheet and the script with the nonce', () => {
  const directives = Object.fromEntries(
    contentSecurityPolicy('https://x.test', 'n0nce')
      .split('; ')
      .map((part) => [part.split(' ')[0], part.split(' ').slice(1)]),
  );
  expect(directives).toEqual({
    'default-src': ["'none'"],
    'img-src': ['https://x.test'],
    'style-src': ['https://x.test', "'nonce-n0nce'"],
    'script-src': ["'nonce-n0nce'"],
    'font-src': ['https://x.test'],
  });
});

test('every script carries the nonce, no style is inline, the toolkit finds its nonce', () => {
  const html = pageHtml(page);
  expect(html.match(/<script[^>]*>/g)).toEqual(['<script type="module" nonce="n0nce" src="https://x.test/webview.js">']);
  expect(html).toContain('<meta property="csp-nonce" content="n0nce">');
  expect(html).not.toMatch(/<style|style="|onload=|javascript:/);
});

test('text cannot break out of its place', () => {
  const html = pageHtml(page);
  expect(html).toContain('<title>Layerwise: a &lt;b&gt; &amp; &quot;c&quot;</title>');
  expect(html).toContain('href="https://x.test/webview.css?a=1&amp;b=2"');
});

test('nonces have 128 bits and differ', () => {
  const nonces = new Set(Array.from({ length: 50 }, makeNonce));
  expect(nonces.size).toBe(50);
  for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{32}$/);
});
