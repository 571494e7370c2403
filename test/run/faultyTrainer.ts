import { parentPort } from 'node:worker_threads';
import type { ToTrainer } from '../../src/train/protocol';

/** Ways for a trainer to die that it is told of from outside. */
export type Fault = 'exit' | 'throw' | 'engine';

const memories: WebAssembly.Memory[] = [];
const { Memory } = WebAssembly;
WebAssembly.Memory = class extends Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor);
    memories.push(this);
  }
};

const DEATHS: Record<Fault, () => void> = {
  exit: () => process.exit(7),
  throw: () => {
    throw new Error('The wire is cut');
  },
  // What the engine finds in its memory makes it trap in its next step.
  engine: () => memories.forEach(({ buffer }) => new Uint8Array(buffer).fill(0xff)),
};

const port = parentPort!;
const listen = port.on.bind(port);
port.on = ((name: string, hear: (message: ToTrainer) => void) =>
  listen(name, (message: ToTrainer | { fault: Fault }) => ('fault' in message ? DEATHS[message.fault]() : hear(message)))) as typeof listen;

// Only now, so that the engine makes its memory above.
void import('../../src/train/worker');
