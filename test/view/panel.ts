import { vi } from 'vitest';
import { Emitter } from '../../src/base/emitter';
import type { FromView, ToView } from '../../src/view/protocol';
import { readMessage } from '../../webview/messages';

/** A webview panel without a window around it: the test is its page. */
export class Panel {
  title = '';
  visible = true;
  iconPath?: unknown;
  /** What the page was told and understood, newest last. */
  readonly told: ToView[] = [];
  private readonly fromPage = new Emitter<unknown>();
  private readonly viewState = new Emitter<void>();
  private readonly disposed = new Emitter<void>();
  readonly onDidChangeViewState = this.viewState.event;
  readonly onDidDispose = this.disposed.event;
  readonly webview = {
    html: '',
    options: {},
    cspSource: 'https://page.test',
    asWebviewUri: (uri: string): string => uri,
    onDidReceiveMessage: this.fromPage.event,
    postMessage: (message: unknown): Promise<boolean> => {
      // As it arrives: without what JSON cannot say, and only if the page takes it.
      const taken = readMessage(JSON.parse(JSON.stringify(message)));
      if (!taken) throw new Error(`The page does not understand ${JSON.stringify(message)}`);
      this.told.push(taken);
      return Promise.resolve(true);
    },
  };

  /** The page says something. */
  say(message: FromView): void {
    this.fromPage.fire(message);
  }

  hide(): void {
    this.visible = false;
    this.viewState.fire();
  }

  /** The newest message of a type that the page was told, once there is one that fits. */
  async hears<T extends ToView['type']>(
    type: T,
    fits: (message: Extract<ToView, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ToView, { type: T }>> {
    return vi.waitFor(
      () => {
        const message = this.told.filter((told): told is Extract<ToView, { type: T }> => told.type === type && fits(told as never)).at(-1);
        if (!message) throw new Error(`No fitting ${type} among ${this.told.map((told) => told.type).join(', ')}`);
        return message;
      },
      { timeout: 20_000, interval: 20 },
    );
  }

  reveal(): void {
    this.visible = true;
  }

  dispose(): void {
    this.disposed.fire();
  }
}
