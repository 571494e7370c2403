import { kindOf } from '../data/dataKind';
import { GENERATORS } from '../data/generators';
import { asArguments, type Owner, readArguments, type ReadArguments } from './arguments';
import { readChoices } from './choices';
import type { SourceRange } from './problem';
import type { Problems } from './problems';
import { DATA, DEFAULT_EPOCHS, GENERATOR_KEYS, type NestedKey, REGULARIZE, type Section, SECTIONS, TOP_DOCS, TOP_KEYS, TRAIN } from './schema';
import type { DataSpec, Located, RegularizeSpec, TrainSpec } from './spec';
import { checkStrategies } from './strategies';
import { entryOf, inWords, isNothing, isText, type MapEntry, type MapTree, type Tree } from './tree';

export function readData(entry: MapEntry, problems: Problems): DataSpec | undefined {
  const map = asMap(entry, problems);
  if (!map) return undefined;
  const read = readSection('data', DATA, map, entry.keyRange, problems);
  checkSource(map, entry.keyRange, problems);
  if (!read) return undefined;
  const data = read.args as Omit<DataSpec, 'range' | 'ranges'>;
  // As much as is usual for the generator; of a file it says nothing, and is to make no difference.
  const noise = data.noise ?? GENERATORS[data.source ?? 'blobs'].noise;
  return { ...data, noise, ...(isSequence(data) && { task: data.task ?? 'sequence' }), range: map.range, ranges: read.argRanges };
}

/** Whether each token of a sample has a target unless the file says otherwise. */
const isSequence = ({ file, source }: Pick<DataSpec, 'file' | 'source'>): boolean =>
  (source !== undefined && GENERATORS[source].kind === 'tokens') || (file !== undefined && kindOf(file) === 'txt');

/** The penalties, and the label smoothing apart: it belongs to the loss. */
export function readRegularize(
  entry: MapEntry | undefined,
  problems: Problems,
): { penalties: RegularizeSpec; smoothing?: Located<number> } | undefined {
  const read = readOptional('regularize', REGULARIZE, entry, problems);
  if (!read) return undefined;
  const penalties: RegularizeSpec = { ...(read.args as unknown as RegularizeSpec), ranges: read.argRanges };
  checkStrategies(penalties, read.argRanges, problems);
  const range = read.argRanges.label_smoothing;
  return { penalties, ...(range && { smoothing: { value: penalties.label_smoothing ?? 0, range } }) };
}

export function readTrain(entry: MapEntry | undefined, problems: Problems): TrainSpec | undefined {
  const read = readOptional('train', TRAIN, entry, problems);
  if (!read) return undefined;
  const train = read.args as unknown as TrainSpec;
  const { epochs, steps } = read.argRanges;
  if (epochs && steps) {
    const later = steps.start > epochs.start ? 'steps' : 'epochs';
    problems.error('steps-and-epochs', '`steps` and `epochs` both say how long to train; keep one of them.', read.argRanges[later]);
  }
  return { ...train, ...(steps ? {} : { epochs: train.epochs ?? DEFAULT_EPOCHS }), ranges: read.argRanges };
}

/** A section that may be left out, or stand there with all its lines commented out. */
function readOptional(name: string, section: Section, entry: MapEntry | undefined, problems: Problems): ReadArguments | undefined {
  const nowhere = { start: 0, end: 0 };
  const empty: MapTree = { kind: 'map', entries: [], range: nowhere };
  const map = !entry || isNothing(entry.value) ? empty : asMap(entry, problems);
  return map && readSection(name, section, map, entry?.keyRange ?? nowhere, problems);
}

function readSection(
  name: string,
  { args, nested = {}, lists = {} }: Section,
  map: MapTree,
  range: SourceRange,
  problems: Problems,
): ReadArguments | undefined {
  const owner: Owner = { name, kind: 'key', range, advice: (key) => elsewhere(key, name) };
  const read = readArguments(map, args, owner, problems);
  for (const [key, rule] of Object.entries(nested)) {
    const entry = entryOf(map, key);
    if (read && entry) read.args[key] = readNested(entry, rule, problems);
  }
  for (const [key, choices] of Object.entries(lists)) {
    const entry = entryOf(map, key);
    if (read) read.args[key] = entry ? readChoices(entry, choices, problems) : [];
  }
  return read;
}

/** `early_stopping: 5`, its arguments by name, or a list of such. */
function readNested({ key, keyRange, value }: MapEntry, { args, many }: NestedKey, problems: Problems): unknown {
  const owner: Owner = { name: key, kind: 'argument', range: keyRange };
  const readOne = (tree: Tree) => {
    const map = asArguments(tree, args, owner, problems);
    return map && readArguments(map, args, owner, problems)?.args;
  };
  if (!many) return readOne(value);
  return (value.kind === 'list' ? value.items : [value]).map(readOne);
}

/** A key that is right, but in the wrong section. */
export function elsewhere(key: string, not: string): string | undefined {
  if (not !== 'the file' && (TOP_KEYS as readonly string[]).includes(key)) return 'It belongs at the top of the file, not indented.';
  if (key === 'lr' || key === 'momentum' || key === 'weight_decay')
    return `It belongs in \`optimizer\`: \`${TOP_DOCS.optimizer.example.replace('optimizer: ', '')}\`.`;
  const owners = Object.entries(SECTIONS).filter(([name, { args }]) => name !== not && Object.hasOwn(args, key));
  return owners.length === 1 ? `It belongs in \`${owners[0][0]}\`.` : undefined;
}

function asMap({ key, keyRange, value }: MapEntry, problems: Problems): MapTree | undefined {
  if (value.kind === 'map') return value;
  const isSource = (DATA.args.source.unwrap().options as readonly unknown[]).includes(value.kind === 'scalar' && value.value);
  const example =
    key === 'data' && isText(value)
      ? `data: {${isSource ? 'source' : 'file'}: ${value.value.slice(0, 60)}}`
      : TOP_DOCS[key as keyof typeof SECTIONS].example;
  problems.error(
    'bad-value',
    `\`${key}\` must be a map of keys, got ${inWords(value)}. For example \`${example}\`.`,
    isNothing(value) ? keyRange : value.range,
  );
  return undefined;
}

function checkSource(map: MapTree, keyRange: SourceRange, problems: Problems): void {
  const [file, source] = [entryOf(map, 'file'), entryOf(map, 'source')];
  if (!file && !source) problems.error('missing-argument', '`data` needs `file`, a path, or `source`, a built-in generator.', keyRange);
  else if (file && source)
    problems.error('file-and-source', '`file` and `source` both say where the data comes from; keep one of them.', later(file, source).keyRange);
  else if (file) {
    for (const key of GENERATOR_KEYS) {
      const entry = entryOf(map, key);
      if (entry)
        problems.error('only-of-generators', `\`${key}\` is for a generator (\`source\`); a file has the samples it has. Remove it.`, entry.keyRange);
    }
  }
}

const later = (a: MapEntry, b: MapEntry): MapEntry => (b.keyRange.start > a.keyRange.start ? b : a);
