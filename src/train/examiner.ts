import type { Outcome } from './outcome';
import type { Prepared } from './prepare';
import type { ModelState } from './trainer';
import type { SessionPool } from './session';

/** Works out what one model makes of its data. */
export class Examiner {
  constructor(
    private readonly prepared: Prepared,
    private readonly sessions: SessionPool,
  ) {}

  examine(state: ModelState): Promise<Outcome | undefined> {
    return Promise.resolve(undefined);
  }

  async release(): Promise<void> {}
}
