import { type Path, ruleAt } from '../grammar';
import type { SourceRange } from '../problem';
import { Problems } from '../problems';
import type { Tree } from '../tree';
import { readYaml } from '../yamlTree';
import { documentationOf } from './members';

/** What the language says of the word at an offset: markdown, and where the word stands. Works on files with problems, too. */
export function hoverAt(text: string, offset: number): { markdown: string; range: SourceRange } | undefined {
  const tree = readYaml(text, new Problems());
  const found = tree && wordAt(tree, offset, []);
  const rule = found && ruleAt(found.path);
  const markdown = rule && documentationOf(rule, found.word);
  return markdown === undefined ? undefined : { markdown, range: found!.range };
}

interface Word {
  word: string;
  range: SourceRange;
  /** Of the map that the word is a key of, or of the value that it is. */
  path: Path;
}

function wordAt(tree: Tree, offset: number, path: Path): Word | undefined {
  const within = ({ start, end }: SourceRange) => start <= offset && offset <= end;
  if (tree.kind === 'scalar') return within(tree.range) && tree.value !== null ? { word: String(tree.value), range: tree.range, path } : undefined;
  if (tree.kind === 'list') {
    for (const [i, item] of tree.items.entries()) {
      const found = wordAt(item, offset, [...path, i]);
      if (found) return found;
    }
    return undefined;
  }
  for (const { key, keyRange, value } of tree.entries) {
    if (within(keyRange)) return { word: key, range: keyRange, path };
    const found = wordAt(value, offset, [...path, key]);
    if (found) return found;
  }
  return undefined;
}
