import type { Graph, Value } from '../graph/graph';
import { formatShape, product, sameShape } from '../graph/shape';
import type { BuildContext } from './layers/layer';
import { affine } from './layers/linear';
import { fail } from './problem';
import type { LayerSpec } from './spec';

/** Of the penalty that keeps the experts' loads even (Fedus et al. 2021, α). */
const BALANCE_WEIGHT = 0.01;

/** Puts the experts' outputs together: for each row (a sample, or a place of it) those of its best experts, weighted. */
export function mixExperts(context: BuildContext, x: Value, outputs: readonly Value[], { args, argRanges }: LayerSpec): Value {
  const { g, params } = context;
  const [experts, top] = [outputs.length, args.top_k as number];
  const last = x.shape.length - 1;
  if (top > experts)
    fail('bad-value', `\`top_k: ${top}\` of ${experts} experts: write \`top_k: ${experts}\` or less, or more experts`, { range: argRanges.top_k });
  const [output] = outputs;
  if (!sameShape(output.shape.slice(0, -1), x.shape.slice(0, -1)))
    fail(
      'shape-mismatch',
      `its experts give ${formatShape(output.shape.slice(1))} for ${formatShape(x.shape.slice(1))}: all but the last dimension has to stay, because each place is routed for itself`,
    );
  const logits = affine(g, x, params['router.weight'], params['router.bias']);
  const chosen = amongLargest(g, logits, top);
  const shares = g.softmax(g.where(chosen, logits, g.constant(-1e30)), last);
  balance(context, logits, g.cast(chosen, 'float32'), top);
  return g
    .split(shares, Array<number>(experts).fill(1), last)
    .map((share, i) => g.mul(outputs[i], share))
    .reduce((sum, term) => g.add(sum, term));
}

/** True for the `count` largest of the last dimension; of equal ones the first are. */
function amongLargest(g: Graph, logits: Value, count: number): Value {
  const n = logits.shape[logits.shape.length - 1];
  const outer = logits.shape.slice(0, -1);
  const [mine, others] = [g.reshape(logits, [...outer, n, 1]), g.reshape(logits, [...outer, 1, n])];
  const isBefore = g.constant(
    Array.from({ length: n * n }, (_, at) => (at % n < Math.floor(at / n) ? 1 : 0)),
    [n, n],
  );
  const isAhead = g.add(g.cast(g.greater(others, mine), 'float32'), g.mul(g.cast(g.equal(others, mine), 'float32'), isBefore));
  return g.less(g.sum(isAhead, [-1]), count);
}

/** E·Σ fₑ·Pₑ: shares of the rows that experts got, times the mean probabilities that the router gave them. 1 where both are even. */
function balance({ g, penalty, show }: BuildContext, logits: Value, chosen: Value, top: number): void {
  const last = logits.shape.length - 1;
  const experts = logits.shape[last];
  const outer = logits.shape.map((_, i) => i).filter((i) => i < last);
  const loads = g.div(g.mean(chosen, outer), top);
  const value = g.mul(g.sum(g.mul(loads, g.mean(g.softmax(logits, last), outer))), experts);
  penalty(value, BALANCE_WEIGHT);
  show('balance', g.reshape(value, [product(value.shape)]));
  show('load', loads);
  g.split(loads, Array<number>(experts).fill(1), 0).forEach((load, expert) => show(`load_${expert}`, load));
}
