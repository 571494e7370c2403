/* global location, URLSearchParams */
// What a made-up model makes of made-up data: pictures of ten classes, points on a plane, rows of a table.
const query = new URLSearchParams(location.search);
const count = (name, otherwise) => Number(query.get(name) ?? otherwise);

let noise = 7;
const random = () => (noise = (noise * 16807) % 2147483647) / 2147483647;
const normal = () => random() + random() + random() + random() - 2;
const times = (number, make) => Array.from({ length: number }, (_, index) => make(index));
const classNames = (kind, number) =>
  times(number, (i) =>
    kind === 'long'
      ? `a class whose name somebody has written out in full, number ${i}`
      : kind === 'moons' && number === 2
        ? ['upper', 'lower'][i]
        : String(i),
  );

let latest;
let latestAt = -1;

/** Anew every 20 steps at most; nothing before the first. */
export function fakeOutcome(kind, step, steps) {
  if (kind === 'empty' || kind === 'starting' || step === 0 || (latestAt >= 0 && step - latestAt < 20)) return undefined;
  latestAt = step;
  const skill = 1 - Math.exp((-5 * step) / steps);
  const broken = kind === 'nan' && step >= 90;
  latest = {
    step,
    split: 'validation',
    count: 360,
    ...(kind === 'moons' ? plane(skill, broken) : kind === 'regression' ? table(skill, broken) : digits(kind, skill, broken)),
  };
  return latest;
}

function confusionOf(classes, skill) {
  return classes.map((_, actual) =>
    classes.map((_, predicted) => {
      const near = Math.abs(actual - predicted) === 6 || (actual === 1 && predicted === 8) ? 3 : 0.4;
      return Math.round(actual === predicted ? 36 * (0.2 + 0.78 * skill) : (1 - skill) * 4 * random() + near * random());
    }),
  );
}

const glyph = (label, size) => {
  const [turn, wide] = [label * 0.9 + 0.15 * normal(), 1 + 0.2 * normal()];
  return times(size * size, (at) => {
    const [x, y] = [((at % size) / (size - 1)) * 2 - 1, (Math.floor(at / size) / (size - 1)) * 2 - 1];
    const ring = Math.exp(-(((Math.hypot(x * wide, y) - 0.35 - 0.05 * (label % 4)) * 5) ** 2));
    const bar = Math.exp(-(((x * Math.cos(turn) + y * Math.sin(turn)) * 4.5) ** 2)) * (Math.hypot(x, y) < 0.9 ? 1 : 0);
    return Math.round(255 * Math.min(1, label % 3 === 0 ? ring : label % 3 === 1 ? bar : Math.max(ring, bar) * 0.9));
  });
};
const picture = (size, pixels, channels = 1) => ({ width: size, height: size, channels, pixels });

function digits(kind, skill, broken) {
  const classes = classNames(kind, count('classes', 10));
  const size = count('size', 8);
  const counts = {
    training: classes.map((_, i) => 140 + ((i * 37) % 23)),
    validation: classes.map((_, i) => (i === 4 && kind === 'long' ? 0 : 36 - (i % 3))),
  };
  return {
    measure: 'accuracy',
    classes,
    confusion: broken ? classes.map(() => classes.map(() => 0)) : confusionOf(classes, skill),
    samples: times(24, (i) => {
      const actual = (i * 7) % classes.length;
      const image = picture(size, glyph(actual, size));
      return {
        row: (i * 53 + Math.floor(skill * 40)) % 360,
        actual,
        predicted: broken ? null : i < 18 ? (actual + 6) % classes.length : actual,
        ...(!broken && { probability: 0.98 - 0.025 * i }),
        loss: broken ? null : 4.4 * Math.exp(-i / 8),
        image,
        saliency: picture(
          size,
          image.pixels.map((level) => Math.round(0.7 * level * random() + 70 * random())),
        ),
        gradCam: picture(
          4,
          times(16, (at) => Math.round(255 * Math.exp(-(((at % 4) - 1.5) ** 2 + (Math.floor(at / 4) - 1.2) ** 2) / 1.4))),
        ),
      };
    }),
    filters: {
      layer: 'conv2d1',
      count: 16,
      scale: 0.31 + 0.2 * skill,
      pictures: times(16, (f) =>
        picture(
          3,
          times(9, (at) => Math.round(128 + 120 * Math.sin(f + at * (0.4 + f / 9)) * Math.min(1, 0.5 + skill / 2))),
        ),
      ),
    },
    outputs: {
      layer: 'linear2',
      type: 'Linear',
      min: broken ? null : -9.4 * skill,
      max: broken ? null : 11.2 * skill,
      mean: broken ? null : 0.21,
      reach: [null, null],
    },
    data: {
      featureCount: size * size,
      range: { min: -1.3, max: 1.42, mean: 0, std: 1 },
      counts,
      samples: { training: 1437, validation: 360 },
      pictures: times(Math.min(12, classes.length), (i) => ({ picture: picture(size, glyph(i, size)), label: classes[i] })),
    },
  };
}

function plane(skill, broken) {
  const classes = query.has('numbers') ? undefined : classNames('moons', count('classes', 2));
  const size = 40;
  const [x, y] = [
    [-1.6, 2.6],
    [-1.1, 1.6],
  ];
  const score = (at, x, y) => {
    if (!classes || classes.length === 2) return 4 * skill * (0.25 - y + 0.55 * Math.sin(2.1 * x + 0.4) * skill) * (at === 0 ? -1 : 1);
    return -3 * skill * Math.hypot(x - 0.5 - 1.6 * Math.cos((6.28 * at) / classes.length), y - 0.25 - Math.sin((6.28 * at) / classes.length));
  };
  const cells = times(size * size, (at) => [
    x[0] + ((at % size) / (size - 1)) * (x[1] - x[0]),
    y[0] + (Math.floor(at / size) / (size - 1)) * (y[1] - y[0]),
  ]);
  const judged = cells.map(([x, y]) => {
    if (!classes) return { value: score(1, x, y) };
    const scores = classes.map((_, at) => Math.exp(score(at, x, y)));
    const best = scores.indexOf(Math.max(...scores));
    return { value: best, confidence: Math.round((100 * scores[best]) / scores.reduce((a, b) => a + b, 0)) };
  });
  const points = times(220, (i) => {
    const label = i % (classes?.length ?? 2);
    const angle = Math.PI * random();
    const [a, b] = label === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    const around = (6.28 * label) / (classes?.length ?? 2);
    const [px, py] =
      classes && classes.length > 2
        ? [0.5 + 1.3 * Math.cos(around) + 0.3 * normal(), 0.25 + 0.8 * Math.sin(around) + 0.25 * normal()]
        : [a + 0.1 * normal(), b + 0.1 * normal()];
    return { x: px, y: py, target: classes ? label : score(1, px, py) + 0.3 * normal(), isValidation: i % 5 === 0 };
  });
  const unit = (a, b, c) => {
    const raw = cells.map(([x, y]) => Math.tanh(a * x + b * y + c));
    const scale = Math.max(...raw.map(Math.abs));
    const small = raw.filter((_, at) => at % 2 === 0 && Math.floor(at / size) % 2 === 0);
    return { scale, values: small.map((value) => Math.round((127 * value) / scale)) };
  };
  const layers = [
    ['conv2d1', 16],
    ['relu1', 16],
    ['tanh1', 8],
    ['linear2', 2],
  ];
  return {
    measure: classes ? 'accuracy' : 'r2',
    ...(classes && { classes, confusion: confusionOf(classes, skill) }),
    ...(!classes && { regression: points.map(({ target }) => ({ target, prediction: broken ? null : target + 0.4 * normal() })) }),
    boundary: {
      names: ['x', 'y'],
      x,
      y,
      size,
      values: judged.map(({ value }, at) => (broken && at % size > 22 ? null : value)),
      ...(classes && { confidence: judged.map(({ confidence }) => confidence) }),
      points,
    },
    units: layers.map(([layer, units], l) => ({
      layer,
      units,
      size: size / 2,
      maps: times(Math.min(8, units), (u) => unit(2 * Math.sin(u + l), 2 * Math.cos(1.7 * u + l), Math.sin(3 * u))),
    })),
    samples: times(12, (i) => ({
      row: i * 11,
      actual: classes ? i % classes.length : points[i].target,
      predicted: broken ? null : classes ? (i + 1) % classes.length : points[i].target + 1,
      ...(classes && !broken && { probability: 0.97 - 0.03 * i }),
      loss: broken ? null : 3 - i * 0.2,
      features: [
        { name: 'x', value: points[i].x },
        { name: 'y', value: points[i].y },
      ],
    })),
    outputs: {
      layer: 'linear2',
      type: 'Linear',
      min: -4 * skill,
      max: 4.2 * skill,
      mean: 0.1,
      reach: [null, null],
      ...(!classes && { target: { min: -4.1, max: 4.4, mean: 0.1 } }),
    },
    data: {
      features: [
        { name: 'x', min: -1.6, max: 2.6, mean: 0.5, std: 0.87, constant: false },
        { name: 'y', min: -1.1, max: 1.6, mean: 0.25, std: 0.5, constant: false },
      ],
      featureCount: 2,
      range: { min: -1.6, max: 2.6, mean: 0.37, std: 0.72 },
      ...(classes && { counts: { training: classes.map(() => 400), validation: classes.map(() => 100) } }),
      samples: { training: 800, validation: 200 },
    },
  };
}

function table(skill, broken) {
  const names = ['age', 'sex', 'bmi', 'blood_pressure', 'a_feature_with_a_very_long_name_of_its_own', 'income', 'constant'];
  const features = times(count('features', 7), (i) => {
    const [mean, std] = i === 5 ? [41, 26] : i === 6 ? [1, 0] : [0.2 * Math.sin(i), 0.8 + 0.3 * Math.cos(i)];
    return { name: names[i] ?? `feature${i}`, min: mean - 1.8 * std, max: mean + 2.4 * std, mean, std, constant: i === 6 };
  });
  const dots = times(220, () => {
    const target = 152 + 70 * normal();
    return { target, prediction: broken && random() < 0.3 ? null : Math.min(346, 152 + (target - 152) * skill * 0.8 + 30 * normal()) };
  });
  return {
    measure: 'r2',
    count: 442,
    regression: dots,
    samples: times(16, (i) => ({
      row: i * 13,
      actual: dots[i].target,
      predicted: dots[i].prediction,
      loss: dots[i].prediction === null ? null : 9000 * Math.exp(-i / 4),
      features: features.slice(0, 12).map(({ name, mean, std }) => ({ name, value: mean + std * normal() })),
    })),
    outputs: { layer: 'sigmoid1', type: 'Sigmoid', min: 0.12, max: 0.98, mean: 0.6, reach: [0, 1], target: { min: 25, max: 346, mean: 152.1 } },
    data: { features, featureCount: features.length, range: { min: -1.9, max: 103.4, mean: 6, std: 19 }, samples: { training: 442, validation: 0 } },
  };
}
