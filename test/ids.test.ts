import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS, CONTEXTS, LINK_COMMANDS, LIST_COMMANDS, MODEL_FILE_SUFFIX, PAST_SCHEMES, SETTINGS, VIEWS } from '../src/ids';
import { describeRun } from '../src/view/runItem';

interface Rule {
  command: string;
  when?: string;
}
interface Manifest {
  description: string;
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string; icon?: string }[];
    walkthroughs: { steps: { description: string; media: { svg: string }; completionEvents: string[] }[] }[];
    menus: Record<string, Rule[]>;
    keybindings: Rule[];
    views: Record<string, { id: string }[]>;
    viewsContainers: { activitybar: { id: string; icon: string }[] };
    viewsWelcome: { view: string; contents: string }[];
    configuration: { properties: Record<string, { markdownDescription: string }> };
  };
}

const root = resolve(import.meta.dirname, '..');
const read = <T>(name: string): T => JSON.parse(readFileSync(resolve(root, name), 'utf8')) as T;
const manifest = read<Manifest>('package.json');
const texts = read<Record<string, string>>('package.nls.json');
const { commands, menus, keybindings, views, viewsContainers, viewsWelcome, configuration } = manifest.contributes;
const rules = [...Object.values(menus).flat(), ...keybindings];

test('every command of the code is in package.json, and the other way round', () => {
  expect(commands.map(({ command }) => command).sort()).toEqual(Object.values(COMMANDS).sort());
});

test('menus and keys name commands that there are', () => {
  for (const { command } of rules) expect(Object.values(COMMANDS)).toContain(command);
});

test('when clauses name context keys that the code sets, and only those', () => {
  const named = rules.flatMap(({ when = '' }) => when.match(/layerwise\.\w+/g) ?? []);
  expect([...new Set(named)].sort()).toEqual([...Object.values(CONTEXTS), ...Object.values(VIEWS)].sort());
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

test('the list of runs is a view of a container with an icon, and says what to do while it is empty', () => {
  const [container] = viewsContainers.activitybar;
  expect(views[container.id].map(({ id }) => id)).toEqual([VIEWS.runs]);
  expect(existsSync(resolve(root, container.icon))).toBe(true);
  expect(viewsWelcome.map(({ view }) => view)).toEqual([VIEWS.runs]);
  expect(texts['welcome.runs']).toContain(`(command:${COMMANDS.train})`);
});

test('a command that means nothing without an entry of the list or a link is not in the palette; those of entries are in their menu', () => {
  const hidden = menus.commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command);
  expect(hidden.sort()).toEqual([...LIST_COMMANDS, ...LINK_COMMANDS].sort());
  expect(menus['view/item/context'].map(({ command }) => command)).toEqual(expect.arrayContaining([...LIST_COMMANDS]));
});

test('menus of entries look for words that entries have', () => {
  const summary = {
    version: 2,
    runId: 'a',
    name: 'a',
    file: 'a.nn.yaml',
    uri: 'file:///a.nn.yaml',
    created: '2026-01-01T00:00:00Z',
    updated: '2026-01-01T00:00:00Z',
    state: 'running',
    step: 1,
    steps: 2,
    seconds: 1,
    params: 1,
  } as const;
  const own = { state: 'running', isElsewhere: false, isActive: true, canResume: false } as const;
  const variants = [
    describeRun({ ...own, summary }, 0, 0),
    describeRun(
      {
        ...own,
        summary: { ...summary, isPinned: true, findings: [{ rule: 'overfitting', level: 'warning', message: '', step: 9 }] },
        state: 'stopped',
        isActive: false,
        canResume: true,
      },
      0,
      0,
    ),
  ];
  for (const { when = '' } of menus['view/item/context'].filter(({ when }) => when?.includes('viewItem'))) {
    const word = new RegExp(/viewItem =~ \/(.+?)\/(?= |$)/.exec(when)![1]);
    expect(variants.filter(({ context }) => word.test(context)).length, when).toBeGreaterThan(0);
  }
});

test('a text of the past has no buttons in its title', () => {
  for (const { when } of menus['editor/title']) for (const scheme of PAST_SCHEMES) expect(when).toContain(`resourceScheme != ${scheme}`);
});

test('an editor shows one icon at a time', () => {
  const keys = [CONTEXTS.startingFiles, CONTEXTS.runningFiles, CONTEXTS.pausedFiles];
  const shown = (key?: string): string[] =>
    menus['editor/title']
      .filter(({ when = '' }) => keys.every((one) => (when.includes(`!(resourcePath in ${one})`) ? one !== key : !when.includes(one) || one === key)))
      .map(({ command }) => command);
  expect(shown()).toEqual([COMMANDS.train]);
  expect(shown(CONTEXTS.startingFiles)).toEqual([COMMANDS.stop]);
  expect(shown(CONTEXTS.runningFiles)).toEqual([COMMANDS.pause]);
  expect(shown(CONTEXTS.pausedFiles)).toEqual([COMMANDS.resume]);
});

test('a walkthrough leads through commands that there are, with pictures that there are', () => {
  const { steps } = manifest.contributes.walkthroughs[0];
  expect(steps.length).toBe(4);
  for (const { description, media, completionEvents } of steps) {
    const text = texts[description.replaceAll('%', '')];
    const named = [
      ...completionEvents.map((event) => event.replace('onCommand:', '')),
      ...[...text.matchAll(/command:([\w.]+)/g)].map(([, id]) => id),
    ];
    expect(named.length).toBeGreaterThan(1);
    for (const command of named) expect(Object.values(COMMANDS)).toContain(command);
    expect(existsSync(resolve(root, media.svg))).toBe(true);
  }
});
