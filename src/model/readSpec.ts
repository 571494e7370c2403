import { EntryReader } from './entries';
import { readInit } from './initSpec';
import { Names } from './names';
import { nearest } from './nearest';
import { checkNamedLayers, readParamGroups } from './paramGroups';
import type { Problems } from './problems';
import { REQUIRED_KEYS, TOP_DOCS, TOP_KEYS, type TopKey } from './schema';
import { elsewhere, readData, readRegularize, readTrain } from './sections';
import type { Spec } from './spec';
import { entryOf, inWords, isNothing, isText, type MapEntry, type MapTree } from './tree';
import { checkCycledMomentum, readLoss, readOptimizer, readSchedulers } from './training';

/** Reads the top level of a model file. Undefined, or with gaps where a problem was reported: only good if there is none. */
export function readSpec(file: MapTree, text: string, problems: Problems): Spec | undefined {
  reportUnknownKeys(file, problems);
  reportMissingKeys(file, problems);
  const entry = (key: TopKey): MapEntry | undefined => entryOf(file, key);
  const [dataEntry, modelEntry, initEntry, lossEntry] = (['data', 'model', 'init', 'loss'] as const).map(entry);
  const place = modelEntry?.keyRange ?? file.range;

  const names = new Names();
  const model = modelEntry && new EntryReader(names, problems).readModel(modelEntry.value, modelEntry.keyRange);
  names.check(text, problems);
  const name = readName(entry('name'), problems);
  const data = dataEntry && readData(dataEntry, problems);
  const init = initEntry && readInit(initEntry.value, problems, initEntry.keyRange);
  const regularize = readRegularize(entry('regularize'), problems);
  const loss = lossEntry && readLoss(lossEntry, regularize?.smoothing, problems);
  const read = readOptimizer(entry('optimizer'), place, problems);
  const schedulers = readSchedulers(entry('scheduler'), problems);
  if (read) checkCycledMomentum(schedulers, read.optimizer, problems);
  const paramGroups = readParamGroups(entry('param_groups'), read?.optimizer.name, problems);
  const train = readTrain(entry('train'), problems);
  if (model) checkNamedLayers(model, paramGroups, train, problems);
  if (!data || !model || !loss || !read || !regularize || !train) return undefined;
  return {
    name,
    data,
    model,
    init: init ?? { name: 'default', args: {}, range: place, argRanges: {} },
    loss,
    ...read,
    schedulers,
    paramGroups,
    regularize: regularize.penalties,
    train,
    ranges: Object.fromEntries(file.entries.map(({ key, keyRange }) => [key, keyRange])),
  };
}

function readName(entry: MapEntry | undefined, problems: Problems): string {
  if (!entry) return 'model';
  if (isText(entry.value) && entry.value.value.trim()) return entry.value.value;
  const { value, keyRange } = entry;
  problems.error('bad-value', `\`name\` must be a text, got ${inWords(value)}.`, isNothing(value) ? keyRange : value.range);
  return '';
}

function reportUnknownKeys(file: MapTree, problems: Problems): void {
  for (const { key, keyRange } of file.entries) {
    if ((TOP_KEYS as readonly string[]).includes(key)) continue;
    const advice = elsewhere(key, 'the file');
    const meant = advice ? undefined : nearest(key, TOP_KEYS);
    problems.error('unknown-key', `Unknown key \`${key}\`.${advice ? ` ${advice}` : ''}`, keyRange, { meant });
  }
}

/** Reported at the file's first key: the place where it is not is nowhere. */
function reportMissingKeys(file: MapTree, problems: Problems): void {
  const range = file.entries[0]?.keyRange ?? file.range;
  for (const key of REQUIRED_KEYS) {
    if (!entryOf(file, key)) problems.error('missing-key', `\`${key}\` is missing; add for example \`${TOP_DOCS[key].example}\`.`, range);
  }
}
