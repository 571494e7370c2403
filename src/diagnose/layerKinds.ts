import type { EntryType } from '../model/vocabulary';

const of = (...types: EntryType[]): ReadonlySet<string> => new Set(types);

/** Cut off or bend what is negative; their init has the gain √2. */
export const RECTIFIERS = of('ReLU', 'LeakyReLU', 'ELU', 'GELU', 'SiLU');

/** Flat at both ends. */
export const SQUASHING = of('Sigmoid', 'Tanh');

export const ACTIVATIONS: ReadonlySet<string> = new Set([...RECTIFIERS, ...SQUASHING, ...of('Softmax', 'LogSoftmax')]);

/** Make the scale of what comes in not matter. */
export const NORMALISATIONS = of('BatchNorm1d', 'BatchNorm2d', 'LayerNorm');
