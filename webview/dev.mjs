/* global location, sessionStorage, URLSearchParams, window */
import { setTheme } from './devThemes.mjs';

// Stands in for VS Code while the dashboard is worked on and measured: theme, API object, and a host whose run is recorded or made of formulas.
const STATE = 'layerwise-dev-state';
const query = new URLSearchParams(location.search);
setTheme(query.get('theme') ?? 'dark');
window.setTheme = setTheme;

/** All that the page has said. */
window.sent = [];
const waiting = [];
let receive = (message) => waiting.push(message);
window.acquireVsCodeApi = () => ({
  postMessage(message) {
    window.sent.push(message);
    performance.mark(message.type);
    receive(message);
  },
  getState: () => JSON.parse(sessionStorage.getItem(STATE) ?? 'null') ?? undefined,
  setState: (state) => sessionStorage.setItem(STATE, JSON.stringify(state)),
});

const host = await import(query.has('recording') ? './devPlayer.mjs' : './devHost.mjs');
receive = host.receive;
waiting.forEach(receive);
