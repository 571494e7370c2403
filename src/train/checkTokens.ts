import type { Dataset, Samples, Split } from '../data/dataset';
import { product } from '../graph/shape';
import type { BuiltLayer } from '../model/build';
import { fail } from '../model/problem';
import type { EntryType } from '../model/vocabulary';

/** Hand tokens on as they are, every one of them. */
const KEEPS_TOKENS = new Set<EntryType>(['Identity', 'Flatten', 'Unflatten', 'Permute', 'Repeat']);

/** What every Embedding gets straight from the data must be tokens that it has: whole numbers from 0 to num_embeddings − 1. */
export function checkTokens(layers: readonly BuiltLayer[], { train, validation }: Dataset): void {
  const known = new Map(layers.map((layer) => [layer.name, layer]));
  const isData = (name: string): boolean => {
    const layer = known.get(name);
    return name === '' || (layer !== undefined && KEEPS_TOKENS.has(layer.spec.type) && layer.inputs.every(isData));
  };
  for (const layer of layers) {
    if (layer.spec.type !== 'Embedding' || !layer.inputs.every(isData)) continue;
    if (train) checkSplit(layer, train, 'training');
    if (validation) checkSplit(layer, validation, 'validation');
  }
}

function checkSplit({ name, spec }: BuiltLayer, { x }: Split, split: string): void {
  const count = spec.args.num_embeddings as number;
  const token = tokenOf(x);
  for (let at = 0; at < x.data.length; at++) {
    const value = token(at);
    if (Number.isInteger(value) && value >= 0 && value < count) continue;
    const where = `row ${Math.floor(at / product(x.sampleShape)) + 1} of the ${split} split has ${Number(value.toPrecision(6))}`;
    if (!Number.isInteger(value) || value < 0)
      fail(
        'no-token',
        `\`${name}\`: ${where}, which is no token. Tokens are whole numbers from 0 on: neither \`normalize\` them nor mix them with others.`,
        {
          layer: name,
          range: spec.typeRange,
        },
      );
    fail(
      'token-out-of-range',
      `\`${name}\` has ${count} tokens, 0 to ${count - 1}, but ${where}: \`num_embeddings\` has to be at least ${highest(x) + 1}.`,
      {
        layer: name,
        range: spec.argRanges.num_embeddings ?? spec.typeRange,
      },
    );
  }
}

/** The numbers as the model gets them. */
function tokenOf({ data, map, sampleShape }: Samples): (at: number) => number {
  if (!map) return (at) => data[at];
  const { shift, scale } = map;
  const width = product(sampleShape);
  return (at) => (data[at] - shift[(at % width) % shift.length]) / scale[(at % width) % scale.length];
}

function highest(x: Samples): number {
  const token = tokenOf(x);
  let most = 0;
  for (let at = 0; at < x.data.length; at++) most = Math.max(most, token(at));
  return most;
}
