import { readChoice, readChosen, type Choices } from './choices';
import { INITS } from './inits';
import type { SourceRange } from './problem';
import type { Problems } from './problems';
import type { Choice, InitName } from './spec';
import { entryOf, type Tree } from './tree';

export const INIT_CHOICES: Choices<InitName> = {
  noun: 'init scheme',
  kind: 'init',
  registry: INITS,
  example: 'kaiming_normal',
};

/** A scheme, or `{weights: path, strict: true}`: there the map of the arguments names itself. */
export function readInit(tree: Tree, problems: Problems, keyRange?: SourceRange): Choice<InitName> | undefined {
  const weights = tree.kind === 'map' ? entryOf(tree, 'weights') : undefined;
  if (!weights) return readChoice(tree, INIT_CHOICES, problems, keyRange);
  return readChosen('weights', { nameRange: weights.keyRange, value: tree }, tree.range, INITS.weights.args, problems);
}
