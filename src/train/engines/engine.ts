import type { Graph } from '../../graph/graph';
import type { Repetition } from '../../graph/onnx';
import type { Feeds, Session } from '../session';

/** What can compute a graph: ONNX Runtime as WebAssembly, on the graphics card by WebGPU, or compiled for the machine. */
export const ENGINE_NAMES = ['wasm', 'webgpu', 'native'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Compiles and runs graphs. One of its computations runs at a time: overlapping ones crash ONNX Runtime. */
export interface Engine {
  readonly name: EngineName;
  /** CPU threads that share a computation. */
  readonly threads: number;
  /** The ONNX model of a lowered graph as this engine takes it. */
  encode(graph: Graph, repetition?: Repetition): Uint8Array;
  /**
   * Rejects with the engine's own error where it cannot.
   * @param resident outputs that stay where the engine computes: their tensors are to be fed back, fetched, and disposed of by whoever has them.
   */
  compile(model: Uint8Array, resident: readonly string[]): Promise<Session>;
  /** Tensors that can be read: copies of those that are resident, all others as they are. */
  fetch(feeds: Feeds): Promise<Feeds>;
}

/** What a run is to be computed with. Plain data; crosses threads. */
export interface EngineWish {
  /** `auto`: what is measured to be fastest. */
  use: EngineName | 'auto';
  /** CPU threads that share a computation; absent: one, or as many as are measured to be fastest. */
  threads?: number;
  /** The folder whose node_modules have onnxruntime-node. */
  nativeFolder?: string;
}

/** An engine that is not there, in one sentence for the user that says what it lacks. */
export class EngineMissing extends Error {}

/** How a host gets at the engines besides WASM, which is always there. Each rejects with EngineMissing where there is none. */
export interface EngineSources {
  open: Partial<Record<Exclude<EngineName, 'wasm'>, (wish: EngineWish) => Promise<Engine>>>;
  /** Of this machine. */
  cores: number;
}

export async function openEngine(name: Exclude<EngineName, 'wasm'>, wish: EngineWish, { open }: EngineSources): Promise<Engine> {
  const source = open[name];
  if (!source) throw new EngineMissing(`The ${name} engine does not run here.`);
  return source(wish);
}

/** `native`, or `native, 2 threads`. */
export const engineLabel = ({ name, threads }: Pick<Engine, 'name' | 'threads'>): string => (threads > 1 ? `${name}, ${threads} threads` : name);
