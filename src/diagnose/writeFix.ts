import type { Spec } from '../model/spec';
import type { Fix, FixRequest } from './fix';
import type { ObservedLayer } from './observed';

/** The edit that a request means in a text; undefined where the file leaves no room for it or has it already. */
export function writeFix(_request: FixRequest, _text: string, _spec: Spec, _layers: readonly ObservedLayer[]): Fix | undefined {
  return undefined;
}
