import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DashboardPage, type Numbers, PageBrowser, rawRun, recordRuns, type Value } from './dashboardPage';
import { type RawRun, rSquared, smoothed } from './rawRun';

// What every chart says, read back from the page, beside what follows from the events of a real run.
let browser: PageBrowser;
beforeAll(async () => {
  recordRuns();
  browser = await PageBrowser.start();
}, 600_000);
afterAll(() => browser?.stop());

/** A run with one of its layers selected, open for all tests of a block. */
function opened(recording: string, layer: string) {
  const shown = {} as { page: DashboardPage; run: RawRun };
  beforeAll(async () => {
    shown.run = rawRun(recording);
    shown.page = await browser.open({ recording, layer });
    await shown.page.showsLayer(layer);
  });
  afterAll(() => shown.page?.close());
  return shown;
}

/** To the six digits that cross to the page; what is no number, as it is. */
const close = (value: number | null | undefined): unknown =>
  typeof value === 'number' ? (expect.closeTo(value, 5 - Math.ceil(Math.log10(Math.abs(value) || 1))) as unknown) : value;
const columnOf = ({ columns, rows }: Numbers, name: string | RegExp): Value[] => {
  const index = columns.findIndex((column) => (typeof name === 'string' ? column === name : name.test(column)));
  expect(index, `${String(name)} among ${columns.join(', ')}`).toBeGreaterThanOrEqual(0);
  return rows.map((row) => row[index]);
};

/** The table on the page has the rows of the file, or some of them, and the same columns. */
async function tableAgrees(page: DashboardPage, panel: string, file: Numbers): Promise<void> {
  const table = await page.table(panel);
  expect(table.columns).toEqual(file.columns);
  const inWords = (row: readonly Value[]) => JSON.stringify(file.columns.map((_, index) => (row[index] === '–' ? '' : String(row[index] ?? ''))));
  const lines = new Set(file.rows.map(inWords));
  for (const row of table.rows) expect(lines).toContain(inWords(row));
  expect(table.rows.length).toBeGreaterThanOrEqual(Math.min(12, file.rows.length));
}

describe.each(['healthy', 'vanishing', 'exploding', 'dead-relu', 'overfitting', 'tiny-batch'])('%s, the whole network', (recording) => {
  const first = { healthy: 'conv2d1', vanishing: 'linear1.0', exploding: 'linear1.0' }[recording] ?? 'linear1';
  const shown = opened(recording, first);

  test('loss: every step, smoothed by a half-life, and the evaluations', async () => {
    const { page, run } = shown;
    const file = await page.csv('loss');
    // Up to two percent of the run, in round steps.
    const halfLife = Number(/half-life (\d+) steps?/.exec(file.columns.find((column) => column.startsWith('smoothed'))!)![1]);
    expect(halfLife).toBeLessThanOrEqual(run.start.steps / 50);
    expect(halfLife).toBeGreaterThan(run.start.steps / 50 / 2.5);
    const steps = columnOf(file, 'step');
    const of = (name: string | RegExp) => columnOf(file, name).filter((_, row) => run.steps.some(({ step }) => step === steps[row]));
    expect(of('loss of the step')).toEqual(run.steps.map(({ loss }) => close(loss)));
    expect(of('with penalties')).toEqual(run.steps.map(({ total_loss }) => close(total_loss)));
    const curve = of(/^smoothed/);
    smoothed(run.steps, halfLife).forEach((value, index) => {
      if ((run.steps[index].loss ?? 0) > 0) expect((curve[index] as number) / value).toBeCloseTo(1, 4);
    });
    const evaluated = (name: string) => run.evals.map(({ step }) => columnOf(file, name)[steps.indexOf(step)]);
    expect(evaluated('training')).toEqual(run.evals.map(({ train_loss }) => train_loss));
    expect(evaluated('validation')).toEqual(run.evals.map(({ val_loss }) => val_loss));
    expect(evaluated('gap')).toEqual(run.evals.map(({ train_loss, val_loss }) => close(val_loss! - train_loss!)));
    await tableAgrees(page, 'loss', file);
    expect(await page.figure('last-loss')).toEqual(close(run.steps.at(-1)!.loss ?? NaN));
  });

  test('gradient over depth: ‖∇W‖₂ of every weight but those of normalisations, now, 20 steps ago, at the start', async () => {
    const { page, run } = shown;
    const file = await page.csv('flow');
    const layers = run.weighted.filter((name) => !run.typeOf(name).includes('Norm'));
    const norms = ({ params }: (typeof run.samples)[number]) =>
      layers.map((name) => params[`${name}.weight`].gradient.l2 && close(params[`${name}.weight`].gradient.l2));
    expect(file.columns).toEqual(['layer', '‖∇W‖₂ now', '‖∇W‖₂ 20 steps ago', '‖∇W‖₂ at the start']);
    expect(columnOf(file, 'layer')).toEqual(layers);
    expect(columnOf(file, '‖∇W‖₂ now')).toEqual(norms(run.lastSample));
    expect(columnOf(file, '‖∇W‖₂ 20 steps ago')).toEqual(norms(run.earlierSample));
    expect(columnOf(file, '‖∇W‖₂ at the start')).toEqual(norms(run.samples[0]));
    await tableAgrees(page, 'flow', file);
    // Slope of the line of least squares: the sum of (x − x̄)·y over that of (x − x̄)².
    const points = layers.flatMap((name, x) => {
      const { l2 } = run.lastSample.params[`${name}.weight`].gradient;
      return l2 ? [[x, Math.log10(l2)]] : [];
    });
    const middle = points.reduce((sum, [x]) => sum + x, 0) / points.length;
    const [up, along] = [points.reduce((sum, [x, y]) => sum + (x - middle) * y, 0), points.reduce((sum, [x]) => sum + (x - middle) ** 2, 0)];
    expect(await page.figure('slope-now')).toEqual(points.length > 1 ? expect.closeTo(up / along, 5) : undefined);
  });

  test('activation ladder: five percentiles of every layer, as its histogram has them', async () => {
    const { page, run } = shown;
    const file = await page.csv('ladder');
    const shares = [2, 16, 50, 84, 98];
    expect(file.columns).toEqual(['layer', ...['now', 'at the start'].flatMap((when) => shares.map((share) => `${share} % ${when}`))]);
    const [start, now] = [run.observations[0], run.observations.at(-1)!];
    for (const [row, { name }] of run.start.layers.entries()) {
      const five = ({ layers }: typeof now) => [...(layers[name].activation.percentiles ?? Array<null>(5).fill(null))];
      expect(file.rows[row]).toEqual([name, ...five(now), ...five(start)]);
      const { from, to, counts, percentiles } = now.layers[name].activation;
      const all = counts.reduce((sum, count) => sum + count, 0);
      percentiles?.forEach((value, index) => {
        // As many numbers lie below as the percentage says, give or take the bin that it falls into and the four digits that are kept.
        const bin = Math.min(counts.length - 1, Math.max(0, Math.floor(((value - from) / (to - from || 1)) * counts.length)));
        const below = (end: number) => (counts.slice(0, Math.max(0, end)).reduce((sum, count) => sum + count, 0) / all) * 100;
        expect(below(bin - 1) - 0.1).toBeLessThanOrEqual(shares[index]);
        expect(below(bin + 2) + 0.1).toBeGreaterThanOrEqual(shares[index]);
      });
    }
    await tableAgrees(page, 'ladder', file);
  });

  test('update : weight: ‖ΔW‖ / ‖W‖ of every weight', async () => {
    const { page, run } = shown;
    const file = await page.csv('update');
    const ratios = ({ params }: (typeof run.samples)[number]) =>
      run.weighted.map((name) => params[`${name}.weight`]).map(({ update_l2, weight }) => close(update_l2! / weight.l2!));
    expect(file.columns).toEqual(['layer', 'parameter', '‖ΔW‖ / ‖W‖ now', '‖ΔW‖ / ‖W‖ at the start']);
    expect(columnOf(file, 'parameter')).toEqual(run.weighted.map((name) => `${name}.weight`));
    expect(columnOf(file, '‖ΔW‖ / ‖W‖ now')).toEqual(ratios(run.lastSample));
    expect(columnOf(file, '‖ΔW‖ / ‖W‖ at the start')).toEqual(ratios(run.samples[0]));
    await tableAgrees(page, 'update', file);
  });

  test('score: accuracy or R² of both splits at every evaluation, the best one by validation', async () => {
    const { page, run } = shown;
    const file = await page.csv('score');
    const isR2 = recording === 'overfitting';
    const scores = (split: 'train' | 'val') =>
      run.evals.map((evaluation) => evaluation[isR2 ? (`${split}_r2` as const) : (`${split}_accuracy` as const)]);
    expect(columnOf(file, 'step')).toEqual(run.evals.map(({ step }) => step));
    expect(columnOf(file, 'training')).toEqual(scores('train'));
    expect(columnOf(file, 'validation')).toEqual(scores('val'));
    await tableAgrees(page, 'score', file);
    expect(await page.figure('val-score')).toBe(scores('val').at(-1));
    // The highest score; of equal ones the lowest loss.
    const [best] = [...run.evals].sort((a, b) => (isR2 ? b.val_r2! - a.val_r2! : b.val_accuracy! - a.val_accuracy!) || a.val_loss! - b.val_loss!);
    expect(await page.figure('best-step')).toBe(best.step);
    const key = page.panel('score').locator('[data-mark="best"]');
    expect(await key.textContent()).toBe(`best validation ${isR2 ? 'R²' : 'accuracy'}`);
  });

  test('learning rate: that of every step, as its schedule has it', async () => {
    const { page, run } = shown;
    const file = await page.csv('rate');
    expect(columnOf(file, 'step')).toEqual(run.steps.map(({ step }) => step));
    const rates = columnOf(file, 'learning rate') as number[];
    // Six digits cross to the page.
    expect(rates.every((rate, index) => Math.abs(rate / run.steps[index].lr - 1) < 1e-5)).toBe(true);
    // Of all runs only `healthy` has a schedule: half a cosine from 0.003 down over 460 steps.
    if (recording === 'healthy')
      run.steps.forEach(({ step }, index) => expect(rates[index]).toBeCloseTo((0.003 / 2) * (1 + Math.cos((Math.PI * (step - 1)) / 460)), 5));
    else expect(new Set(rates).size).toBe(1);
    expect(await page.figure('lr')).toBe(rates.at(-1));
    await tableAgrees(page, 'rate', file);
  });

  test('what flows back through the outputs: decades per layer of the RMS of the gradient, beside those of the weights', async () => {
    const { page, run } = shown;
    const layers = run.weighted.filter((name) => !run.typeOf(name).includes('Norm'));
    const points = layers.flatMap((name, x) => {
      const size = run.start.layers.find((layer) => layer.name === name)!.output.reduce((product, length) => product * length, 1);
      const l2 = run.lastSample.layers[name].gradient?.l2;
      return l2 ? [[x, Math.log10(l2 / Math.sqrt(size))]] : [];
    });
    const middle = points.reduce((sum, [x]) => sum + x, 0) / points.length;
    const [up, along] = [points.reduce((sum, [x, y]) => sum + (x - middle) * y, 0), points.reduce((sum, [x]) => sum + (x - middle) ** 2, 0)];
    expect(await page.figure('slope-outputs')).toEqual(points.length > 1 ? expect.closeTo(up / along, 5) : undefined);
  });

  test('the activation ladder is logarithmic where more than two decades lie between its layers', async () => {
    const { page, run } = shown;
    const reaches = [run.observations[0], run.observations.at(-1)!].flatMap(({ layers }) =>
      Object.values(layers).flatMap(({ activation: { percentiles } }) =>
        percentiles ? [Math.max(Math.abs(percentiles[0]), Math.abs(percentiles[4]))] : [],
      ),
    );
    const widest = Math.max(...reaches);
    const isWide = widest / Math.min(...reaches.filter((reach) => reach > widest * 1e-12)) > 100;
    expect(await page.page.locator('canvas[data-chart="ladder"]').getAttribute('data-scale')).toBe(isWide ? 'symmetric-log' : 'linear');
  });

  test('the header says what trains, and a run that learned nothing is not called finished alone', async () => {
    const { page } = shown;
    const [recipe, state] = [await page.role('recipe').textContent(), await page.role('state').textContent()];
    const batch = { healthy: 64, vanishing: 64, exploding: 64, 'dead-relu': 32 }[recording];
    if (batch !== undefined) expect(recipe).toContain(`CrossEntropyLoss · Adam`);
    if (batch !== undefined) expect(recipe).toContain(`batch ${batch}`);
    if (recording === 'vanishing') expect(state).toBe('finished: learned nothing');
    if (recording === 'healthy') expect(state).toBe('finished');
  });

  test('layer strip: RMS of the gradient and update ratio as logarithms, standard deviation, shares of dead and saturated', async () => {
    const { page, run } = shown;
    const { layers, params } = run.lastSample;
    for (const { name, output } of run.start.layers) {
      const cells = await page
        .row(name)
        .locator('td')
        .evaluateAll((all) => Object.fromEntries(all.map((cell) => [(cell as HTMLElement).dataset.column!, cell.textContent])));
      const { activation, gradient, dead_units, units, saturated_fraction } = layers[name];
      const size = output.reduce((product, length) => product * length, 1);
      const ratio = params[`${name}.weight`]?.update_ratio;
      const read = (text: string): number =>
        Number(/[−-]?[\d.,]+(?:e[−-]?\d+)?/.exec(text)![0].replace('−', '-').replace('e−', 'e-').replaceAll(',', ''));
      if (gradient?.l2) expect(read(cells.gradient)).toBeCloseTo(Math.log10(gradient.l2 / Math.sqrt(size)), 0.9);
      if (activation.std) expect(Math.abs(read(cells.activation) / activation.std - 1)).toBeLessThan(0.051);
      if (units) expect(read(cells.dead.replace('<1', '0.5'))).toBeCloseTo((dead_units! / units) * 100, -0.1);
      if (saturated_fraction !== undefined) expect(read(cells.saturated.replace('<1', '0.5'))).toBeCloseTo(saturated_fraction * 100, -0.1);
      if (ratio) expect(read(cells.update)).toBeCloseTo(Math.log10(ratio), 0.9);
    }
  });

  test('distribution over time and now: of every look at the tensor, its histogram as shares per unit of value', async () => {
    const { page, run } = shown;
    const looks = run.looksAt(first).map(({ activation }) => activation);
    const map = await page.csv('distribution');
    expect(map.columns).toEqual(['step', 'smallest', '2 %', '16 %', 'median', '84 %', '98 %', 'largest', 'not finite', 'numbers']);
    expect(map.rows).toEqual(
      looks.map(({ from, to, percentiles, counts, non_finite }, index) => {
        const numbers = counts.reduce((sum, count) => sum + count, non_finite);
        return [run.observations[index].step, from, ...percentiles!, to, non_finite, numbers];
      }),
    );
    await tableAgrees(page, 'distribution', map);
    const bars = await page.csv('histogram');
    expect(bars.columns).toEqual(['when', 'step', 'from', 'to', 'share per unit of value']);
    for (const [when, look] of [
      ['now', looks.at(-1)!],
      ['start', looks[0]],
    ] as const) {
      const own = bars.rows.filter(([word]) => word === when) as [string, number, number, number, number][];
      expect(own).toHaveLength(look.counts.length);
      // A share per unit times the width, over all bars, is everything.
      expect(own.reduce((sum, [, , from, to, density]) => sum + density * (to - from), 0)).toBeCloseTo(1 - look.non_finite / 4096, 6);
      const width = (look.to - look.from) / look.counts.length;
      const all = look.counts.reduce((sum, count) => sum + count, look.non_finite);
      own.forEach((row, index) => expect(row[4]).toEqual(close(look.counts[index] / all / width)));
    }
    await tableAgrees(page, 'histogram', bars);
  });

  test('the graph’s table: what every layer is, and its parameters counted by hand', async () => {
    const { page, run } = shown;
    const file = await page.csv('graph');
    expect(columnOf(file, 'layer')).toEqual(run.start.layers.map(({ name }) => name));
    expect(columnOf(file, 'type')).toEqual(run.start.layers.map(({ type }) => type));
    const [containers, layers] = [run.start.layers.filter(({ type }) => type === 'Repeat'), run.start.layers.filter(({ type }) => type !== 'Repeat')];
    const counted = new Map<string, number>();
    layers.forEach(({ name, type, output }, index) => {
      const inputs = index > 0 ? layers[index - 1].output[1] : type === 'Conv2d' ? 1 : run.outcome.data.featureCount;
      const perOutput: Record<string, number> = { Linear: inputs + 1, Conv2d: inputs * 3 * 3 + 1, BatchNorm1d: 2, BatchNorm2d: 2 };
      counted.set(name, (perOutput[type] ?? 0) * output[1]);
    });
    for (const { name } of containers)
      counted.set(
        name,
        layers.filter(({ block }) => block?.startsWith(name)).reduce((sum, layer) => sum + counted.get(layer.name)!, 0),
      );
    expect(columnOf(file, 'parameters')).toEqual(run.start.layers.map(({ name }) => counted.get(name)));
    await tableAgrees(page, 'graph', file);
  });

  test('the data card counts samples and tells ranges', async () => {
    const { page, run } = shown;
    const file = await page.csv('data-card');
    const { data } = run.outcome;
    const samples = { healthy: 1797, exploding: 1797, 'dead-relu': 1797, vanishing: 1000, overfitting: 442, 'tiny-batch': 600 }[recording];
    const [row] = file.rows.filter(([what, name]) => what === 'data' && name === 'samples');
    expect((row[2] as number) + (row[3] as number)).toBe(samples);
    expect(row[3]).toBe(data.samples.validation);
    const [all] = file.rows.filter(([, name]) => name === 'all numbers');
    expect(all.slice(4)).toEqual([data.range.min, data.range.max, data.range.mean, data.range.std]);
    if (data.counts) expect([...data.counts.training, ...data.counts.validation!].reduce((sum, count) => sum + count, 0)).toBe(samples);
    await tableAgrees(page, 'data-card', file);
  });
});

describe.each(['healthy', 'exploding', 'dead-relu', 'vanishing', 'tiny-batch'])('%s, classes', (recording) => {
  const shown = opened(
    recording,
    recording === 'healthy' ? 'conv2d1' : recording === 'vanishing' || recording === 'exploding' ? 'linear1.0' : 'linear1',
  );

  test('confusion: its diagonal is the accuracy of the last evaluation, recall and precision by hand', async () => {
    const { page, run } = shown;
    const file = await page.csv('confusion');
    const classes = file.rows.length;
    const counts = file.rows.map((row) => row.slice(1, 1 + classes) as number[]);
    const all = counts.flat().reduce((sum, count) => sum + count, 0);
    expect(all).toBe(run.start.validation_samples);
    expect(counts.reduce((sum, row, index) => sum + row[index], 0) / all).toBeCloseTo(run.evals.at(-1)!.val_accuracy!, 9);
    const ratio = (part: number, of: number) => (of > 0 ? close(part / of) : undefined);
    counts.forEach((row, index) => {
      expect(file.rows[index][1 + classes]).toEqual(
        ratio(
          row[index],
          row.reduce((sum, count) => sum + count, 0),
        ),
      );
      expect(file.rows[index][2 + classes]).toEqual(
        ratio(
          row[index],
          counts.reduce((sum, other) => sum + other[index], 0),
        ),
      );
    });
    await tableAgrees(page, 'confusion', file);
  });

  test('worst samples: the largest losses first, each the negative logarithm of a probability', async () => {
    const { page } = shown;
    const file = await page.csv('samples');
    const losses = columnOf(file, 'loss') as number[];
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    const [actual, predicted, probability] = ['actual', 'predicted', 'probability'].map((name) => columnOf(file, name));
    losses.forEach((loss, index) => {
      // What is left for the actual class is at most what the predicted one leaves.
      if (actual[index] !== predicted[index]) expect(Math.exp(-loss)).toBeLessThanOrEqual(1 - (probability[index] as number) + 1e-3);
      else expect(Math.exp(-loss)).toBeCloseTo(probability[index] as number, 2);
    });
  });
});

describe('pictures', () => {
  const shown = opened('healthy', 'conv2d1');

  test('first-layer filters: as many as the layer has, every weight to half a 127th of the largest', async () => {
    const { page, run } = shown;
    const file = await page.csv('filters');
    const { layer, count, scale, pictures } = run.outcome.filters!;
    expect(layer).toBe('conv2d1');
    expect(count).toBe(run.start.layers[0].output[1]);
    expect(file.rows).toHaveLength(count);
    expect(file.columns).toEqual(['filter', ...[0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => `${row},${column}`))]);
    file.rows.forEach((row, filter) => {
      expect(row[0]).toBe(filter + 1);
      // 256 bytes go evenly from minus the largest weight to plus the largest.
      expect(row.slice(1)).toEqual(pictures[filter].pixels.map((byte) => close(((2 * byte) / 255 - 1) * scale)));
    });
    const weights = file.rows.flatMap((row) => row.slice(1) as number[]);
    expect(Math.max(...weights.map(Math.abs))).toBeCloseTo(scale, 6);
    // The weights that were measured at the last statistics are about these.
    const measured = run.lastSample.params['conv2d1.weight'].weight;
    expect(Math.sqrt(weights.reduce((sum, weight) => sum + weight ** 2, 0)) / measured.l2!).toBeCloseTo(1, 1);
    await tableAgrees(page, 'filters', file);
  });
});

describe('sequences', () => {
  const shown = opened('attention', 'transformerencoderlayer1');

  test('attention: what each place looks at adds up to 1, and each place has learnt to look at its mirror image', async () => {
    const { page } = shown;
    const file = await page.csv('attention');
    expect(file.columns).toEqual(['layer', 'head', 'from place', 'to place', 'weight']);
    expect(file.rows).toHaveLength(2 * 10 * 10);
    const places = Array.from({ length: 10 }, (_, i) => i + 1);
    for (const head of [1, 2])
      for (const from of places) {
        const row = file.rows.filter(([, ofHead, place]) => ofHead === head && place === from);
        expect(row.map(([, , , to]) => to)).toEqual(places);
        // To the precision of a byte for each.
        expect(Math.abs(row.reduce((sum, [, , , , weight]) => sum + (weight as number), 0) - 1)).toBeLessThan(10 / 255);
      }
    const mirrored = places.map((from) =>
      Math.max(...file.rows.filter(([, , place, to]) => place === from && to === 11 - from).map((row) => row[4] as number)),
    );
    expect(mirrored.filter((weight) => weight > 0.3).length).toBeGreaterThanOrEqual(7);
    await tableAgrees(page, 'attention', file);
  });
});

describe('augmented images', () => {
  const shown = opened('augmented', 'conv2d1');

  test('training samples stand beside what the model is trained on, which is something else', async () => {
    const { page } = shown;
    const pairs = await page
      .panel('data-card')
      .locator('.pair')
      .evaluateAll((all) => all.map((pair) => [...pair.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())));
    expect(pairs.length).toBeGreaterThanOrEqual(2);
    for (const [before, after] of pairs) expect(after).not.toBe(before);
  });
});

describe('two features', () => {
  const shown = opened('tiny-batch', 'batchnorm1d1');

  test('prediction over the plane: every sample, and a grid from corner to corner', async () => {
    const { page, run } = shown;
    const file = await page.csv('boundary');
    const { x, y, size, values, confidence, points, names } = run.outcome.boundary!;
    expect(file.columns).toEqual(['of', ...names, 'class', 'confidence, %']);
    const grid = file.rows.filter(([of]) => of === 'prediction');
    expect(grid).toHaveLength(size * size);
    expect(grid[0].slice(1, 3)).toEqual([x[0], y[0]]);
    expect(grid.at(-1)!.slice(1, 3)).toEqual([close(x[1]), close(y[1])]);
    expect(grid[size].slice(1, 3)).toEqual([x[0], close(y[0] + (y[1] - y[0]) / (size - 1))]);
    expect(grid.map((row) => row[3])).toEqual(values);
    expect(grid.map((row) => row[4])).toEqual(confidence);
    expect(file.rows.length - grid.length).toBe(points.length);
    await tableAgrees(page, 'boundary', file);
  });

  test('unit thumbnails: every unit of every layer that has a map, its scale and the ends of its map', async () => {
    const { page, run } = shown;
    const file = await page.csv('unit-planes');
    expect(file.columns).toEqual(['layer', 'unit', 'scale', 'lowest', 'highest']);
    const expected = run.outcome.units!.flatMap(({ layer, maps }) =>
      maps.map(({ scale, values }, index) => {
        const ends = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
        return [layer, index + 1, close(scale), ...ends.map((byte) => close((byte / 127) * scale))];
      }),
    );
    expect(expected.length).toBeGreaterThan(3);
    expect(file.rows).toEqual(expected);
    // The scale of a unit is the largest number of its map.
    for (const [, , scale, lowest, highest] of file.rows as [string, number, number, number, number][])
      expect(Math.max(-lowest, highest)).toBeCloseTo(scale, 6);
    const pictures = page.panel('unit-planes').locator('button.unit-map');
    expect(await pictures.count()).toBe(expected.length);
    await tableAgrees(page, 'unit-planes', file);
  });

  test('normalisation: mean and variance of the batch and running, γ and β, loss in both modes', async () => {
    const { page, run } = shown;
    const pairs = { 'norm-mean': ['batch_mean', 'running_mean'], 'norm-variance': ['batch_var', 'running_var'], 'norm-affine': ['gamma', 'beta'] };
    for (const [chart, keys] of Object.entries(pairs)) {
      const file = await page.csv(chart);
      expect(file.columns).toEqual(['curve', 'step', 'value', 'smallest channel', 'largest channel']);
      const rows = keys.flatMap((key) =>
        run.samples.map(({ step, layers }) => {
          const { mean, min, max } = layers.batchnorm1d1.normalisation![key];
          return [step, close(mean), close(min), close(max)];
        }),
      );
      expect(file.rows.map((row) => row.slice(1))).toEqual(rows);
      await tableAgrees(page, chart, file);
    }
    const modes = await page.csv('norm-modes');
    const looks = run.observations.filter((observation) => observation.modes);
    const losses = (['train', 'eval'] as const).flatMap((mode) => looks.map((look) => [look.step, close(look.modes![mode])]));
    expect(looks.length).toBeGreaterThan(2);
    expect(modes.rows.map((row) => row.slice(1, 3))).toEqual(losses);
    const last = run.lastSample.layers.batchnorm1d1.normalisation!;
    expect(await page.figure('variance-ratio')).toEqual(close(last.running_var.mean! / last.batch_var.mean!));
  });
});

describe('units', () => {
  const shown = opened('dead-relu', 'relu1');

  test('the unit map tells dead from the start from died since', async () => {
    const { page, run } = shown;
    const file = await page.csv('units');
    const looks = run.looksAt('relu1');
    const shares = looks.map(({ active }) => active!);
    expect(file.columns).toEqual(['unit', 'state', ...run.observations.map(({ step }) => `step ${step}, %`)]);
    for (const [unit, row] of file.rows.entries()) {
      const own = shares.map((share) => share[unit]);
      expect(row.slice(2)).toEqual(own);
      const isDead = own.at(-1) === 0;
      const word = String(row[1]);
      if (!isDead && own[0] > 0) expect(word).toBe('active');
      if (isDead) expect(word).toMatch(own.every((share) => share === 0) ? /start|never/ : /died|since/);
    }
    expect(file.rows.some(([, state]) => /died|since/.test(String(state)))).toBe(true);
    await tableAgrees(page, 'units', file);
  });
});

describe('numbers to predict', () => {
  const shown = opened('overfitting', 'linear1');

  test('prediction over target: R² of the points is that of the last evaluation', async () => {
    const { page, run } = shown;
    const file = await page.csv('predictions');
    expect(file.columns).toEqual(['target', 'prediction']);
    const pairs = file.rows.map(([target, prediction]) => ({ target: target as number, prediction: prediction as number }));
    expect(pairs).toHaveLength(run.start.validation_samples);
    expect(rSquared(pairs)).toBeCloseTo(run.evals.at(-1)!.val_r2!, 3);
    await tableAgrees(page, 'predictions', file);
  });
});
