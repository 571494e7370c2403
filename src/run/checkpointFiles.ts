import * as z from 'zod';
import { decodeMetadata, decodeTensors, encodeTensors } from '../train/checkpoint';
import type { Checkpoint, Tensors } from '../train/protocol';
import type { Folder } from './folder';
import type { CheckpointPlace } from './stages';

/** How many checkpoints a run keeps, and of how many bytes; the first and the newest whatever their size. */
export const CHECKPOINT_LIMITS = { count: 64, bytes: 256 << 20 };
/** Of the moments before edits, so many of the last ones stay as long as there is another one to go. */
const RECENT_EDITS = 16;

/** A checkpoint from disk. */
export interface SavedCheckpoint extends Checkpoint {
  /** Id of the last edit that it has; 0: none. Its model is `store.textAfter(edit)`. */
  edit: number;
}

interface CheckpointFile {
  place: CheckpointPlace;
  bytes: number;
}

/** The folder `checkpoints/`: files `<step>.safetensors`, `<step>-edit<id>.safetensors` of a model that edits made. */
export class CheckpointFiles {
  /** Ascending. */
  private files: CheckpointFile[] = [];

  constructor(private readonly folder: Folder) {}

  get places(): CheckpointPlace[] {
    return this.files.map(({ place }) => place);
  }

  /** Looks which there are. */
  async load(): Promise<void> {
    const entries = await this.folder.entries().catch(() => []);
    const files = await Promise.all(entries.map(({ name }) => this.look(name)));
    this.files = files.filter((file) => file !== undefined).sort((a, b) => compare(a.place, b.place));
  }

  /** Those later than this one are of a future that did not come, and go. */
  async save(checkpoint: Checkpoint, edit: number, isBeforeEdit: (place: CheckpointPlace) => boolean): Promise<void> {
    const place = { step: checkpoint.step, edit };
    const content = encodeCheckpoint(checkpoint);
    await this.folder.make();
    await this.folder.write(nameOf(place), content);
    const earlier = this.files.filter((file) => compare(file.place, place) < 0);
    const future = this.files.filter((file) => compare(file.place, place) > 0);
    this.files = [...earlier, { place, bytes: content.length }];
    const surplus = chooseSurplus(this.files, isBeforeEdit);
    this.files = this.files.filter((file) => !surplus.includes(file));
    for (const file of [...future, ...surplus]) await this.folder.remove(nameOf(file.place));
  }

  /** The last one at or before `step` with no later edit than `edit`; a damaged one is skipped for the one before. */
  async read(step: number, edit: number): Promise<SavedCheckpoint | undefined> {
    const fitting = this.places.filter((place) => place.step <= step && place.edit <= edit);
    for (const place of fitting.reverse()) {
      const bytes = await this.folder.read(nameOf(place)).catch(() => undefined);
      const checkpoint = bytes && decodeCheckpoint(bytes);
      if (checkpoint?.step === place.step) return { ...checkpoint, edit: place.edit };
    }
    return undefined;
  }

  /** Removes what was half written when a process ended. */
  async clean(): Promise<void> {
    await this.folder.removeDrafts().catch(() => undefined);
  }

  private async look(name: string): Promise<CheckpointFile | undefined> {
    const [, step, edit] = /^(\d{1,15})(?:-edit(\d{1,15}))?\.safetensors$/.exec(name) ?? [];
    const bytes = step === undefined ? undefined : await this.folder.size(name);
    return bytes === undefined ? undefined : { place: { step: Number(step), edit: Number(edit ?? 0) }, bytes };
  }
}

const nameOf = ({ step, edit }: CheckpointPlace): string => `${step}${edit ? `-edit${edit}` : ''}.safetensors`;

const compare = (a: CheckpointPlace, b: CheckpointPlace): number => a.step - b.step || a.edit - b.edit;

/**
 * What has to go: again and again the one whose neighbours are closest to each other, so that those that stay are spread evenly over the steps.
 * The first and the newest stay; recent ones of before an edit go last, as near as the next one may be: only they lead back to before the edit.
 */
export function chooseSurplus<T extends CheckpointFile>(
  files: readonly T[],
  isBeforeEdit: (place: CheckpointPlace) => boolean,
  limits = CHECKPOINT_LIMITS,
): T[] {
  const kept = [...files];
  const surplus: T[] = [];
  const favoured = new Set(files.filter(({ place }) => isBeforeEdit(place)).slice(-RECENT_EDITS));
  const bytes = (): number => kept.reduce((sum, file) => sum + file.bytes, 0);
  while (kept.length > 2 && (kept.length > limits.count || bytes() > limits.bytes)) {
    const inner = kept.slice(1, -1).map((file, i) => {
      const room = kept[i + 2].place.step - kept[i].place.step;
      return { i: i + 1, room, isFavoured: favoured.has(file) };
    });
    const others = inner.filter(({ isFavoured }) => !isFavoured);
    const { i } = (others.length > 0 ? others : inner).reduce((least, one) => (one.room < least.room ? one : least));
    surplus.push(...kept.splice(i, 1));
  }
  return surplus;
}

const OPTIMIZER = 'optimizer.';
/** No layer's name has a slash. */
const STOPPING = 'stopping/';
const DIFFICULTY = 'curriculum/difficulty';

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('Not JSON');
    return z.NEVER;
  }
});
const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const merit = z
  .string()
  .transform(Number)
  .refine((value) => !Number.isNaN(value));
const metadata = z.object({
  step: wholeNumber,
  epoch: wholeNumber,
  row: wholeNumber,
  seconds: z.string().transform(Number).pipe(z.number().min(0)),
  /** Names of the optimizer's states. */
  optimizer: json.pipe(z.array(z.string().min(1))),
  ages: json.pipe(z.record(z.string(), z.int().min(0))),
  best_score: merit.optional(),
  best_loss: merit.optional(),
  plateau: json
    .pipe(z.object({ best: z.number().optional(), factor: z.number().positive(), num_bad_epochs: z.int().min(0), cooldown_counter: z.int().min(0) }))
    .optional(),
  stopping: json.pipe(z.object({ step: z.int().min(0), value: z.number(), stale: z.int().min(0) })).optional(),
});

/**
 * A checkpoint as a .safetensors file: the optimizer's tensors are named `optimizer.<state>.<parameter>`, the weights that early stopping keeps
 * `stopping/<name>`, the losses of a curriculum `curriculum/difficulty`; all else is in the header.
 */
export function encodeCheckpoint({
  tensors,
  optimizer,
  step,
  epoch,
  row,
  seconds,
  ages,
  plateau,
  best,
  stopping,
  difficulty,
}: Checkpoint): Uint8Array {
  const states = Object.entries(optimizer).flatMap(([state, all]) =>
    Object.entries(all).map(([name, tensor]) => [`${OPTIMIZER}${state}.${name}`, tensor] as const),
  );
  const kept = Object.entries(stopping?.tensors ?? {}).map(([name, tensor]) => [STOPPING + name, tensor] as const);
  const order: [string, Tensors[string]][] = difficulty ? [[DIFFICULTY, { shape: [difficulty.length], data: difficulty }]] : [];
  return encodeTensors(Object.fromEntries([...Object.entries(tensors), ...states, ...kept, ...order]), {
    step: String(step),
    epoch: String(epoch),
    row: String(row),
    seconds: String(seconds),
    optimizer: JSON.stringify(Object.keys(optimizer)),
    ages: JSON.stringify(ages),
    ...(plateau && { plateau: JSON.stringify(plateau) }),
    ...(best && { best_score: String(best.score), best_loss: String(best.loss) }),
    ...(stopping && { stopping: JSON.stringify({ step: stopping.step, value: stopping.value, stale: stopping.stale }) }),
  });
}

/** Undefined where the file is damaged. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint | undefined {
  try {
    const { optimizer: states, best_score: score, best_loss: loss, stopping, ...place } = metadata.parse(decodeMetadata(bytes, 'checkpoint'));
    const stored = Object.entries(decodeTensors(bytes, 'checkpoint'));
    const all = stored.filter(([name]) => !name.startsWith(STOPPING) && name !== DIFFICULTY);
    const difficulty = stored.find(([name]) => name === DIFFICULTY)?.[1].data;
    const kept: Tensors = Object.fromEntries(
      stored.filter(([name]) => name.startsWith(STOPPING)).map(([name, tensor]) => [name.slice(STOPPING.length), tensor]),
    );
    const stateOf = (name: string) => states.find((state) => name.startsWith(`${OPTIMIZER}${state}.`));
    const tensors: Tensors = Object.fromEntries(all.filter(([name]) => stateOf(name) === undefined));
    const optimizer = states.map((state) => {
      const start = `${OPTIMIZER}${state}.`;
      const own = all.filter(([name]) => stateOf(name) === state).map(([name, tensor]) => [name.slice(start.length), tensor] as const);
      return [state, Object.fromEntries(own)] as const;
    });
    const best = score !== undefined && loss !== undefined && { best: { score, loss } };
    const early = stopping && { stopping: { ...stopping, tensors: kept } };
    return { ...place, tensors, optimizer: Object.fromEntries(optimizer), ...best, ...early, ...(difficulty && { difficulty }) };
  } catch {
    return undefined;
  }
}
