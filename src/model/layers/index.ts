import type { LayerType } from '../vocabulary';
import type { LayerRule } from './layer';
import { linear } from './linear';
import { noise } from './noise';
import { normalisation } from './normalisation';
import { pooling } from './pooling';
import { rectifiers } from './rectifiers';
import { shaping } from './shaping';
import { squashing } from './squashing';

/** All layers: a type without its record does not compile. */
export const LAYERS: Record<LayerType, LayerRule> = { ...linear, ...shaping, ...pooling, ...rectifiers, ...squashing, ...normalisation, ...noise };
