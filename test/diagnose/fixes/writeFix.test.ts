import { expect, test } from 'vitest';
import type { Fix, FixRequest } from '../../../src/diagnose/fix';
import { writeFix } from '../../../src/diagnose/writeFix';
import { describeDifference } from '../../../src/model/difference';
import { layerShapes, matchLayers } from '../../../src/model/matchLayers';
import { parseModel } from '../../../src/model/parse';
import type { Spec } from '../../../src/model/spec';
import { applyEdits } from '../../../src/model/textEdits';
import { type File, nastyFiles, realFiles } from './files';
import { layersOf, requestsFor } from './requests';

const commentsOf = (text: string): string[] => [...text.matchAll(/(?:^|[ \t])#[ \t]*(.*?)\s*$/gm)].map(([, words]) => words).sort();

function difference(before: Spec, after: Spec): string[] {
  const shapes = (spec: Spec) => layerShapes(spec, []);
  return describeDifference(before, after, matchLayers(shapes(before), shapes(after)));
}

function fixesOf({ text, sample }: File): { request: FixRequest; fix: Fix | undefined; after: string }[] {
  const { spec, problems } = parseModel(text);
  if (!spec) throw new Error(problems.map(({ message }) => message).join('\n'));
  const layers = layersOf(spec, sample);
  return requestsFor(spec).map((request) => {
    const fix = writeFix(request, text, spec, layers);
    return { request, fix, after: fix ? applyEdits(text, fix.edits) : text };
  });
}

test.each([...realFiles, ...nastyFiles])('$name: every fix parses, keeps comments and line breaks', (file) => {
  for (const { request, fix, after } of fixesOf(file)) {
    if (!fix) continue;
    const what = `${request.kind}\n${after}`;
    expect(parseModel(after).problems, what).toEqual([]);
    for (const comment of commentsOf(file.text)) expect(after, what).toContain(comment);
    expect(/(^|[^\r])\n/.test(after), what).toBe(/(^|[^\r])\n/.test(file.text));
  }
});

const typical = nastyFiles.filter(({ name }) => !/, (CRLF|tabs|no)/.test(name));

test.each(typical)('$name: what every fix does', ({ name, ...file }) => {
  const before = parseModel(file.text).spec!;
  const told = fixesOf({ name, ...file }).map(({ request, fix, after }) => {
    const changes = fix ? difference(before, parseModel(after).spec!).join('; ') : 'nothing to do';
    return `${request.kind}: ${fix?.title ?? '–'} | ${changes}`;
  });
  expect(told.join('\n')).toMatchSnapshot();
});
