/** What a page of the extension is made of: plain strings, so that it can be checked without VS Code. */
export interface Page {
  title: string;
  /** Webview URIs of dist/webview.js and dist/webview.css. */
  script: string;
  style: string;
  /** `webview.cspSource`. */
  cspSource: string;
  /** New for every page: see `makeNonce`. */
  nonce: string;
}

/**
 * The dashboard's document. Nothing may load but the extension's own style sheet and the one script that carries the nonce; no inline
 * style, no eval, no network. The `csp-nonce` property is where the toolkit's element library looks for the nonce of its styles.
 */
export function pageHtml(page: Page): string {
  const policy = contentSecurityPolicy(page.cspSource, page.nonce);
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
  <meta name="viewport" content="width=device-width, initial-scale=1.0">
  <meta property="csp-nonce" content="${escape(page.nonce)}">
  <link rel="stylesheet" href="${escape(page.style)}">
  <title>${escape(page.title)}</title>
</head>
<body>
  <div id="app"><p class="loading">Loading the dashboard…</p></div>
  <script type="module" nonce="${escape(page.nonce)}" src="${escape(page.script)}"></script>
</body>
</html>
`;
}

/** Everything is forbidden but what stands here. */
export function contentSecurityPolicy(cspSource: string, nonce: string): string {
  return [
    `default-src 'none'`,
    `img-src ${cspSource}`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
  ].join('; ');
}

/** 128 random bits, as letters and digits. */
export function makeNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
