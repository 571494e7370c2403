import { describe, expect, test } from 'vitest';
import { scratchForward } from '../../src/model/build';
import { parseModel } from '../../src/model/parse';
import type { StartedLayer } from '../../src/train/protocol';
import { type Drawn, layOut } from '../../webview/graphLayout';
import { GraphSteps } from '../../webview/graphSteps';
import { closedAtFirst, GraphTree } from '../../webview/graphTree';

/** What a run tells of the layers of a model. */
function layersOf(model: string): StartedLayer[] {
  const { spec, problems } = parseModel(`data: {source: blobs}\nmodel: ${model}\nloss: CrossEntropyLoss\n`);
  if (!spec) throw new Error(problems.map((p) => p.message).join('\n'));
  return scratchForward(spec, [2]).layers.map(({ name, spec: { type }, inputs, block, output, params }) => ({
    ...{ name, type, line: 1, inputs, output: [...output.shape], params },
    ...(block !== undefined && { block }),
  }));
}
const page = { width: 1200, height: 900 };
const draw = (model: string, closed: Iterable<string> = []): Drawn => {
  const set = new Set(closed);
  return layOut(new GraphTree(layersOf(model)), (id) => set.has(id), page);
};
const edges = ({ edges }: Drawn) => edges.map(({ from, to, isLeap }) => `${from} ${isLeap ? '⇢' : '→'} ${to}`).sort();
const LINEAR = '{Linear: 2}';

/** Frames of nodes, as [left, top, right, bottom]. */
const frames = ({ nodes }: Drawn) =>
  nodes.map(({ id, x, y, width, height }) => ({ id, at: [x - width / 2, y - height / 2, x + width / 2, y + height / 2] }));

function expectApart(drawn: Drawn): void {
  const all = frames(drawn);
  for (const [i, a] of all.entries())
    for (const b of all.slice(i + 1)) {
      const isApart = a.at[0] >= b.at[2] || b.at[0] >= a.at[2] || a.at[1] >= b.at[3] || b.at[1] >= a.at[3];
      expect(isApart, `${a.id} and ${b.id}`).toBe(true);
    }
  for (const { id, at } of all) expect(at[0] >= 0 && at[1] >= 0 && at[2] <= drawn.width && at[3] <= drawn.height, id).toBe(true);
}

describe('what is connected', () => {
  test('a residual: one way through its layers, one around them, both into the joining node', () => {
    expect(edges(draw(`[${LINEAR}, {Residual: [${LINEAR}, Tanh]}, ReLU]`))).toEqual(
      [
        ':in → linear1',
        'linear1 → residual1:in',
        'residual1:in → linear2',
        'linear2 → tanh1',
        'tanh1 → residual1',
        'residual1:in → residual1',
        'residual1 → residual1:out',
        'residual1:out → relu1',
        'relu1 → :out',
      ].sort(),
    );
  });

  test('a closed block is one node, whatever is in it', () => {
    const model = `[${LINEAR}, {Residual: [{Residual: [${LINEAR}]}, Tanh]}, ReLU]`;
    expect(edges(draw(model, ['residual1']))).toEqual([':in → linear1', 'linear1 → residual1', 'residual1 → relu1', 'relu1 → :out'].sort());
  });

  test('what a join names is an edge on its level, and a leap out of another block', () => {
    const model = `[{Linear: {out_features: 2, name: a}}, {Residual: [{Linear: {out_features: 2, name: b}}]}, {Add: [a]}, {Residual: [Tanh, {Mul: [b]}]}]`;
    const drawn = edges(draw(model));
    expect(drawn).toEqual(expect.arrayContaining(['a → add1', 'residual1:out → add1', 'b ⇢ mul1', 'tanh1 → mul1']));
    expect(drawn.filter((edge) => edge.includes('⇢'))).toEqual(['b ⇢ mul1']);
    // With its block closed the leap starts there: it is an edge of that level.
    expect(edges(draw(model, ['residual1', 'residual2']))).toEqual(
      [':in → a', 'a → residual1', 'a → add1', 'residual1 → add1', 'add1 → residual2', 'residual1 → residual2', 'residual2 → :out'].sort(),
    );
  });

  test('copies of a Repeat follow each other; without blocks noted, layers follow each other', () => {
    const model = `[{Repeat: {times: 3, layers: [${LINEAR}, Tanh]}}]`;
    const layers = layersOf(model);
    const tree = new GraphTree(layers);
    expect([...closedAtFirst(tree)].sort()).toEqual(['repeat1', 'repeat1.0', 'repeat1.1', 'repeat1.2']);
    expect(edges(draw(model, closedAtFirst(tree)))).toEqual([':in → repeat1', 'repeat1 → :out']);
    expect(edges(draw(model, ['repeat1.0', 'repeat1.2']))).toEqual(
      expect.arrayContaining([
        'repeat1:in → repeat1.0',
        'repeat1.0 → repeat1.1:in',
        'linear1.1 → tanh1.1',
        'repeat1.1:out → repeat1.2',
        'repeat1.2 → repeat1:out',
      ]),
    );
    const old = layers.map(({ name, type, line, output, params }) => ({ name, type, line, output, params }));
    expect(layOut(new GraphTree(old), () => false, page).edges.map(({ to }) => to)).toEqual([...old.map(({ name }) => name), ':out']);
  });

  test('parts of a dense block take all that is before them; experts stand side by side, evaluations of a flow are closed at first', () => {
    const dense = `[{DenseBlock: [{Linear: {out_features: 2, name: a}}, {Linear: {out_features: 2, name: b}}]}]`;
    expect(edges(draw(dense))).toEqual(
      [
        ':in → denseblock1:in',
        'denseblock1:in → a',
        'denseblock1:in → b',
        'a → b',
        'denseblock1:in → denseblock1',
        'a → denseblock1',
        'b → denseblock1',
        'denseblock1 → denseblock1:out',
        'denseblock1:out → :out',
      ].sort(),
    );
    const experts = `[{MixtureOfExperts: {experts: 2, layers: [${LINEAR}]}}]`;
    expect([...closedAtFirst(new GraphTree(layersOf(experts)))]).toEqual(['mixtureofexperts1.0', 'mixtureofexperts1.1']);
    expect(edges(draw(experts, ['mixtureofexperts1.0', 'mixtureofexperts1.1']))).toEqual(
      expect.arrayContaining(['mixtureofexperts1:in → mixtureofexperts1.1', 'mixtureofexperts1.0 → mixtureofexperts1']),
    );
    const flow = `[{NeuralODE: {steps: 2, layers: [${LINEAR}]}}]`;
    expect([...closedAtFirst(new GraphTree(layersOf(flow)))].sort()).toEqual(['neuralode1', 'neuralode1.0', 'neuralode1.1']);
    expect(edges(draw(flow, ['neuralode1.0', 'neuralode1.1']))).toEqual(
      expect.arrayContaining(['neuralode1.0 → neuralode1.1', 'neuralode1.0 → neuralode1', 'neuralode1.1 → neuralode1']),
    );
  });
});

describe('where it stands', () => {
  const deep = `[${Array.from({ length: 60 }, () => `${LINEAR}, Tanh`).join(', ')}]`;
  const wide = `[${LINEAR}, {Parallel: {merge: add, branches: [[${LINEAR}], [${LINEAR}, Tanh], [{Residual: [${LINEAR}]}]]}}, {Repeat: {times: 30, layers: [${LINEAR}]}}]`;

  test.each([
    ['a chain of 120 layers', deep],
    ['branches, a residual in a branch, a long Repeat', wide],
    ['a single layer', `[${LINEAR}]`],
  ])('%s: nothing lies on anything else, and all of it in the drawing', (_, model) => {
    expectApart(draw(model));
  });

  test('what is in a block lies within its frame', () => {
    const drawn = draw(wide);
    const { nodes, boxes } = drawn;
    for (const { item, x, y, width, height } of boxes)
      for (const node of nodes.filter((one) => one.item?.parent === item || one.item === item)) {
        expect([node.x - node.width / 2 >= x, node.x + node.width / 2 <= x + width], node.id).toEqual([true, true]);
        expect([node.y - node.height / 2 >= y, node.y + node.height / 2 <= y + height], node.id).toEqual([true, true]);
      }
  });

  test('a long chain is broken into lines: all of it fits at a size that can be read', () => {
    const { width, height } = draw(deep);
    expect(Math.min(page.width / width, page.height / height)).toBeGreaterThan(0.6);
  });
});

test('arrow keys follow the edges, through the frames of blocks and past what is no layer', () => {
  const drawn = draw(`[${LINEAR}, {Residual: {layers: [${LINEAR}], shortcut: [Tanh]}}, ReLU]`);
  const steps = new GraphSteps(drawn);
  const [on, back, up, down] =
    drawn.direction === 'LR' ? ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown'] : ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight'];
  expect(steps.step('linear1', on)).toBe('linear2');
  expect(steps.step('linear2', on)).toBe('residual1');
  expect(steps.step('residual1', on)).toBe('relu1');
  expect(steps.step('relu1', on)).toBeUndefined();
  expect(steps.step('relu1', back)).toBe('residual1');
  expect([steps.step('linear2', up), steps.step('linear2', down)]).toContain('tanh1');
  expect([steps.step('relu1', 'Home'), steps.step('linear1', 'End')]).toEqual(['linear1', 'relu1']);
});

test('copies of a block are laid out alike, each in its own place', () => {
  const drawn = draw(`[{Repeat: {times: 3, layers: [{Residual: [${LINEAR}, Tanh, ${LINEAR}]}]}}]`);
  expectApart(drawn);
  const within = [0, 1, 2].map((copy) => {
    const box = drawn.boxes.find(({ item }) => item.id === `residual1.${copy}`)!;
    const own = drawn.nodes.filter(({ item }) => item?.parent === box.item).map(({ x, y }) => [Math.round(x - box.x), Math.round(y - box.y)]);
    return { size: [box.width, box.height], own };
  });
  expect(within[0].own).toHaveLength(3);
  expect(within[1]).toEqual(within[0]);
  expect(within[2]).toEqual(within[0]);
});
