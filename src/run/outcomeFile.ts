import * as z from 'zod';
import type { Outcome } from '../train/outcome';
import { type Folder, readText } from './folder';

const OUTCOME = 'outcome.json';

/** Some times what the largest outcome comes to. */
const MOST_CHARACTERS = 2 ** 20;

const count = z.int().min(0);
const figure = z.number().nullable();
const span = z.tuple([z.number(), z.number()]);
const ofNumbers = { min: z.number(), max: z.number(), mean: z.number() };

const picture = z
  .object({
    width: z.int().min(1),
    height: z.int().min(1),
    channels: z.union([z.literal(1), z.literal(3)]),
    pixels: z.array(z.number()),
  })
  .refine(({ width, height, channels, pixels }) => pixels.length === width * height * channels);

const sample = z.object({
  row: count,
  actual: z.number(),
  predicted: figure,
  probability: z.number().optional(),
  loss: figure,
  image: picture.optional(),
  saliency: picture.optional(),
  gradCam: picture.optional(),
  features: z.array(z.object({ name: z.string(), value: z.number() })).optional(),
});

const boundary = z
  .object({
    names: z.tuple([z.string(), z.string()]),
    x: span,
    y: span,
    size: z.int().min(2),
    values: z.array(figure),
    confidence: z.array(z.number()).optional(),
    points: z.array(z.object({ x: z.number(), y: z.number(), target: z.number(), isValidation: z.boolean() })),
  })
  .refine(({ size, values, confidence = values }) => values.length === size ** 2 && confidence.length === size ** 2);

const units = z
  .object({
    layer: z.string(),
    units: count,
    size: z.int().min(2),
    maps: z.array(z.object({ scale: z.number(), values: z.array(z.number()) })),
  })
  .refine(({ size, maps }) => maps.every(({ values }) => values.length === size ** 2));

const data = z.object({
  features: z.array(z.object({ name: z.string(), ...ofNumbers, std: z.number(), constant: z.boolean() })).optional(),
  featureCount: count,
  range: z.object({ ...ofNumbers, std: z.number() }),
  counts: z.object({ training: z.array(count), validation: z.array(count).optional() }).optional(),
  samples: z.object({ training: count, validation: count }),
  pictures: z.array(z.object({ picture, label: z.string().optional() })).optional(),
  augmented: z.array(z.object({ before: picture, after: picture })).optional(),
});

const outcome = z.object({
  step: count,
  split: z.enum(['training', 'validation']),
  count,
  measure: z.enum(['accuracy', 'r2']),
  classes: z.array(z.string()).optional(),
  confusion: z
    .array(z.array(count))
    .refine((rows) => rows.every(({ length }) => length === rows.length))
    .optional(),
  regression: z.array(z.object({ target: z.number(), prediction: figure })).optional(),
  samples: z.array(sample).optional(),
  boundary: boundary.optional(),
  units: z.array(units).optional(),
  filters: z.object({ layer: z.string(), count, scale: z.number(), pictures: z.array(picture) }).optional(),
  attention: z
    .object({
      row: count,
      tokens: z.array(z.number()).optional(),
      layers: z.array(z.object({ layer: z.string(), heads: count, places: count, maps: z.array(z.object({ most: z.number(), picture })) })),
    })
    .optional(),
  outputs: z.object({
    layer: z.string(),
    type: z.string(),
    ...{ min: figure, max: figure, mean: figure },
    reach: z.tuple([figure, figure]),
    target: z.object(ofNumbers).optional(),
  }),
  data,
}) satisfies z.ZodType<Outcome>;

/** What an outcome.json says; undefined when it is damaged, or none of ours. */
export function decodeOutcome(text: string): Outcome | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  try {
    return outcome.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** outcome.json: what the model of a run makes of its data, as it was last looked at. */
export class OutcomeFile {
  /** What the file holds. */
  private kept?: Outcome;

  constructor(private readonly folder: Folder) {}

  /** Undefined where there is none, or none that can be understood. */
  async read(): Promise<Outcome | undefined> {
    try {
      this.kept = decodeOutcome(await readText(this.folder, OUTCOME));
    } catch {
      this.kept = undefined;
    }
    return this.kept;
  }

  /** Writes one that is another than the file holds, removes the file where there is none any more; throws what the system says. */
  async write(newest: Outcome | undefined): Promise<void> {
    if (newest === this.kept) return;
    if (newest) await this.folder.write(OUTCOME, JSON.stringify(newest));
    else await this.folder.remove(OUTCOME);
    this.kept = newest;
  }
}
