import * as ort from 'onnxruntime-web';
import type { DType } from '../graph/shape';
import { encodeOnnx, type Precision } from '../graph/onnx';
import type { Graph } from '../graph/graph';

export type Tensor = ort.Tensor;
export type Feeds = Record<string, Tensor>;
type Data = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** Wraps an array without copying it; what it holds when a step runs is what the step sees. */
export function tensor(data: Data, shape: readonly number[], dtype: DType | 'float64' = 'float32'): Tensor {
  return new ort.Tensor(dtype, data, [...shape]);
}

/** The numbers of a float32 output. */
export const numbers = (t: Tensor): Float32Array => t.data as Float32Array;

/** A compiled graph. */
export interface Session {
  run(feeds: Feeds): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

// One run at a time per ORT instance: overlapping runs crash it.
let queue: Promise<unknown> = Promise.resolve();
const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
  const result = queue.then(work);
  queue = result.catch(() => undefined);
  return result;
};

/** Says where the WASM file lies, or what is in it, and how many threads may work; before the first session. */
export function configureEngine(options: { wasmPaths?: { mjs: string; wasm?: string }; wasmBinary?: ArrayBuffer; threads: number }): void {
  if (options.wasmPaths) ort.env.wasm.wasmPaths = options.wasmPaths;
  ort.env.wasm.wasmBinary = options.wasmBinary;
  ort.env.wasm.numThreads = options.threads;
  ort.env.logLevel = 'error';
}

/** Compiles a lowered graph for the WASM engine. Rejects with the engine's own error where it cannot. */
export const createSession = (graph: Graph, precision: Precision = 'float32'): Promise<Session> => compile(encodeOnnx(graph, precision));

async function compile(bytes: Uint8Array): Promise<Session> {
  const session = await inTurn(() =>
    ort.InferenceSession.create(bytes, {
      executionProviders: ['wasm'],
      // The graph comes simplified; the engine's own passes cost start-up time and gain nothing measurable.
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 3,
    }),
  );
  return {
    run: (feeds) => inTurn(() => session.run(feeds) as Promise<Record<string, Tensor>>),
    release: () => inTurn(() => session.release()),
  };
}

/** Compiled graphs by their bytes: of two equal ones the second costs nothing. An edit that leaves the computation as it was keeps its sessions. */
export class SessionPool {
  private readonly pooled: { bytes: Uint8Array; session: Promise<Session>; users: number }[] = [];

  /** How many different ones are in use. */
  get size(): number {
    return this.pooled.length;
  }

  /** A session of its own for the caller, who releases it. */
  async session(graph: Graph): Promise<Session> {
    const bytes = encodeOnnx(graph);
    let entry = this.pooled.find((one) => isSame(one.bytes, bytes));
    if (!entry) this.pooled.push((entry = { bytes, session: compile(bytes), users: 0 }));
    const held = entry;
    held.users++;
    const leave = async () => {
      if (--held.users > 0) return;
      this.pooled.splice(this.pooled.indexOf(held), 1);
      await (await held.session).release();
    };
    try {
      const { run } = await held.session;
      return { run, release: leave };
    } catch (error) {
      await leave().catch(() => undefined);
      throw error;
    }
  }
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);
