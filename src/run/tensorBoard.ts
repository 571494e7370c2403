import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { concatenate } from '../base/bytes';
import type { Distribution, ObservationEvent } from '../train/observation';
import type { EvalEvent, LayerStats } from '../train/protocol';
import type { RunStore } from './runStore';
import type { StoredEvent } from './storedEvent';
import { tfRecord } from './tfRecord';

/** A value of a step, as a field of Summary.Value. */
type Value = { tag: string } & ({ scalar: number | null } | { histogram: Distribution } | { text: string });

const SCORES = ['train_loss', 'val_loss', 'train_accuracy', 'val_accuracy', 'train_r2', 'val_r2'] as const;
const SPLITS: Record<string, string> = { train: 'train', val: 'validation' };

/** A name that TensorBoard takes for an event file of this run; written again, the file takes the place of the one before. */
export const eventFileName = ({ created }: { created: string }): string => `events.out.tfevents.${Math.floor(Date.parse(created) / 1000)}.layerwise`;

/** The run as TensorBoard reads it: curves, statistics of the layers, histograms and the model files. */
export function tensorBoardEvents(store: RunStore): Uint8Array {
  const { created, seconds, step: last } = store.run;
  const began = Date.parse(created) / 1000;
  /** When a step was done, if all took the same time. */
  const wallTime = (step: number) => began + (last > 0 ? (seconds * step) / last : 0);
  const records = [tfRecord(event(began, 0).tag(3, WireType.LengthDelimited).string('brain.Event:2').finish())];
  const add = (step: number, values: readonly Value[]) => {
    if (values.length > 0) records.push(tfRecord(event(wallTime(step), step).tag(5, WireType.LengthDelimited).bytes(summary(values)).finish()));
  };
  add(0, [{ tag: 'model', text: fenced(store.textAfter(0)) }]);
  /** Numbers of an output, by the name of its layer. */
  let sizes = new Map<string, number>();
  for (const line of store.unwritten(undefined).lines) {
    if (line.type === 'start' || line.type === 'edit')
      sizes = new Map(line.layers.map(({ name, output }) => [name, output.reduce((product, size) => product * size, 1)]));
    if ('step' in line) add(line.step, valuesOf(line, sizes));
  }
  return concatenate(records);
}

function valuesOf(line: StoredEvent, sizes: ReadonlyMap<string, number>): Value[] {
  switch (line.type) {
    case 'step':
      return [
        { tag: 'loss/step', scalar: line.loss },
        { tag: 'lr', scalar: line.lr },
        { tag: 'grad_norm', scalar: line.grad_norm },
      ];
    case 'eval':
      return SCORES.flatMap((key) => scoreOf(line, key));
    case 'statistics':
      return Object.entries(line.layers).flatMap(([name, stats]) => layerValues(name, stats, sizes.get(name)));
    case 'observation':
      return histograms(line);
    case 'edit':
      return [{ tag: 'model', text: `${line.changes.map((change) => `- ${change}`).join('\n')}\n\n${fenced(line.text)}` }];
    default:
      return [];
  }
}

/** `loss/validation` of `val_loss`. */
function scoreOf(evaluation: EvalEvent, key: (typeof SCORES)[number]): Value[] {
  const value = evaluation[key];
  const [split, metric] = key.split('_');
  return value === undefined ? [] : [{ tag: `${metric}/${SPLITS[split]}`, scalar: value }];
}

function layerValues(name: string, { activation, gradient, dead_units, units, saturated_fraction }: LayerStats, size: number | undefined): Value[] {
  return [
    { tag: `activation_std/${name}`, scalar: activation.std },
    ...(gradient && size ? [{ tag: `gradient_rms/${name}`, scalar: gradient.l2 === null ? null : gradient.l2 / Math.sqrt(size) }] : []),
    ...(dead_units !== undefined && units ? [{ tag: `dead/${name}`, scalar: dead_units / units }] : []),
    ...(saturated_fraction === undefined ? [] : [{ tag: `saturated/${name}`, scalar: saturated_fraction }]),
  ];
}

function histograms({ layers, params }: ObservationEvent): Value[] {
  const all = [
    ...Object.entries(layers).flatMap(([name, { activation, gradient }]) => [
      { tag: `activation/${name}`, histogram: activation },
      { tag: `gradient/${name}`, histogram: gradient },
    ]),
    ...Object.entries(params).flatMap(([name, { weight, gradient, update }]) => [
      { tag: `weight/${name}`, histogram: weight },
      { tag: `weight_gradient/${name}`, histogram: gradient },
      { tag: `update/${name}`, histogram: update },
    ]),
  ];
  // One without a finite number has no place on its axis.
  return all.flatMap(({ tag, histogram }) => (histogram?.counts.some((count) => count > 0) ? [{ tag, histogram }] : []));
}

/** tensorflow.Event: wall_time = 1, step = 2, then one of file_version = 3 and summary = 5. */
const event = (wallTime: number, step: number): BinaryWriter =>
  new BinaryWriter().tag(1, WireType.Bit64).double(wallTime).tag(2, WireType.Varint).int64(step);

/** tensorflow.Summary, in the form that TensorBoard has read from its beginning: simple_value = 2, histo = 5; text only ever was a tensor = 8. */
function summary(values: readonly Value[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const value of values) {
    writer.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(value.tag);
    if ('scalar' in value) writer.tag(2, WireType.Bit32).float(value.scalar ?? Number.NaN);
    else if ('histogram' in value) writer.tag(5, WireType.LengthDelimited).bytes(histogramProto(value.histogram));
    else writeText(writer, value.text);
    writer.join();
  }
  return writer.finish();
}

/** tensorflow.HistogramProto: min, max, num, sum, sum_squares, bucket_limit (right edges), bucket. Sums are those of the middles of the bins. */
function histogramProto({ from, to, counts }: Distribution): Uint8Array {
  const width = (to - from) / counts.length;
  const middles = counts.map((_, bin) => from + (bin + 0.5) * width);
  const total = (weigh: (middle: number) => number) => counts.reduce((sum, count, bin) => sum + count * weigh(middles[bin]), 0);
  const writer = new BinaryWriter();
  [from, to, total(() => 1), total((x) => x), total((x) => x * x)].forEach((figure, index) => writer.tag(index + 1, WireType.Bit64).double(figure));
  for (const [field, numbers] of [
    [6, counts.map((_, bin) => (bin === counts.length - 1 ? to : from + (bin + 1) * width))],
    [7, counts],
  ] as const) {
    writer.tag(field, WireType.LengthDelimited).fork();
    for (const number of numbers) writer.double(number);
    writer.join();
  }
  return writer.finish();
}

/** A tensor of one string (DT_STRING = 7) for the plugin `text`, which reads Markdown. */
function writeText(writer: BinaryWriter, text: string): void {
  const string = (field: number, value: string) => writer.tag(field, WireType.LengthDelimited).string(value);
  const open = (field: number) => writer.tag(field, WireType.LengthDelimited).fork();
  open(8).tag(1, WireType.Varint).int32(7);
  open(2);
  open(2).tag(1, WireType.Varint).int64(1).join().join();
  string(8, text).join();
  // SummaryMetadata.plugin_data.plugin_name
  open(9);
  open(1);
  string(1, 'text').join().join();
}

const fenced = (text: string): string => `\`\`\`yaml\n${text}\n\`\`\``;
