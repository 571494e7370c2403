import * as ort from 'onnxruntime-web';
import { Turns } from '../../base/turns';
import { encodeOnnx, type Precision } from '../../graph/onnx';
import type { Graph } from '../../graph/graph';
import type { Session } from '../session';
import type { Engine } from './engine';
import { ortSession } from './ortSession';

const turns = new Turns();
let hasBegun = false;

interface WasmOptions {
  wasmPaths?: { mjs: string; wasm?: string };
  wasmBinary?: ArrayBuffer;
  threads: number;
}

/** Says where the WASM file lies, or what is in it, and how many threads may work. Threads can be changed until the first session is made. */
export function configureEngine({ wasmPaths, wasmBinary, threads }: WasmOptions): void {
  if (wasmPaths) ort.env.wasm.wasmPaths = wasmPaths;
  if (wasmBinary) ort.env.wasm.wasmBinary = wasmBinary;
  if (!hasBegun) ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
}

/** Runs everywhere. */
export const wasm: Engine = {
  name: 'wasm',
  get threads() {
    return ort.env.wasm.numThreads ?? 1;
  },
  encode: (graph, repetition) => encodeOnnx(graph, { repetition }),
  compile,
  fetch: (feeds) => Promise.resolve(feeds),
};

/** A session of the WASM engine by itself. */
export const createSession = (graph: Graph, precision: Precision = 'float32'): Promise<Session> => compile(encodeOnnx(graph, { precision }));

function compile(model: Uint8Array): Promise<Session> {
  hasBegun = true;
  // The graph comes simplified; the engine's own passes cost start-up time and gain nothing measurable.
  return ortSession(ort, (work) => turns.take(work), model, { executionProviders: ['wasm'], graphOptimizationLevel: 'disabled' });
}
