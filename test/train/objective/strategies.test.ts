import { describe, expect, test } from 'vitest';
import { normalFromCounter, uniformFromCounter } from '../../../src/graph/random';
import { affine, type Case, crossEntropy, farthest, mean, onEngine, rows, slopes, softmax } from './worked';

const X = [0.5, -1.2, 1.7, 0.3, -0.4, 0.9];
const Y = [2, 0, 1];
/** Linear 2 → 3: weight 3×2, then bias. */
const P = [0.4, -0.7, 1.1, 0.2, -0.9, 0.6, 0.1, -0.2, 0.3];
const PARTNERS = [1, 2, 0];

const linear = (regularize: string, more: Partial<Case> = {}): Case => ({
  text: `data: {source: moons}\nmodel: [{Linear: 3}]\nloss: CrossEntropyLoss\nregularize: {${regularize}}\n`,
  sample: [2],
  x: X,
  y: Y,
  params: P,
  ...more,
});
const weightOf = (p: readonly number[]) => rows(p.slice(0, 6), 2);
const logits = (p: readonly number[], x: readonly number[][]) => affine(x, weightOf(p), p.slice(6));

/** The engine's figures against a documented objective in plain loops, whose gradient is by differences. */
async function check(worked: Case, total: (p: number[], seen: Record<string, number[]>) => number, loss?: (p: number[]) => number) {
  const engine = await onEngine(worked);
  const whole = (p: number[]) => total(p, engine.seen);
  expect(engine.total).toBeCloseTo(whole(worked.params), 4);
  expect(farthest(engine.gradient, slopes(whole, worked.params))).toBeLessThan(2e-3);
  if (loss) expect(engine.loss).toBeCloseTo(loss(worked.params), 5);
  return engine;
}

test.each([
  ['l1: 0.03', (w: number) => 0.03 * Math.abs(w)],
  ['l2: 0.05', (w: number) => 0.05 * w * w],
  ['l1: 0.03, l2: 0.05', (w: number) => 0.03 * Math.abs(w) + 0.05 * w * w],
])('%s: over every trained number, biases too', async (regularize, penalty) => {
  const loss = (p: number[]) => crossEntropy(logits(p, rows(X, 2)), Y);
  await check(linear(regularize), (p) => loss(p) + p.reduce((sum, w) => sum + penalty(w), 0), loss);
});

describe('mixing', () => {
  test('mixup: the loss of mixed samples, of both their classes', async () => {
    const share = 0.3;
    const x = rows(X, 2);
    const mixed = x.map((row, i) => row.map((v, k) => share * v + (1 - share) * x[PARTNERS[i]][k]));
    const others = PARTNERS.map((i) => Y[i]);
    const total = (p: number[]) => share * crossEntropy(logits(p, mixed), Y) + (1 - share) * crossEntropy(logits(p, mixed), others);
    await check(linear('mixup: 0.2', { draws: { 'mixing partners': PARTNERS, mixing: [share] } }), total, total);
  });

  test('mixup of a regression: the targets are mixed', async () => {
    const share = 0.7;
    const x = rows(X, 2);
    const y = [1.5, -0.5, 3];
    const mix = (a: number, b: number) => share * a + (1 - share) * b;
    const total = (p: number[]) =>
      mean(
        x.map((row, i) => {
          const at = row.map((v, k) => mix(v, x[PARTNERS[i]][k]));
          return (p[0] * at[0] + p[1] * at[1] + p[2] - mix(y[i], y[PARTNERS[i]])) ** 2;
        }),
      );
    await check(
      {
        text: 'data: {source: sine}\nmodel: [{Linear: 1}]\nloss: MSELoss\nregularize: {mixup: 1}\n',
        sample: [2],
        target: [1],
        x: X,
        y,
        params: [0.4, -0.7, 0.2],
        draws: { 'mixing partners': PARTNERS, mixing: [share] },
      },
      total,
      total,
    );
  });

  test('cutmix: a box is that of the partner, the classes count by its real share', async () => {
    const x = Array.from({ length: 24 }, (_, i) => Math.sin(i * i));
    const [top, bottom, left, right] = [1, 3, 0, 2];
    const w = Array.from({ length: 24 }, (_, i) => Math.cos(3 * i) / 3);
    const images = rows(x, 12);
    const cut = images.map((image, i) =>
      image.map((v, at) => {
        const [r, c] = [Math.floor(at / 4), at % 4];
        return r >= top && r < bottom && c >= left && c < right ? images[1 - i][at] : v;
      }),
    );
    const share = 1 - 4 / 12;
    const total = (p: number[]) => {
      const z = affine(cut, rows(p.slice(0, 24), 12), p.slice(24));
      return share * crossEntropy(z, [0, 1]) + (1 - share) * crossEntropy(z, [1, 0]);
    };
    await check(
      {
        text: 'data: {source: moons}\nmodel: [Flatten, {Linear: 2}]\nloss: CrossEntropyLoss\nregularize: {cutmix: 1}\n',
        sample: [1, 3, 4],
        x,
        y: [0, 1],
        params: [...w, 0.1, -0.1],
        draws: { 'mixing partners': [1, 0], mixing: [1, top, bottom, left, right] },
      },
      total,
      total,
    );
  });

  test('manifold mixup: what the drawn layer takes in is mixed, there alone', async () => {
    const share = 0.6;
    const hidden = (p: number[]) => affine(rows(X, 2), rows(p.slice(0, 4), 2), p.slice(4, 6)).map((row) => row.map(Math.tanh));
    const others = PARTNERS.map((i) => Y[i]);
    const total = (p: number[]) => {
      const h = hidden(p);
      const mixed = h.map((row, i) => row.map((v, k) => share * v + (1 - share) * h[PARTNERS[i]][k]));
      const z = affine(mixed, rows(p.slice(6, 12), 2), p.slice(12));
      return share * crossEntropy(z, Y) + (1 - share) * crossEntropy(z, others);
    };
    const text = 'data: {source: moons}\nmodel: [{Linear: 2}, Tanh, {Linear: 3}]\nloss: CrossEntropyLoss\nregularize: {manifold_mixup: 2}\n';
    await check(
      {
        text,
        sample: [2],
        x: X,
        y: Y,
        params: [0.8, -0.3, 0.5, 1.2, 0.1, -0.1, ...P],
        draws: { 'mixing partners': PARTNERS, mixing: [0, 1 - share] },
      },
      total,
      total,
    );
  });
});

/** ∂L/∂x of the mean cross-entropy. */
function inputSlopes(p: readonly number[], x: readonly number[][]): number[][] {
  const w = weightOf(p);
  return logits(p, x).map((z, i) => {
    const error = softmax(z).map((q, c) => (q - (c === Y[i] ? 1 : 0)) / x.length);
    return [0, 1].map((k) => error.reduce((sum, e, c) => sum + e * w[c][k], 0));
  });
}
const clip = (v: number, most: number) => Math.min(Math.max(v, -most), most);
const moved = (delta: readonly number[][]) => rows(X, 2).map((row, i) => row.map((v, k) => v + delta[i][k]));

describe('adversaries', () => {
  test('fgsm: half the loss is that of samples moved by ε along the sign of the gradient', async () => {
    const delta = inputSlopes(P, rows(X, 2)).map((row) => row.map((v) => 0.1 * Math.sign(v)));
    const clean = (p: number[]) => crossEntropy(logits(p, rows(X, 2)), Y);
    await check(linear('adversarial: 0.1'), (p) => 0.5 * clean(p) + 0.5 * crossEntropy(logits(p, moved(delta)), Y), clean);
  });

  test('pgd: steps of 2.5·ε/steps from a random start, within ±ε', async () => {
    const [epsilon, steps] = [0.3, 4];
    const watch: Case['watch'] = (g) => ({ u: uniformFromCounter(g, g.input('adversarial start', [2], 'uint32'), [3, 2]) });
    const clean = (p: number[]) => crossEntropy(logits(p, rows(X, 2)), Y);
    await check(
      linear(`adversarial: {epsilon: ${epsilon}, method: pgd, steps: ${steps}}`, { watch }),
      (p, { u }) => {
        let delta = rows(u, 2).map((row) => row.map((v) => epsilon * (2 * v - 1)));
        for (let i = 0; i < steps; i++) {
          const slope = inputSlopes(P, moved(delta));
          delta = delta.map((row, n) => row.map((v, k) => clip(v + (2.5 * epsilon * Math.sign(slope[n][k])) / steps, epsilon)));
        }
        return 0.5 * clean(p) + 0.5 * crossEntropy(logits(p, moved(delta)), Y);
      },
      clean,
    );
  });

  test('vat: the divergence at a move of ε along the gradient of a short random one', async () => {
    const epsilon = 0.5;
    const watch: Case['watch'] = (g) => ({ d: normalFromCounter(g, g.input('vat direction', [2], 'uint32'), [3, 2]) });
    const fixed = logits(P, rows(X, 2)).map(softmax);
    const kl = (p: readonly number[], delta: readonly number[][]) =>
      mean(logits(p, moved(delta)).map((z, i) => softmax(z).reduce((sum, q, c) => sum + fixed[i][c] * Math.log(fixed[i][c] / q), 0)));
    const unit = (row: readonly number[]) => row.map((v) => v / Math.hypot(...row));
    const clean = (p: number[]) => crossEntropy(logits(p, rows(X, 2)), Y);
    const { total, loss } = await check(
      linear(`vat: ${epsilon}`, { watch }),
      (p, { d }) => {
        const glance = rows(d, 2).map((row) => unit(row).map((v) => 1e-3 * v));
        const w = weightOf(P);
        const r = logits(P, moved(glance)).map((z, i) => {
          const error = softmax(z).map((q, c) => q - fixed[i][c]);
          return unit([0, 1].map((k) => error.reduce((sum, e, c) => sum + e * w[c][k], 0))).map((v) => epsilon * v);
        });
        return clean(p) + kl(p, r);
      },
      clean,
    );
    expect(total - loss).toBeGreaterThan(0.01);
  });
});

describe('jacobian', () => {
  test('of a linear model: λ/2·C·‖vᵀW‖² with the projection drawn for each sample', async () => {
    const watch: Case['watch'] = (g) => ({ v: normalFromCounter(g, g.input('jacobian projection', [2], 'uint32'), [3, 3]) });
    const clean = (p: number[]) => crossEntropy(logits(p, rows(X, 2)), Y);
    await check(
      linear('jacobian: 0.2', { watch }),
      (p, { v }) => {
        const squares = rows(v, 3).map((row) => {
          const length = Math.hypot(...row);
          return [0, 1].reduce((sum, k) => sum + row.reduce((dot, a, c) => dot + (a / length) * weightOf(p)[c][k], 0) ** 2, 0);
        });
        return clean(p) + 0.1 * 3 * mean(squares);
      },
      clean,
    );
  });

  test('its mean over projections is λ/2·‖J‖²', async () => {
    const x = Array.from({ length: 4000 }, (_, i) => Math.sin(i));
    const { total, loss } = await onEngine(linear('jacobian: 1', { x, y: Array.from({ length: 2000 }, (_, i) => i % 3) }));
    const norm = P.slice(0, 6).reduce((sum, v) => sum + v * v, 0);
    expect((total - loss) / (norm / 2)).toBeGreaterThan(0.95);
    expect((total - loss) / (norm / 2)).toBeLessThan(1.05);
  });
});

describe('distillation', () => {
  const T = [1.2, 0.1, -0.6, 0.8, 0.3, -1, 0, 0.2, -0.3];
  const teacher: Case['teacher'] = (plan) => ({ plan, vectors: { params: Float32Array.from(T) } });
  const clean = (p: number[]) => crossEntropy(logits(p, rows(X, 2)), Y);

  test('of classes: (1 − α)·L + α·T²·KL of the softened predictions', async () => {
    const soft = (p: readonly number[]) => logits(p, rows(X, 2)).map((z) => softmax(z.map((v) => v / 3)));
    const target = soft(T);
    const kl = (p: number[]) => mean(soft(p).map((q, i) => q.reduce((sum, v, c) => sum + target[i][c] * Math.log(target[i][c] / v), 0)));
    await check(linear('distill: {teacher: ./t.nn.yaml, temperature: 3, alpha: 0.8}', { teacher }), (p) => 0.2 * clean(p) + 0.8 * 9 * kl(p), clean);
  });

  test('of numbers: (1 − α)·L + α·mean (ŷ_teacher − ŷ)²', async () => {
    const [x, y, own] = [rows(X, 2), [1, -1, 0.5], [1, 0.5, -0.2]];
    const predict = (p: readonly number[]) => x.map((row) => p[0] * row[0] + p[1] * row[1] + p[2]);
    const off = (p: number[], wanted: readonly number[]) => mean(predict(p).map((v, i) => (v - wanted[i]) ** 2));
    await check(
      {
        text: 'data: {source: sine}\nmodel: [{Linear: 1}]\nloss: MSELoss\nregularize: {distill: {teacher: ./t.nn.yaml, alpha: 0.4}}\n',
        sample: [2],
        target: [1],
        x: X,
        y,
        params: [0.4, -0.7, 0.2],
        teacher: (plan) => ({ plan, vectors: { params: Float32Array.from(own) } }),
      },
      (p) => 0.6 * off(p, y) + 0.4 * off(p, predict(own)),
      (p) => off(p, y),
    );
  });
});

test('together: ½ of a mixed and an adversarial loss, a teacher, and penalties on top', async () => {
  const share = 0.3;
  const x = rows(X, 2);
  const others = PARTNERS.map((i) => Y[i]);
  const mixed = x.map((row, i) => row.map((v, k) => share * v + (1 - share) * x[PARTNERS[i]][k]));
  const lossAt = (p: readonly number[], at: readonly number[][]) =>
    share * crossEntropy(logits(p, at), Y) + (1 - share) * crossEntropy(logits(p, at), others);
  const slope = slopes((flat) => lossAt(P, rows(flat, 2)), mixed.flat());
  const hostile = rows(
    mixed.flat().map((v, i) => v + 0.05 * Math.sign(slope[i])),
    2,
  );
  await check(
    linear('mixup: 1, adversarial: 0.05, l2: 0.1', { draws: { 'mixing partners': PARTNERS, mixing: [share] } }),
    (p) => 0.5 * lossAt(p, mixed) + 0.5 * lossAt(p, hostile) + 0.1 * p.reduce((sum, v) => sum + v * v, 0),
    (p) => lossAt(p, mixed),
  );
});
