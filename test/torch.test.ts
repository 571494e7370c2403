import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const cases = join(__dirname, 'torch');
const names = readdirSync(cases);

/** What the checker prints for one case: trained from PyTorch's starting weights through the command line, compared step by step. */
const judge = (name: string): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'torch-case-'));
  symlinkSync(join(cases, name), join(folder, name));
  return new Promise((resolve) =>
    execFile(process.execPath, [join(__dirname, 'tools/check-torch.mjs'), join(__dirname, '../dist/cli.js'), folder], (_error, stdout, stderr) => {
      rmSync(folder, { recursive: true });
      resolve(stdout + stderr);
    }),
  );
};

describe('the command line computes what PyTorch computes', { concurrent: true }, () => {
  test.each(names)('%s', { timeout: 120_000 }, async (name) => {
    expect(await judge(name)).toBe('1 passed, 0 failed\n');
  });
});

test('all of them are there', () => {
  expect(names.length).toBe(131);
});
