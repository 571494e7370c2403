import * as z from 'zod';
import { CONTAINERS } from './containers';
import { type ArgTable, type Documented, flag } from './documented';
import { LAYERS } from './layers';
import { WEIGHT_ARGUMENTS } from './weightArguments';
import { CONTAINER_TYPES, type ContainerType, type EntryType, LAYER_TYPES, type LayerType } from './vocabulary';

/** Words with which a parameter `<name>.weight` can be told; no blanks, and not the one name that JavaScript keeps for itself. */
const NAME = /^(?!__proto__$)[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;

const name = z
  .string()
  .max(100)
  .regex(NAME)
  .optional()
  .describe('What the layer is called, unique in the model. Default: the class in lower case with its ordinal, `linear1`.');
const freeze = flag.default(false).describe('Keeps the parameters as they are.');
const init = z.unknown().optional().describe('How the weights of this layer start, in place of the `init` of the whole model.');

export const isLayerType = (type: string): type is LayerType => (LAYER_TYPES as readonly string[]).includes(type);
export const isContainerType = (type: string): type is ContainerType => (CONTAINER_TYPES as readonly string[]).includes(type);

/**
 * Layers that make units of their own have a weight that follows the init scheme, which is then the meaning of `init`, and so have the gate and the
 * router of a container; a normalisation and an activation have not.
 */
export const takesScheme = (type: EntryType): boolean =>
  entryRule(type).params !== undefined && (isContainerType(type) || !['inherit', undefined].includes(LAYERS[type].unit));

const tables = new Map<EntryType, ArgTable>();

/** All arguments of an entry: those of its own record, then those that it shares with others. */
export function entryTable(type: EntryType): ArgTable {
  let table = tables.get(type);
  if (!table) tables.set(type, (table = { ...entryRule(type).args, ...commonArguments(type) }));
  return table;
}

export const entryRule = (type: EntryType): Documented & { params?: unknown } => (isLayerType(type) ? LAYERS[type] : CONTAINERS[type]);

function commonArguments(type: EntryType): ArgTable {
  if (!entryRule(type).params) return { name };
  const weighted = isLayerType(type) && LAYERS[type].outputDim !== undefined ? WEIGHT_ARGUMENTS : {};
  return takesScheme(type) ? { name, init, freeze, ...weighted } : { name, freeze };
}
