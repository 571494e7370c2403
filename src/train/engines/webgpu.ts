import type * as Ort from 'onnxruntime-web';
import { Turns } from '../../base/turns';
import { Graph } from '../../graph/graph';
import { encodeOnnx } from '../../graph/onnx';
import { portable } from '../../graph/portable';
import { type Feeds, type Tensor, tensor } from '../session';
import { type Engine, EngineMissing, type EngineWish } from './engine';
import { ortSession } from './ortSession';

/** The build of ONNX Runtime that has WebGPU, and where its WASM file lies unless that is beside it, or what is in it. */
export interface WebGpuRuntime {
  ort: typeof Ort;
  wasmPaths?: { mjs: string; wasm?: string };
  wasmBinary?: ArrayBuffer;
}

const turns = new Turns();

/** Flags of WebGPU, whose names the DOM's typings lack. */
const USAGE = { mapRead: 0x1, copyDst: 0x8 };
const MAP_READ = 0x1;

interface Opened {
  engine: Engine;
  isLost(): boolean;
}

/** Of this thread: one run after the other has the same device, until it is lost. */
let opened: Opened | undefined;

/** @param adapter that `findAdapter` has just found: one gives one device. */
export async function openWebGpu(runtime: WebGpuRuntime, adapter: GPUAdapter): Promise<Engine> {
  if (!opened || opened.isLost()) opened = await open(runtime, adapter);
  return opened.engine;
}

async function open({ ort, wasmPaths, wasmBinary }: WebGpuRuntime, adapter: GPUAdapter): Promise<Opened> {
  if (wasmPaths) ort.env.wasm.wasmPaths = wasmPaths;
  if (wasmBinary) ort.env.wasm.wasmBinary = wasmBinary;
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const device = await openDevice(adapter);
  let isLost = false;
  void device.lost.then(() => (isLost = true));
  const whileThere = guard(device);
  const engine: Engine = {
    name: 'webgpu',
    threads: 1,
    encode: (graph, repetition) => encodeOnnx(portable(graph), { repetition }),
    compile: async (model, resident) => {
      const session = await ortSession(ort, (work) => turns.take(() => whileThere(work)), model, {
        executionProviders: [{ name: 'webgpu', preferredLayout: 'NCHW', device }],
        graphOptimizationLevel: 'disabled',
        ...(resident.length > 0 && { preferredOutputLocation: Object.fromEntries(resident.map((name) => [name, 'gpu-buffer'])) }),
      });
      // What is lost with a device need not be given back to it.
      const release = () => session.release().catch((error: unknown) => (isLost ? undefined : Promise.reject(error as Error)));
      return { ...session, release };
    },
    fetch: (feeds) => whileThere(() => fetchFrom(device, feeds)),
  };
  // Never released: with the last session of a device ONNX Runtime forgets its shaders, and the next run would wait for them again.
  const g = new Graph();
  g.output('y', g.neg(g.input('x', [1])));
  await engine.compile(engine.encode(g), []);
  return { engine, isLost: () => isLost };
}

/** The graphics card as `navigator.gpu` has it: of a browser, or put there. Throws EngineMissing where there is none, or none that is worth a measurement. */
export async function findAdapter({ use }: Pick<EngineWish, 'use'>): Promise<GPUAdapter> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new EngineMissing('WebGPU finds no graphics card that it can use: its driver is missing or too old.');
  const { isFallbackAdapter, description, architecture } = adapter.info;
  // WASM makes better use of a processor. Who wishes for it, to see whether it works, has it.
  if (use === 'auto' && isFallbackAdapter)
    throw new EngineMissing(`WebGPU finds no graphics card, only what stands in for one on the processor (${description || architecture}).`);
  return adapter;
}

/** A device with all the room that its adapter has. */
function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const { limits, features } = adapter;
  return adapter.requestDevice({
    requiredFeatures: (['shader-f16', 'subgroups'] as const).filter((feature) => features.has(feature)),
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeWorkgroupSizeY: limits.maxComputeWorkgroupSizeY,
      maxComputeWorkgroupSizeZ: limits.maxComputeWorkgroupSizeZ,
    },
  });
}

/** Lets work fail when the device is lost: ONNX Runtime would wait for it forever, or go on with zeros. */
function guard(device: GPUDevice): <T>(work: () => Promise<T>) => Promise<T> {
  let lost: Error | undefined;
  // One for each piece of work: `Promise.race` would keep something of every step for as long as the device lives.
  const waiting = new Set<(error: Error) => void>();
  void device.lost.then(({ message }) => {
    lost = new Error(`The graphics card was lost${message ? `: ${message}` : '.'}`);
    for (const fail of waiting) fail(lost);
  });
  return (work) =>
    new Promise((resolve, reject) => {
      if (lost) return reject(lost);
      waiting.add(reject);
      const leave = () => waiting.delete(reject);
      work().then(
        (result) => {
          leave();
          resolve(result);
        },
        (error: Error) => {
          leave();
          reject(lost ?? error);
        },
      );
    });
}

/** Copies all that lies on the device in one go; the tensors stay there. */
async function fetchFrom(device: GPUDevice, feeds: Feeds): Promise<Feeds> {
  const resident = Object.entries(feeds).filter(([, { location }]) => location === 'gpu-buffer');
  if (resident.length === 0) return feeds;
  const bytes = ({ size }: Tensor) => 4 * size;
  const total = resident.reduce((sum, [, one]) => sum + bytes(one), 0);
  const staging = device.createBuffer({ size: total, usage: USAGE.copyDst | USAGE.mapRead });
  const encoder = device.createCommandEncoder();
  let at = 0;
  for (const [, one] of resident) {
    encoder.copyBufferToBuffer(one.gpuBuffer as GPUBuffer, 0, staging, at, bytes(one));
    at += bytes(one);
  }
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(MAP_READ);
  const all = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  let from = 0;
  const fetched = resident.map(([name, { dims, size }]): [string, Tensor] => [name, tensor(all.subarray(from, (from += size)), dims)]);
  return { ...feeds, ...Object.fromEntries(fetched) };
}
