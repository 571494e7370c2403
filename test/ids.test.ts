import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS, CONTEXTS, MODEL_FILE_SUFFIX, SETTINGS, VIEWS } from '../src/ids';

interface Rule {
  command: string;
  when?: string;
}
interface Manifest {
  description: string;
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string; icon?: string }[];
    menus: Record<string, Rule[]>;
    keybindings: Rule[];
    configuration: { properties: Record<string, { markdownDescription: string }> };
  };
}

const read = <T>(name: string): T => JSON.parse(readFileSync(resolve(import.meta.dirname, '..', name), 'utf8')) as T;
const manifest = read<Manifest>('package.json');
const texts = read<Record<string, string>>('package.nls.json');
const { commands, menus, keybindings, configuration } = manifest.contributes;
const rules = [...Object.values(menus).flat(), ...keybindings];

test('every command of the code is in package.json, and the other way round', () => {
  expect(commands.map(({ command }) => command).sort()).toEqual(Object.values(COMMANDS).sort());
});

test('menus and keys name commands that there are', () => {
  for (const { command } of rules) expect(Object.values(COMMANDS)).toContain(command);
});

test('when clauses name context keys that the code sets, and only those', () => {
  const named = rules.flatMap(({ when = '' }) => when.match(/layerwise\.\w+/g) ?? []);
  expect([...new Set(named)].sort()).toEqual([...Object.values(CONTEXTS), VIEWS.dashboard].sort());
});

test('when clauses recognise a model file as the code does', () => {
  const patterns = rules.flatMap(({ when = '' }) =>
    [...when.matchAll(/resourceFilename =~ \/(.+?)\/(?= |\)|$)/g)].map(([, pattern]) => new RegExp(pattern)),
  );
  expect(patterns.length).toBeGreaterThan(0);
  for (const pattern of patterns) {
    expect(`digits${MODEL_FILE_SUFFIX}`).toMatch(pattern);
    expect('digits.yaml').not.toMatch(pattern);
    expect('digits-nn-yaml').not.toMatch(pattern);
  }
});

test('every setting of the code is in package.json, and the other way round', () => {
  const { section, ...names } = SETTINGS;
  expect(Object.keys(configuration.properties).sort()).toEqual(
    Object.values(names)
      .map((name) => `${section}.${name}`)
      .sort(),
  );
});

test('a restored dashboard activates the extension', () => {
  expect(manifest.activationEvents).toContain(`onWebviewPanel:${VIEWS.dashboard}`);
});

test('every text of package.json is in package.nls.json, and none is left over', () => {
  const keys = [...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
  expect(keys.sort()).toEqual(Object.keys(texts).sort());
  for (const { title } of commands) expect(title).toMatch(/^%.+%$/);
});

test('an editor shows one icon at a time', () => {
  const shown = (state: string, isActive: boolean): string[] =>
    menus['editor/title']
      .filter(({ when = '' }) => {
        const wantsActive = !when.includes('!(resourcePath in');
        const wanted = /state == (\w+)/.exec(when)?.[1];
        return wantsActive === isActive && (wanted === undefined || wanted === state);
      })
      .map(({ command }) => command);
  expect(shown('idle', false)).toEqual([COMMANDS.train]);
  expect(shown('starting', true)).toEqual([COMMANDS.stop]);
  expect(shown('running', true)).toEqual([COMMANDS.pause]);
  expect(shown('paused', true)).toEqual([COMMANDS.resume]);
});
