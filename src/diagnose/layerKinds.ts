import { ACTIVATIONS as activations, NORMALISATIONS as normalisations } from '../model/layers';
import type { EntryType } from '../model/vocabulary';

const of = (...types: EntryType[]): ReadonlySet<string> => new Set(types);

/** Cut off or bend what is negative; their init has the gain √2. */
export const RECTIFIERS = of('ReLU', 'ReLU6', 'LeakyReLU', 'PReLU', 'ELU', 'CELU', 'GELU', 'SiLU', 'Mish', 'Softplus', 'Hardswish', 'TLU');

/** Flat at both ends. */
export const SQUASHING = of('Sigmoid', 'Tanh');

export const ACTIVATIONS: ReadonlySet<string> = new Set(Object.keys(activations));

/** Make the scale of what comes in not matter. */
export const NORMALISATIONS: ReadonlySet<string> = new Set(Object.keys(normalisations));
