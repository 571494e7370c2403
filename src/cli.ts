#!/usr/bin/env node
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { EXIT, runCommand } from './cli/command';
import { isDawnLoaded } from './train/engines/dawn';
import { nodeEngines } from './train/engines/nodeEngines';
import { configureEngine } from './train/engines/wasm';

// dist/cli.js: the engine's WASM file lies beside it.
// V8 optimizes a WASM function after 2 MB of executed code, and the process waits for that before it ends: 1.5 s of a run of six steps.
setFlagsFromString('--wasm-tiering-budget=100000000');
const beside = (file: string) => pathToFileURL(join(__dirname, file)).href;
configureEngine({ wasmPaths: { mjs: beside('ort-wasm-simd-threaded.mjs'), wasm: beside('ort-wasm-simd-threaded.wasm') }, threads: 1 });

// A closed pipe (`| head`) ends the program quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.stderr.write(`The output cannot be written: ${error.message}\n`);
  process.exit(error.code === 'EPIPE' ? 0 : EXIT.engineFailure);
});

void runCommand(process.argv.slice(2), nodeEngines(beside)).then((code) => {
  process.exitCode = code;
  // A graphics card that was used keeps the process from ending by itself.
  if (isDawnLoaded()) process.stdout.write('', () => process.exit());
});
