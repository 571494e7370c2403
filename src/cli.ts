#!/usr/bin/env node
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from './cli/command';
import { configureEngine } from './train/session';

// dist/cli.js: the engine's WASM file lies beside it.
const beside = (file: string) => pathToFileURL(join(__dirname, file)).href;
const wasmPaths = { mjs: beside('ort-wasm-simd-threaded.mjs'), wasm: beside('ort-wasm-simd-threaded.wasm') };

// A closed pipe (`| head`) ends the program quietly.
process.stdout.on('error', () => process.exit(0));

void runCommand(process.argv.slice(2), (threads) => configureEngine({ wasmPaths, threads })).then((code) => {
  process.exitCode = code;
});
