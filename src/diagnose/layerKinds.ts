import { ACTIVATIONS as activations, NORMALISATIONS as normalisations } from '../model/layers';
import { noise } from '../model/layers/noise';
import type { EntryType } from '../model/vocabulary';

const of = (...types: EntryType[]): ReadonlySet<string> => new Set(types);

/** Cut off or bend what is negative; their init has the gain √2. */
export const RECTIFIERS = of('ReLU', 'ReLU6', 'LeakyReLU', 'PReLU', 'ELU', 'CELU', 'GELU', 'SiLU', 'Mish', 'Softplus', 'Hardswish', 'TLU');

/** Flat at both ends. */
export const SQUASHING = of('Sigmoid', 'Tanh');

export const ACTIVATIONS: ReadonlySet<string> = new Set(Object.keys(activations));

/** Set a share `p` of what comes in to nothing. */
export const DROPOUTS = of('Dropout', 'Dropout1d', 'Dropout2d', 'AlphaDropout');

/** Draw something in training that evaluation leaves out. */
export const NOISES: ReadonlySet<string> = new Set(Object.keys(noise));

/** Make the scale of what comes in not matter. */
export const NORMALISATIONS: ReadonlySet<string> = new Set(Object.keys(normalisations));
