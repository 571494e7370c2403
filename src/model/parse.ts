import type { Problem, SourceRange } from './problem';
import { Problems } from './problems';
import { readSpec } from './readSpec';
import { REQUIRED_KEYS, TOP_DOCS } from './schema';
import type { Spec } from './spec';
import { inWords, isNothing, type Tree } from './tree';
import { readYaml } from './yamlTree';

/**
 * Understands a model file: every value validated and located, or else the problems, all that can be found in one go.
 * Throws nothing, whatever the text.
 */
export function parseModel(text: string): { spec?: Spec; problems: Problem[] } {
  const problems = new Problems(text);
  const tree = readYaml(text, problems);
  const syntaxErrors = problems.sorted();
  if (!tree || isNothing(tree)) reportEmpty(text, problems);
  const spec = tree?.kind === 'map' ? readSpec(tree, text, problems) : undefined;
  if (tree && tree.kind !== 'map') reportNotAMap(tree, text, problems);
  if (!problems.hasErrors) return { spec, problems: [] };
  return { problems: syntaxErrors.length > 0 ? [...beforeTrouble(text, syntaxErrors, problems.sorted()), ...syntaxErrors] : problems.sorted() };
}

/** From the key with the first syntax error on, the text says something else than its author meant; what stands before it is as good as ever. */
function beforeTrouble(text: string, syntaxErrors: Problem[], all: Problem[]): Problem[] {
  const keys = [...text.slice(0, syntaxErrors[0].range?.start).matchAll(/^[^\s#]/gm)];
  const trouble = keys.at(-1)?.index ?? 0;
  return all.filter(({ code, range }) => code !== 'missing-key' && range !== undefined && range.end <= trouble);
}

function reportEmpty(text: string, problems: Problems): void {
  const message = `The file is empty. A model needs at least ${REQUIRED_KEYS.map((key) => `\`${TOP_DOCS[key].example}\``).join(', ')}.`;
  if (!problems.hasErrors) problems.error('empty-file', message, { start: 0, end: Math.min(1, text.length) });
}

function reportNotAMap(tree: Tree, text: string, problems: Problems): void {
  const message = `A model file is a map of keys (${REQUIRED_KEYS.map((key) => `\`${key}:\``).join(', ')}, …), but this is ${inWords(tree)}.`;
  if (!problems.hasErrors) problems.error('not-a-model', message, firstLine(text, tree.range));
}

function firstLine(text: string, { start, end }: SourceRange): SourceRange {
  const lineEnd = text.indexOf('\n', start);
  return { start, end: lineEnd < 0 ? end : Math.min(end, lineEnd) };
}
