import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type * as Ort from 'onnxruntime-web';
import { type Engine, EngineMissing, type EngineWish } from './engine';
import { findAdapter, openWebGpu } from './webgpu';

/** URLs of what WebGPU takes in Node. */
export interface DawnFiles {
  /** Of the package `webgpu`: Dawn, the WebGPU of Chromium. Its binary for this platform lies in its `dist`. */
  webgpu: string;
  /** Of ONNX Runtime's build for WebGPU, and of its WASM. */
  ort: string;
  wasmPaths: { mjs: string; wasm: string };
}

interface Dawn {
  create(flags: string[]): GPU;
  globals: Record<string, unknown>;
}

let opened: Promise<GPU> | undefined;

/** Whether Dawn has been loaded: a process in which it has been does not end by itself. */
export const isDawnLoaded = (): boolean => opened !== undefined;

/** WebGPU without a browser. Dawn is loaded once, when it is first asked for. */
export async function openDawn({ webgpu, ort, wasmPaths }: DawnFiles, wish: Pick<EngineWish, 'use'>): Promise<Engine> {
  if (!existsSync(fileURLToPath(webgpu))) throw new EngineMissing('WebGPU is not part of this package of Layerwise: there is one for each platform.');
  await (opened ??= loadDawn(webgpu));
  const adapter = await findAdapter(wish);
  // Of its own, as this build is slower than the other one on WASM; and only now, as it looks for WebGPU when it is loaded.
  return openWebGpu({ ort: (await import(ort)) as typeof Ort, wasmPaths }, adapter);
}

async function loadDawn(url: string): Promise<GPU> {
  const { create, globals } = await (import(url) as Promise<Dawn>).catch((error: Error) => {
    opened = undefined;
    throw new EngineMissing(`WebGPU cannot be loaded: ${error.message.split('\n')[0]}`);
  });
  Object.assign(globalThis, globals);
  copySharedMemory();
  const gpu = create([]);
  // Node has a navigator from version 21 on.
  const navigator = (globalThis as { navigator?: object }).navigator;
  if (navigator) Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true, writable: true });
  return gpu;
}

type WriteBuffer = (
  this: GPUQueue,
  buffer: GPUBuffer,
  offset: number,
  data: ArrayBufferLike | ArrayBufferView,
  from?: number,
  size?: number,
) => undefined;

/** Dawn for Node does not take views on a SharedArrayBuffer, which the memory of WASM is. */
function copySharedMemory(): void {
  const { prototype } = GPUQueue;
  const writeBuffer = prototype.writeBuffer as WriteBuffer;
  const copying: WriteBuffer = function (buffer, offset, data, from = 0, size) {
    const isShared = ArrayBuffer.isView(data) && data.buffer instanceof SharedArrayBuffer;
    if (!isShared) return writeBuffer.call(this, buffer, offset, data, from, size);
    // In elements of the view, as WebGPU counts.
    const width = 'BYTES_PER_ELEMENT' in data ? (data.BYTES_PER_ELEMENT as number) : 1;
    const start = data.byteOffset + from * width;
    const bytes = size === undefined ? data.byteLength - from * width : size * width;
    return writeBuffer.call(this, buffer, offset, new Uint8Array(data.buffer, start, bytes).slice());
  };
  prototype.writeBuffer = copying;
}
