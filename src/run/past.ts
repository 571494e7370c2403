import type { StartedLayer } from '../train/protocol';
import type { Profile, StatsSnapshot } from '../view/protocol';
import type { History } from './history';
import { profileOf } from './profiles';

/** How a run's layers were at a step. */
export interface Past {
  /** Of the snapshot, where there is one. */
  step: number;
  snapshot?: StatsSnapshot;
  profile?: Profile;
  layers: StartedLayer[];
}

/** The nearest statistics of the layers of that step, and these layers; `now` stands for those of the model that trains now. */
export function pastOf({ stages, statistics, observations }: History, step: number, now: StartedLayer[]): Past {
  const stage = stages.at(step);
  const { from, to } = stages.span(stage);
  const distance = (sample: { step: number }): number => Math.abs(sample.step - step);
  const fitting = statistics.points.filter((sample) => sample.step > from && sample.step <= to);
  const [snapshot] = fitting.sort((a, b) => distance(a) - distance(b));
  const [seen] = observations.points.filter((o) => o.step >= from && o.step <= to).sort((a, b) => distance(a) - distance(b));
  const layers = stage === stages.newest ? now : stage.layout.layers;
  return { step: snapshot?.step ?? step, ...(snapshot && { snapshot }), ...(seen && { profile: profileOf(seen) }), layers };
}
