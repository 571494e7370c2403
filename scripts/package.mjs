// `npm run package`: the package for all platforms, without WebGPU; `npm run package -- --target linux-x64`: that of one, with it, or of `web`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './packages.mjs';

const { values } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } });
const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
const given = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
// vsce builds by the script vscode:prepublish, which hears of the platform only so.
const env = { ...process.env, ...(values.target && { LAYERWISE_TARGET: values.target }) };
const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
const { status } = spawnSync(process.execPath, [vsce, 'package', ...options, ...given], { cwd: root, stdio: 'inherit', env });
process.exitCode = status ?? 1;
