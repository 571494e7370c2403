import { type Named, reportSecondKey } from './choices';
import { nearest } from './nearest';
import type { Problems } from './problems';
import { inWords, isNothing, type Tree } from './tree';
import { ENTRY_TYPES } from './vocabulary';

const LAYER_NAMES: readonly string[] = ENTRY_TYPES;

/** A list item that is neither `Name` nor `Name: …`. */
export function reportNotAnEntry(tree: Tree, problems: Problems): undefined {
  if (isNothing(tree)) problems.error('empty-entry', 'This entry is empty. Write a layer behind the dash, for example `- Linear: 10`.', tree.range);
  else if (tree.kind !== 'map' || tree.entries.length === 0)
    problems.error('bad-value', `A layer is expected here, got ${inWords(tree)}.`, tree.range);
  else {
    const second = tree.entries[1].key;
    reportSecondKey(tree, (key) => LAYER_NAMES.includes(key), `\`${second}\` needs a dash of its own: \`- ${second}\`.`, problems);
  }
}

/** The name of no layer; `Linear(10)` and `nn.Linear` are what a reader of PyTorch tries first. */
export function reportUnknownLayer({ name, nameRange }: Named, problems: Problems): void {
  const [, type, rest] = /^(?:torch\.)?(?:nn\.)?(\w+)\s*(.*)$/s.exec(name) ?? [];
  const complaint = `Unknown layer \`${name.length > 40 ? `${name.slice(0, 39)}…` : name}\`.`;
  if (rest && LAYER_NAMES.includes(type))
    problems.error('unknown-layer', `${complaint} Write \`${type}: …\`, with the arguments behind a colon.`, nameRange);
  else problems.error('unknown-layer', complaint, nameRange, { meant: LAYER_NAMES.includes(type) ? type : nearest(name, LAYER_NAMES) });
}
