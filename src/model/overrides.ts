import { ruleAt, type Path, type Rule, keysOf, step, FILE } from './grammar';
import { suggestion } from './nearest';
import { fail } from './problem';
import { Problems } from './problems';
import { entryOf, isNothing, toValue, type MapEntry, type Tree } from './tree';
import { readYaml } from './yamlTree';

/** Of two keys only one may be there: setting one replaces the other. */
const INSTEAD_OF: Record<string, string> = { steps: 'epochs', epochs: 'steps', file: 'source', source: 'file' };

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
  return edit(text, tree, segments, inlineYaml(path, value));
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

/** Goes down as far as the file has the path, then writes the rest of it as `{…}`. */
function edit(text: string, tree: Tree, path: Path, value: string): string {
  let node = tree;
  let entry: MapEntry | undefined;
  for (const [i, segment] of path.entries()) {
    const next = node.kind === 'list' ? node.items[Number(segment)] : node.kind === 'map' ? entryOf(node, String(segment)) : undefined;
    if (!next) return extend(text, node, entry, path.slice(0, i), path.slice(i), value);
    entry = 'key' in next ? next : undefined;
    node = 'key' in next ? next.value : next;
  }
  return put(text, node, entry, value);
}

function extend(text: string, node: Tree, entry: MapEntry | undefined, above: Path, rest: Path, value: string): string {
  const [key] = rest;
  const rule = ruleAt(above);
  if (node.kind === 'list') fail('bad-override', `\`${above.join('.')}\` has ${node.items.length} entries, counted from 0; there is none at ${key}.`);
  if (typeof key === 'number') fail('bad-override', `\`${above.join('.')}\` is not a list in the file.`);
  const written = `${key}: ${nested(rest.slice(1), value)}`;
  if (node.kind === 'map' && rule?.kind === 'table') {
    const other = entryOf(node, INSTEAD_OF[key] ?? '');
    return other ? splice(text, other.keyRange.start, other.value.range.end, written) : insert(text, node, written);
  }
  const first = rule?.kind === 'table' ? rule.first : undefined;
  if (first === undefined || isNothing(node)) return put(text, node, entry, `{${written}}`);
  // `Linear: 10` is `Linear: {out_features: 10}`
  const old = text.slice(node.range.start, node.range.end);
  return put(text, node, entry, key === first ? nested(rest.slice(1), value) : `{${first}: ${old}, ${written}}`);
}

const nested = (path: Path, value: string): string => path.reduceRight<string>((inner, key) => `{${key}: ${inner}}`, value);

/** A key added to a map, in the style of the map. */
function insert(text: string, map: Tree & { kind: 'map' }, written: string): string {
  const { start, end } = map.range;
  if (text[start] === '*') return splice(text, start, end, `{<<: ${text.slice(start, end)}, ${written}}`);
  if (text[start] === '{') return splice(text, end - 1, end - 1, map.entries.length > 0 ? `, ${written}` : written);
  const indent = /[^\n]*$/.exec(text.slice(0, start))?.[0].replace(/\S/g, ' ') ?? '';
  const lineEnd = text.indexOf('\n', end);
  return lineEnd < 0 ? `${text}\n${indent}${written}\n` : splice(text, lineEnd, lineEnd, `\n${indent}${written}`);
}

/** A value in place of another one, or behind the colon where there was none. */
function put(text: string, node: Tree, entry: MapEntry | undefined, written: string): string {
  if (!entry || node.range.start !== entry.keyRange.start) return splice(text, node.range.start, node.range.end, written);
  const colon = text.indexOf(':', entry.keyRange.end) + 1;
  return splice(text, colon, colon, ` ${written}`);
}

const splice = (text: string, start: number, end: number, written: string): string => text.slice(0, start) + written + text.slice(end);
