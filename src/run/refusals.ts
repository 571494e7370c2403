import type { RunState } from '../view/protocol';
import { isActive } from './actions';
import { diskProblem } from './diskProblem';

/** What a disk can refuse, told of each by itself. */
export type Part = 'history' | 'snapshots';

/** What the disk does not take of a run: the user is told once for each part, until that can be saved again. */
export class Refusals {
  private readonly failing = new Set<Part>();

  constructor(
    /** Of the run's folder, as the user knows it. */
    private readonly path: string,
    /** One sentence: what cannot be saved, where and why. */
    private readonly tell: (sentence: string) => void,
  ) {}

  /** The disk has refused nothing of late. */
  get isNone(): boolean {
    return this.failing.size === 0;
  }

  add(part: Part, error: unknown, run: { name: string; state: RunState }): void {
    if (!this.failing.has(part)) this.tell(this.sentence(part, error, run));
    this.failing.add(part);
  }

  /** The disk took it. */
  clear(part: Part): void {
    this.failing.delete(part);
  }

  private sentence(part: Part, error: unknown, { name, state }: { name: string; state: RunState }): string {
    const what = part === 'history' ? `the history of \`${name}\` is` : `snapshots of \`${name}\` are`;
    return `${diskProblem(error)}: ${what} no longer saved in ${this.path}${isActive(state) ? '; training goes on' : ''}.`;
  }
}
