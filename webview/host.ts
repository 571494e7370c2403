import type { FromView, ToView } from '../src/view/protocol';
import { readMessage } from './messages';

interface VsCodeApi {
  postMessage(message: FromView): void;
  getState(): unknown;
  setState(state: Preferences): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** How the user wants to see things: kept by VS Code with the panel. Nothing of the run is in here. */
export interface Preferences {
  logLoss: boolean;
  /** Whether the list of edits is open. */
  editsOpen: boolean;
  /** Names of the sections that are closed. */
  closed: string[];
}

/** The extension at the other end of the wire. */
export class Host {
  private readonly api = acquireVsCodeApi();

  send(message: FromView): void {
    this.api.postMessage(message);
  }

  /** Hands over what the dashboard understands, drops the rest. */
  onMessage(listener: (message: ToView) => void): void {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      const message = readMessage(event.data);
      if (message) listener(message);
    });
  }

  get preferences(): Preferences {
    const state = this.api.getState();
    const { logLoss, editsOpen, closed } = (typeof state === 'object' && state !== null ? state : {}) as Record<keyof Preferences, unknown>;
    // Logarithmic unless switched off: a run that goes well spends most of its steps near zero, where a linear axis shows nothing.
    return {
      logLoss: logLoss !== false,
      editsOpen: editsOpen === true,
      closed: Array.isArray(closed) ? closed.filter((name) => typeof name === 'string') : [],
    };
  }

  set preferences(preferences: Preferences) {
    this.api.setState(preferences);
  }
}
