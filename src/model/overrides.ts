import { type Path, type Rule, keysOf, step, FILE } from './grammar';
import { suggestion } from './nearest';
import { fail } from './problem';
import { Problems } from './problems';
import { writeSetting, settingOf } from './settings';
import { applyEdits } from './textEdits';
import { isNothing, nodeAt, toValue, type Tree } from './tree';
import { readYaml } from './yamlTree';

/**
 * A model file's text with values changed as `--set train.steps=100` says: `path=value`, the path made of keys and list indexes, the value YAML.
 * Only the values' own characters change, so that comments stay and problems keep their lines.
 *
 * @throws ProblemError (`bad-override`) for a path that the language does not have, and for a value that is not YAML.
 */
export function applyOverrides(text: string, overrides: readonly string[]): string {
  return overrides.reduce(applyOverride, text);
}

function applyOverride(text: string, override: string): string {
  const [, path, value] =
    /^([^=]+)=(.*)$/s.exec(override) ?? fail('bad-override', `\`${override}\` is not of the form \`path=value\`, for example \`train.steps=100\`.`);
  const segments = knownPath(path.trim());
  const tree = readYaml(text, new Problems());
  // A file that is no map is the parser's to tell.
  if (tree?.kind !== 'map') return text;
  const written = inlineYaml(path, value);
  const setting = settingOf(text, tree, segments);
  if (setting.kind === 'no-list') failAtList(tree, setting.at, setting.rest[0]);
  return applyEdits(text, writeSetting(text, tree, setting, written));
}

function knownPath(path: string): (string | number)[] {
  const segments: (string | number)[] = [];
  let rule: Rule = FILE;
  for (const word of path.split('.')) {
    const segment = /^\d+$/.test(word) ? Number(word) : word;
    const next = step(rule, segment);
    if (!next) fail('bad-override', `\`--set ${path}\`: ${complaint(rule, segments, word)}`);
    segments.push(segment);
    rule = next;
  }
  return segments;
}

function complaint(rule: Rule, above: Path, word: string): string {
  const where = above.length > 0 ? `\`${above.join('.')}\`` : 'a model file';
  if (rule.kind === 'list') return `${where} is a list; its entries are counted from 0, not \`${word}\`.`;
  return `${where} has no \`${word}\`.${suggestion(word, keysOf(rule))}`;
}

/** The value as it can stand anywhere in the file, also within `{…}`. */
function inlineYaml(path: string, value: string): string {
  const problems = new Problems();
  const tree = readYaml(value, problems);
  if (problems.hasErrors) fail('bad-override', `\`--set ${path}\`: ${problems.list[0].message}`);
  if (!tree || isNothing(tree)) return '';
  return tree.kind === 'scalar' && typeof tree.value !== 'string' ? value.trim() : JSON.stringify(toValue(tree));
}

function failAtList(tree: Tree, at: Path, index: string | number): never {
  const node = nodeAt(tree, at);
  if (node?.kind !== 'list') fail('bad-override', `\`${at.join('.')}\` is not a list in the file.`);
  fail('bad-override', `\`${at.join('.')}\` has ${node.items.length} entries, counted from 0; there is none at ${index}.`);
}
