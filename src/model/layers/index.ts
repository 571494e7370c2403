import type { LayerType } from '../vocabulary';
import { adaptivePooling } from './adaptivePooling';
import { attention } from './attention';
import { batchNormalisation } from './batchNormalisation';
import { blocks } from './blocks';
import { embedding } from './embedding';
import { graph } from './graph';
import { imaging } from './imaging';
import type { LayerRule } from './layer';
import { linear } from './linear';
import { noise } from './noise';
import { mixedNormalisation } from './mixedNormalisation';
import { pooling } from './pooling';
import { recurrent } from './recurrent';
import { rectifiers } from './rectifiers';
import { sampleNormalisation } from './sampleNormalisation';
import { shaping } from './shaping';
import { squashing } from './squashing';

export const ACTIVATIONS = { ...rectifiers, ...squashing };
export const NORMALISATIONS = { ...batchNormalisation, ...sampleNormalisation, ...mixedNormalisation };

/** All layers: a type without its record does not compile. */
export const LAYERS: Record<LayerType, LayerRule> = {
  ...linear,
  ...shaping,
  ...imaging,
  ...embedding,
  ...pooling,
  ...adaptivePooling,
  ...rectifiers,
  ...squashing,
  ...batchNormalisation,
  ...sampleNormalisation,
  ...mixedNormalisation,
  ...recurrent,
  ...attention,
  ...blocks,
  ...graph,
  ...noise,
};
