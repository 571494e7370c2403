import { control } from './control';
import { elementwise } from './elementwise';
import { linear } from './linear';
import type { Op, OpType } from './op';
import { reduce } from './reduce';
import { shaping } from './shaping';
import { windows } from './windows';

/** All operations: an op without its record does not compile. */
export const OPS: Record<OpType, Op> = { ...control, ...elementwise, ...reduce, ...shaping, ...linear, ...windows };
