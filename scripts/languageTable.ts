import { GENERATORS } from '../src/data/generators';
import type { Documented } from '../src/model/documented';
import { entryRule, entryTable } from '../src/model/entryTable';
import { defaultOf, descriptionOf, expects, isRequired } from '../src/model/expects';
import { type Argument, FILE, keysOf, type Rule } from '../src/model/grammar';
import { TOP_DOCS, TOP_KEYS } from '../src/model/schema';
import { CONTAINER_TYPES, ENTRY_TYPES, LAYER_TYPES } from '../src/model/vocabulary';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string) => `\`${cell(text)}\``;
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

/** `kernel_size`, `stride = 1`, `padding_idx?` */
function argument(name: string, of: Argument): string {
  if (isRequired(of)) return code(name);
  const fallback = defaultOf(of);
  return code(fallback === undefined ? `${name}?` : `${name} = ${fallback}`);
}

const referenceCell = (reference = '') =>
  reference.replace(/https:\S+/g, (link) => `[${/([^/]+?)(\.html)?$/.exec(link)?.[1] ?? link}](${link})`).replaceAll('|', '\\|');

const nameRow = (name: string, { doc, args, formula, shapes, reference }: Documented) => [
  code(name),
  cell(doc),
  Object.entries(args)
    .map(([key, of]) => argument(key, of))
    .join(' '),
  [formula, shapes].flatMap((text) => (text ? code(text) : [])).join('<br>'),
  referenceCell(reference),
];

const names = (registry: Record<string, Documented>) =>
  table(
    ['Name', 'What it does', 'Arguments', 'Formula, shapes', 'Reference'],
    Object.entries(registry).map(([name, rule]) => nameRow(name, rule)),
  );

const keys = (of: Record<string, Argument>) =>
  table(
    ['Key', 'Takes', 'Default', 'Meaning'],
    Object.entries(of).map(([key, one]) => [
      code(key),
      cell(expects(one)),
      isRequired(one) ? 'required' : code(defaultOf(one) || '–'),
      cell(descriptionOf(one)),
    ]),
  );

/** Tables of all that may stand below a key; names of a registry are told with their arguments, so that it ends there. */
function tables(path: string, rule: Rule, heading: string): string[] {
  if (rule.kind === 'list') return tables(path, rule.item, heading);
  if (rule.kind === 'choice') return [`${heading} ${path}`, names(rule.choices.registry)];
  if (rule.kind !== 'table') return [];
  const below = keysOf(rule).flatMap((key) => tables(`${path}.${key}`, rule.child(key), `#${heading}`));
  return [`${heading} ${path}`, keys(rule.table), ...below];
}

const entries = (types: readonly (typeof ENTRY_TYPES)[number][]) => names(Object.fromEntries(types.map((type) => [type, entryRule(type)])));

/** Arguments that are not of an entry's own record, and which entries have them. */
function shared(): string {
  const owners = new Map<string, { of: Argument; types: string[] }>();
  for (const type of ENTRY_TYPES)
    for (const [key, of] of Object.entries(entryTable(type))) {
      if (Object.hasOwn(entryRule(type).args, key)) continue;
      if (!owners.has(key)) owners.set(key, { of, types: [] });
      owners.get(key)!.types.push(type);
    }
  const said = ({ length }: string[], types: string[]) => (length === ENTRY_TYPES.length ? 'all' : types.map(code).join(' '));
  return table(
    ['Argument', 'Takes', 'Meaning', 'Entries'],
    [...owners].map(([key, { of, types }]) => [argument(key, of), cell(expects(of)), cell(descriptionOf(of)), said(types, types)]),
  );
}

/** The whole language as a Markdown page, out of the records that parser, completion and hover read. */
export function languageTable(): string {
  const rest = TOP_KEYS.filter((key) => !['name', 'model'].includes(key));
  const parts = [
    '# The model language',
    'What a `*.nn.yaml` file may say: this page is made of the records that parse, complete and explain it (`npx vitest run test/languageTable.test.ts -u`). `a = 1` is an argument with its default, `a?` one that may be left out. A name takes its first argument as a plain value: `Linear: 10`.',
    '## The file',
    table(
      ['Key', 'Meaning', 'For example'],
      TOP_KEYS.map((key) => [code(key), cell(TOP_DOCS[key].doc), code(TOP_DOCS[key].example)]),
    ),
    '## Layers',
    entries(LAYER_TYPES),
    '## Containers and joins',
    entries(CONTAINER_TYPES),
    '## Arguments that layers share',
    shared(),
    ...rest.flatMap((key) => {
      const rule = FILE.kind === 'table' ? FILE.child(key) : FILE;
      return [...tables(key, rule, '##'), ...(key === 'data' ? ['### data.source', generators()] : [])];
    }),
  ];
  return `${parts.join('\n\n')}\n`;
}

const generators = () =>
  table(
    ['Generator', 'What it draws'],
    Object.entries(GENERATORS).map(([name, { doc }]) => [code(name), cell(doc)]),
  );
