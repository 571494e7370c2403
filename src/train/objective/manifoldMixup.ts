import { symmetricBeta } from '../../base/beta';
import type { Graph } from '../../graph/graph';
import { fail } from '../../model/problem';
import { type LayerSpec, type Spec, walkLayers } from '../../model/spec';
import type { PassInputs } from '../forwardPass';
import type { ModelPlan } from '../modelPlan';
import type { Feeding } from './feeding';
import { mixedLoss, ofPartners, partnersOf } from './mixedLoss';
import type { MixedBatch } from './mixing';

/**
 * Manifold mixup (Verma et al. 2019): h̃ = h + s·(h′ − h) at every place where there may be a mixture, of which each step draws one for s = 1 − λ; at
 * the others s is 0.
 */
export function manifoldMixup(g: Graph, plan: ModelPlan, { x, y }: PassInputs, feeding: Feeding): MixedBatch {
  const { spec } = plan;
  const { manifold_mixup: alpha, ranges } = spec.regularize;
  const places = mixingPlaces(spec, weighted(plan));
  if (places.length === 0)
    fail('nowhere-to-mix', '`manifold_mixup` finds no layer before which it could mix: each is bypassed by a join, or takes tokens.', {
      range: ranges.manifold_mixup,
    });
  const partners = partnersOf(feeding, x.shape[0]);
  const drawn = feeding.drawn('mixing', {
    shape: [places.length],
    dtype: 'float32',
    fill: (numbers, random) => {
      numbers.fill(0);
      numbers[random.integer(places.length)] = 1 - symmetricBeta(random, alpha);
    },
  });
  const parts = places.map((_, i) => g.reshape(g.slice(drawn, 0, i, i + 1), []));
  return {
    x,
    between: (entry, h) => {
      const place = places.indexOf(entry);
      return place < 0 ? h : g.add(h, g.mul(g.sub(ofPartners(g, h, partners), h), parts[place]));
    },
    lossOf: mixedLoss(g, spec, y, partners, g.sub(1, g.sum(drawn)), 'manifold_mixup'),
  };
}

/** Entries of the model with a weight of two or more dimensions somewhere in them. */
function weighted({ spec, trained, frozen }: ModelPlan): LayerSpec[] {
  const owners = [...trained.items, ...frozen.items].flatMap(({ layer, shape }) => (shape.length > 1 ? [layer] : []));
  const isIn = (layer: string, name: string) => layer === name || layer.startsWith(`${name}.`);
  return spec.model.filter((entry) => [...walkLayers([entry])].some(({ name }) => owners.some((layer) => isIn(layer, name))));
}

/** Of these entries those before which all that the model knows of a sample is in one value of numbers: no join reaches back behind them. */
function mixingPlaces({ model }: Spec, entries: readonly LayerSpec[]): LayerSpec[] {
  const positions = new Map(model.flatMap((entry, at) => [...walkLayers([entry])].map(({ name }) => [name, at] as const)));
  const joins = model.flatMap((entry, at) =>
    [...walkLayers([entry])].flatMap(({ type, args }) =>
      type === 'Add' || type === 'Mul' || type === 'Concat'
        ? (args.layers as string[]).map((name) => ({ from: positions.get(name) ?? 0, to: at }))
        : [],
    ),
  );
  return entries.filter((entry) => {
    const at = model.indexOf(entry);
    const takesTokens = [...walkLayers([entry])].some(({ type }) => type === 'Embedding');
    return !takesTokens && joins.every(({ from, to }) => to < at || from >= at);
  });
}
