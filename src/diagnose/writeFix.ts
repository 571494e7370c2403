import type { DataFacts } from '../data/facts';
import { scratchForward } from '../model/build';
import { parseModel } from '../model/parse';
import { ProblemError } from '../model/problem';
import { type LayerSpec, type Spec, walkLayers } from '../model/spec';
import { applyEdits, joinEdits, type TextEdit } from '../model/textEdits';
import type { Fix, FixKind, FixRequest } from './fix';
import { dataFixes } from './fixes/data';
import type { FixRule, FixRules } from './fixes/fixRule';
import { initFixes } from './fixes/initialisation';
import { layerFixes } from './fixes/layers';
import { ModelFile, referencesIn } from './fixes/modelFile';
import { trainingFixes } from './fixes/training';
import type { ObservedLayer } from './observed';

const FIXES: FixRules<FixKind> = { ...layerFixes, ...trainingFixes, ...dataFixes, ...initFixes };

/** Fixes already written, by what was asked: rules ask the same at every look at a run. */
const written = new WeakMap<Spec, Map<string, Fix | undefined>>();

/** More than rules ask of one model, unless their numbers change all the time. */
const MAX_KEPT = 200;

/**
 * The edit that a request means in a text; undefined where the file leaves no room for it or has it already.
 * @param facts of the data, where they are known: then the changed model's shapes are checked too.
 */
export function writeFix(request: FixRequest, text: string, spec: Spec, layers: readonly ObservedLayer[], facts?: DataFacts): Fix | undefined {
  const known = written.get(spec) ?? new Map<string, Fix | undefined>();
  written.set(spec, known);
  const key = JSON.stringify([
    request,
    facts?.sampleShape,
    facts?.samples,
    facts?.validation !== undefined,
    layers.map(({ name, output }) => [name, output]),
  ]);
  if (!known.has(key)) {
    if (known.size >= MAX_KEPT) known.clear();
    known.set(key, write(request, text, spec, layers, facts));
  }
  return known.get(key);
}

function write(request: FixRequest, text: string, spec: Spec, layers: readonly ObservedLayer[], facts?: DataFacts): Fix | undefined {
  const file = new ModelFile(text, spec, layers, facts);
  const rule = FIXES[request.kind] as FixRule<FixKind>;
  const title = rule.write(request, file);
  const edits = title === undefined ? undefined : file.draft.finish();
  if (title === undefined || !edits || !isSound(applyEdits(text, edits), spec, facts)) return undefined;
  return { kind: request.kind, title, edits, needsRestart: rule.needsRestart(request, spec) };
}

/** The edits of several fixes of one text together; undefined where they touch the same words, or do not go together. */
export function mergeFixes(text: string, fixes: readonly Pick<Fix, 'edits'>[]): TextEdit[] | undefined {
  const edits = joinEdits(fixes.flatMap((fix) => fix.edits));
  return edits && parseModel(applyEdits(text, edits)).spec ? edits : undefined;
}

/** Whether a changed file is a model whose joins still join what they did and, as far as the data is known, whose shapes fit. */
function isSound(text: string, before: Spec, facts?: DataFacts): boolean {
  const { spec } = parseModel(text);
  if (!spec || !keepsReferences(before, spec)) return false;
  if (!facts) return true;
  try {
    scratchForward(spec, facts.sampleShape);
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

/** Default names count the layers of a type: what a join refers to by one may be called otherwise after the change. */
function keepsReferences(before: Spec, after: Spec): boolean {
  const referred = new Set(referencesIn(before));
  const targets = [...walkLayers(before.model)].filter(({ name, argRanges }) => referred.has(name) && !('name' in argRanges));
  const countOf = (model: readonly LayerSpec[], type: string) => [...walkLayers(model)].filter((entry) => entry.type === type).length;
  return targets.every(({ type }) => countOf(before.model, type) === countOf(after.model, type));
}
