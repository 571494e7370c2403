import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { openDawn } from '../../../../src/train/engines/dawn';
import { serve } from '../serve';
import { trainOn } from './training';

const urlOf = (name: string) => pathToFileURL(createRequire(import.meta.url).resolve(name)).href;
const wasm = urlOf('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm');
const beside = (name: string) => new URL(name, wasm).href;

serve(
  trainOn(() =>
    openDawn(
      { webgpu: urlOf('webgpu'), ort: beside('ort.webgpu.min.mjs'), wasmPaths: { mjs: beside('ort-wasm-simd-threaded.asyncify.mjs'), wasm } },
      { use: 'webgpu' },
    ),
  ),
);
