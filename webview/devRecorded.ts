import type { Recording } from '../bench/recording';
import { type Cursor, type LayerCursor, RunStore } from '../src/run/runStore';
import type { ComparedRun, FromView, RunView, ToView } from '../src/view/protocol';
import { comparedView } from '../src/view/runViews';

/** How a recording is shown. */
export interface Playing {
  /** Up to that step at once; Infinity: all of it. */
  at: number;
  /** Seconds of the recording per second, from its beginning; 0: at once. */
  speed: number;
  layer?: string;
  compared: readonly RunStore[];
  /** Without names and findings: whoever looks is to see it in the charts. */
  isBlind: boolean;
}

/** In milliseconds, as src/view/dashboard.ts and src/run/activeRun.ts have them. */
const UPDATE_INTERVAL = 100;
const LAYER_INTERVAL = 1000;
const DIAGNOSIS_INTERVAL = 500;

/** A recorded run in the host's own store: what a page is told of it is what the extension would tell. */
export class Recorded {
  readonly store: RunStore;
  /** Of the recording, in milliseconds. */
  private clock = 0;
  private next = 0;
  private judgedAt = -Infinity;
  private told?: Cursor;
  private watched?: { runId: string; layer: string; told?: LayerCursor };
  private timers: ReturnType<typeof setInterval>[] = [];
  private selected?: string;

  constructor(
    private readonly recording: Recording,
    private readonly playing: Playing,
    private readonly post: (message: ToView) => void,
  ) {
    const name = playing.isBlind ? 'run' : recording.name;
    const file = playing.isBlind ? 'model.nn.yaml' : `bench/recordings/${recording.name}.nn.yaml`;
    this.store = RunStore.create({ runId: recording.name, name, file, uri: '', text: recording.text });
    this.selected = playing.layer;
    if (playing.speed === 0) this.skip(playing.at);
  }

  receive(message: FromView): void {
    switch (message.type) {
      case 'ready':
        this.told = undefined;
        this.tell();
        if (this.playing.speed > 0) this.play();
        return;
      case 'select':
        this.selected = message.layer;
        return;
      case 'watch':
        this.watched = message.layer === undefined ? undefined : { runId: message.runId, layer: message.layer };
        return this.tellLayer();
      case 'time': {
        const { snapshot, profile, layers } = this.store.past(message.step);
        return this.post({ type: 'past', runId: message.runId, step: message.step, snapshot, profile, layers });
      }
      case 'endComparison':
        this.playing.compared = [];
        this.told = undefined;
        return this.tell();
      case 'command':
        return this.command(message.command);
      default:
        // What the editor does is not to be seen here.
        return;
    }
  }

  private command(command: Extract<FromView, { type: 'command' }>['command']): void {
    if (command === 'pause' || command === 'stop') {
      this.rest();
      this.store.setState(command === 'pause' ? 'paused' : 'stopped');
    } else if (command === 'step') this.take();
    else {
      this.store.setState('running');
      this.play();
    }
    this.tell();
  }

  private play(): void {
    this.rest();
    const { speed } = this.playing;
    const update = setInterval(() => {
      this.clock += UPDATE_INTERVAL * (speed || 1);
      if (!this.advance()) this.rest();
      this.tell();
    }, UPDATE_INTERVAL);
    this.timers = [update, setInterval(() => this.tellLayer(), LAYER_INTERVAL)];
  }

  private rest(): void {
    this.timers.forEach(clearInterval);
    this.timers = [];
  }

  /** Everything up to a step. */
  private skip(step: number): void {
    while (this.next < this.recording.messages.length && this.store.run.step < step) this.take();
  }

  /** What was heard by now; false at the end. */
  private advance(): boolean {
    const { messages } = this.recording;
    while (this.next < messages.length && messages[this.next].at <= this.clock) this.take();
    return this.next < messages.length;
  }

  private take(): void {
    const entry = this.recording.messages.at(this.next);
    if (!entry) return;
    this.next++;
    const { at, message } = entry;
    this.clock = Math.max(this.clock, at);
    if (message.type === 'events') this.store.apply(message.events, message.stepsPerSecond);
    else this.store.setOutcome(message.outcome);
    if (at - this.judgedAt < DIAGNOSIS_INTERVAL && this.next < this.recording.messages.length) return;
    this.judgedAt = at;
    this.store.diagnose();
  }

  private tell(): void {
    const { message, cursor } = this.store.since(this.told);
    this.told = cursor;
    if (message.type === 'update') this.post(this.seen(message));
    else if (message.type === 'hydrate' && message.run)
      this.post({ ...message, run: this.seen(message.run), selectedLayer: this.selected, compared: this.compared() });
  }

  private compared(): ComparedRun[] {
    return this.playing.compared.map((store) => comparedView(store, store.run.name, this.store));
  }

  private tellLayer(): void {
    if (!this.watched) return;
    const { runId, layer, told } = this.watched;
    const { cursor, ...history } = this.store.layerSince(layer, told);
    this.watched.told = cursor;
    if (!told || history.moments.length > 0 || history.normalisation.length > 0) this.post({ type: 'layer', runId, layer, ...history });
  }

  private seen<T extends Pick<RunView, 'health'>>(told: T): T {
    return this.playing.isBlind ? { ...told, health: undefined } : told;
  }
}
