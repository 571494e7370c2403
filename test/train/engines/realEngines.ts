import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { expect } from 'vitest';
import { type DawnFiles, openDawn } from '../../../src/train/engines/dawn';
import type { Engine, EngineWish } from '../../../src/train/engines/engine';
import { openNative } from '../../../src/train/engines/native';

const here = import.meta.dirname;
const found = (name: string) => pathToFileURL(createRequire(import.meta.url).resolve(name)).href;

export const nativeWish = { use: 'native', nativeFolder: here } as const;
export const native = (threads = 1): Promise<Engine> => openNative({ ...nativeWish, threads });

/** Of the packages that are installed for development. */
export const dawnFiles = (): DawnFiles => {
  const ort = new URL('.', found('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm'));
  const file = (name: string) => new URL(name, ort).href;
  return {
    webgpu: found('webgpu'),
    ort: file('ort.webgpu.min.mjs'),
    wasmPaths: { mjs: file('ort-wasm-simd-threaded.asyncify.mjs'), wasm: file('ort-wasm-simd-threaded.asyncify.wasm') },
  };
};

/** Where Chromium has a Vulkan driver in software, SwiftShader, and the loader for it. */
const CHROMIUM = '/usr/lib/chromium';
export const isSoftware = existsSync(CHROMIUM);

/** On SwiftShader, or on the graphics card of a machine that has no Chromium there. */
export function webgpu({ use }: Pick<EngineWish, 'use'> = { use: 'webgpu' }): Promise<Engine> {
  if (isSoftware) useSwiftShader();
  // Node 20 optimises two functions of this build for more than a minute, on all the cores of a small machine.
  setFlagsFromString('--liftoff-only');
  return openDawn(dawnFiles(), { use });
}

/** For another process: where it finds the card of this one. */
export const gpuEnvironment = (): Record<string, string> => (isSoftware ? { VK_ICD_FILENAMES: swiftShader(), LD_LIBRARY_PATH: CHROMIUM } : {});

function useSwiftShader(): void {
  if (process.env.VK_ICD_FILENAMES !== undefined) return;
  process.env.VK_ICD_FILENAMES = swiftShader();
  try {
    // So that Dawn finds it by its name: 0x1000, RTLD_NODELETE, keeps it there although it is no module of Node, which is the error.
    process.dlopen({ exports: {} }, join(CHROMIUM, 'libvulkan.so.1'), constants.dlopen.RTLD_NOW | 0x1000);
  } catch (error) {
    expect(String(error)).toContain('self-register');
  }
}

/** Paths in Chromium's own description of the driver are relative to it. */
function swiftShader(): string {
  const icd = JSON.parse(readFileSync(join(CHROMIUM, 'vk_swiftshader_icd.json'), 'utf8')) as { ICD: { library_path: string } };
  icd.ICD.library_path = resolve(CHROMIUM, icd.ICD.library_path);
  const copy = join(mkdtempSync(join(tmpdir(), 'layerwise-vulkan-')), 'icd.json');
  writeFileSync(copy, JSON.stringify(icd));
  return copy;
}
