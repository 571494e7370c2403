/* global CSSStyleSheet, document, location, URLSearchParams, window, Worker */
// A host whose run is recorded. It works in a thread of its own, as the extension does: the page has its thread for itself.
const worker = new Worker(new URL('../dist/dev/player.js', import.meta.url));
worker.onmessage = ({ data }) => window.postMessage(data);
worker.onerror = ({ message }) => {
  document.body.textContent = `${message}: is there such a recording? \`npm run build\` and \`npm run record\` make them.`;
};

const query = new URLSearchParams(location.search);
worker.postMessage({
  folder: new URL('../dist/recordings/', import.meta.url).href,
  name: query.get('recording'),
  compared: (query.get('compared') ?? '').split(',').filter(Boolean),
  at: Number(query.get('at') ?? Infinity),
  speed: query.has('play') ? Number(query.get('speed') ?? 1) : 0,
  layer: query.get('layer') ?? undefined,
  isBlind: query.has('blind'),
});

if (query.has('blind')) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('[data-role="diagnosis"], [data-role="health"] { display: none !important; }');
  // Beside those of the page's buttons.
  document.adoptedStyleSheets.push(sheet);
}

/** Takes what the page says. */
export const receive = (message) => worker.postMessage(message);
