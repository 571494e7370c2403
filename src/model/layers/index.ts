import type { LayerType } from '../vocabulary';
import { activation } from './activation';
import type { LayerRule } from './layer';
import { linear } from './linear';
import { noise } from './noise';
import { normalisation } from './normalisation';
import { pooling } from './pooling';
import { shaping } from './shaping';

/** All layers: a type without its record does not compile. */
export const LAYERS: Record<LayerType, LayerRule> = { ...linear, ...shaping, ...pooling, ...activation, ...normalisation, ...noise };
