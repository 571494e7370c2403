import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Ort from 'onnxruntime-common';
import { Turns } from '../../base/turns';
import { encodeOnnx } from '../../graph/onnx';
import { type Engine, EngineMissing, type EngineWish } from './engine';
import { ortSession } from './ortSession';

const turns = new Turns();

/** ONNX Runtime as a library of this machine: the onnxruntime-node that a folder has installed, on the CPU. */
export function openNative({ nativeFolder, threads = 1 }: EngineWish): Promise<Engine> {
  return Promise.resolve().then(() => {
    const ort = load(nativeFolder);
    return {
      name: 'native',
      threads,
      encode: (graph, repetition) => encodeOnnx(graph, { repetition }),
      compile: (model) =>
        ortSession(ort, (work) => turns.take(work), model, {
          executionProviders: ['cpu'],
          graphOptimizationLevel: 'disabled',
          intraOpNumThreads: threads,
          interOpNumThreads: 1,
        }),
      fetch: (feeds) => Promise.resolve(feeds),
    };
  });
}

function load(folder: string | undefined): typeof Ort {
  if (folder === undefined) throw new EngineMissing('The native engine is not installed.');
  const requireThere = createRequire(join(folder, 'package.json'));
  try {
    return requireThere('onnxruntime-node') as typeof Ort;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'MODULE_NOT_FOUND' && message.includes("'onnxruntime-node'"))
      throw new EngineMissing(`onnxruntime-node is not installed in ${folder}.`);
    throw new EngineMissing(`onnxruntime-node in ${folder} cannot be loaded: ${message.split('\n')[0]}`);
  }
}
