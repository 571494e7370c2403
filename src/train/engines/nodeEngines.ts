import { availableParallelism } from 'node:os';
import { openDawn } from './dawn';
import type { EngineSources } from './engine';
import { openNative } from './native';

/** Engines of Node. @param beside gives the URL of a file that lies beside the bundle. */
export const nodeEngines = (beside: (file: string) => string): EngineSources => ({
  open: {
    native: openNative,
    webgpu: (wish) =>
      openDawn(
        {
          webgpu: beside('webgpu/index.js'),
          ort: beside('ort.webgpu.min.mjs'),
          wasmPaths: { mjs: beside('ort-wasm-simd-threaded.asyncify.mjs'), wasm: beside('ort-wasm-simd-threaded.asyncify.wasm') },
        },
        wish,
      ),
  },
  cores: availableParallelism(),
});
