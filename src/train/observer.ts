import type { ObservationEvent } from './observation';
import type { Prepared } from './prepare';
import type { ModelState } from './trainer';
import type { SessionPool } from './session';

/** Takes observations of one model. */
export class Observer {
  constructor(
    private readonly prepared: Prepared,
    private readonly sessions: SessionPool,
  ) {}

  observe(state: ModelState): Promise<ObservationEvent> {
    return Promise.resolve({ type: 'observation', step: state.step, samples: 0, layers: {}, params: {} });
  }

  async release(): Promise<void> {}
}
