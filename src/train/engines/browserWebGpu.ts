import type * as Ort from 'onnxruntime-web';
import { scriptUrl } from '../scriptUrl';
import { type Engine, EngineMissing, type EngineWish } from './engine';
import { findAdapter, openWebGpu, type WebGpuRuntime } from './webgpu';

/** ONNX Runtime's build for WebGPU: what is in its files. */
export interface WebGpuFiles {
  ort: ArrayBuffer;
  mjs: ArrayBuffer;
  wasm: ArrayBuffer;
}

/** The browser's own WebGPU. `load` is asked when it is first wished for, and where there is a graphics card. */
export function browserWebGpu(load: () => Promise<WebGpuFiles>): (wish: EngineWish) => Promise<Engine> {
  let loading: Promise<WebGpuRuntime> | undefined;
  return async (wish) => {
    if (!('gpu' in navigator)) throw new EngineMissing('This browser has no WebGPU, or only for pages that come over HTTPS.');
    const adapter = await findAdapter(wish);
    loading ??= load()
      .then(runtimeOf)
      .catch((error: Error) => {
        loading = undefined;
        throw new EngineMissing(`WebGPU cannot be loaded (${error.message}): the package of Layerwise for the web has it.`);
      });
    return openWebGpu(await loading, adapter);
  };
}

/** VS Code's policy for extensions in a browser lets scripts of a blob run, but fetches none: the WASM is handed over. */
async function runtimeOf({ ort, mjs, wasm }: WebGpuFiles): Promise<WebGpuRuntime> {
  return { ort: (await import(scriptUrl(ort))) as typeof Ort, wasmPaths: { mjs: scriptUrl(mjs) }, wasmBinary: wasm };
}
