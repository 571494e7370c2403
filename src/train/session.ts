import { Tensor } from 'onnxruntime-common';
import type { Graph } from '../graph/graph';
import type { Repetition } from '../graph/onnx';
import type { DType } from '../graph/shape';
import type { Engine } from './engines/engine';
import { wasm } from './engines/wasm';

export { createSession } from './engines/wasm';

export type { Tensor };
export type Feeds = Record<string, Tensor>;
type Data = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** Wraps an array without copying it; what it holds when a step runs is what the step sees. */
export function tensor(data: Data, shape: readonly number[], dtype: DType | 'float64' = 'float32'): Tensor {
  return new Tensor(dtype, data, [...shape]);
}

/** The numbers of a float32 output. */
export const numbers = (t: Tensor): Float32Array => t.data as Float32Array;

/** Frees what a tensor takes outside of JavaScript's memory. */
export function dispose(t: Tensor | undefined): void {
  if (t?.location === 'gpu-buffer') t.dispose();
}

/** A compiled graph. */
export interface Session {
  run(feeds: Feeds): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/** Graphs that an engine has compiled, by their bytes: of two equal ones the second costs nothing. An edit that leaves the computation as it was keeps its sessions. */
export class SessionPool {
  private readonly pooled: { bytes: Uint8Array; session: Promise<Session>; users: number }[] = [];

  constructor(readonly engine: Engine = wasm) {}

  /** How many different ones are in use. */
  get size(): number {
    return this.pooled.length;
  }

  /**
   * A session of its own for the caller, who releases it.
   * @param resident outputs that stay where the engine computes; equal graphs have equal ones.
   * @param repetition to run the graph several times in a row.
   */
  async session(graph: Graph, resident: readonly string[] = [], repetition?: Repetition): Promise<Session> {
    const bytes = this.engine.encode(graph, repetition);
    let entry = this.pooled.find((one) => isSame(one.bytes, bytes));
    if (!entry) this.pooled.push((entry = { bytes, session: this.engine.compile(bytes, resident), users: 0 }));
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
