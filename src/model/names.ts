import { nearest } from './nearest';
import { positionAt, type SourceRange } from './problem';
import type { Problems } from './problems';
import type { Tree } from './tree';
import type { ContainerType } from './vocabulary';

/** A `Repeat`, or another container of copies, around an entry. */
export interface RepeatScope {
  type: ContainerType;
  times: number;
  /** Of the word that names the container. */
  range: SourceRange;
}

interface Definition {
  name: string;
  range: SourceRange;
  /** The user's own words; a default name gives way in messages. */
  written: boolean;
  /** Counts up as outputs come into being: a container's after those of its layers. */
  order: number;
  repeats: readonly RepeatScope[];
}

interface Reference {
  name: string;
  range: SourceRange;
  order: number;
  repeats: readonly RepeatScope[];
  /** Name of the joining layer. */
  from: string;
}

const MAX_LAYERS = 10_000;

/** All names of a model: gives the default ones, and checks at the end that each is unique and each reference leads back. */
export class Names {
  private readonly ordinals = new Map<string, number>();
  private readonly definitions: Definition[] = [];
  private readonly references: Reference[] = [];
  private clock = 0;

  /** `linear1`, `linear2`: the class in lower case with its ordinal among the class, in the order of the text. */
  defaultFor(type: string): string {
    const ordinal = (this.ordinals.get(type) ?? 0) + 1;
    this.ordinals.set(type, ordinal);
    return `${type.toLowerCase()}${ordinal}`;
  }

  define(name: string, range: SourceRange, written: boolean, repeats: readonly RepeatScope[]): void {
    this.definitions.push({ name, range, written, order: this.clock++, repeats });
  }

  refer(name: string, range: SourceRange, from: string, repeats: readonly RepeatScope[]): void {
    this.references.push({ name, range, from, order: this.clock++, repeats });
  }

  /** Inside of what this build cannot read yet, names count all the same, so that references to them are not called wrong. */
  defineWithin(tree: Tree, repeats: readonly RepeatScope[]): void {
    if (tree.kind === 'list') for (const item of tree.items) this.defineWithin(item, repeats);
    if (tree.kind !== 'map') return;
    for (const { key, value } of tree.entries) {
      if (key === 'name' && value.kind === 'scalar') this.define(String(value.value), value.range, true, repeats);
      else this.defineWithin(value, repeats);
    }
  }

  /** What could stand where `reference` stands, the latest first. */
  joinable(reference: string): string[] {
    const at = this.references.find(({ name }) => name === reference);
    const fits = (definition: Definition) => at && definition.order < at.order && isPrefix(definition.repeats, at.repeats);
    return this.definitions
      .filter(fits)
      .map(({ name }) => name)
      .reverse();
  }

  check(text: string, problems: Problems): void {
    const lineOf = (definition: Definition) => positionAt(text, definition.range.start).line;
    const byName = new Map<string, Definition[]>();
    for (const definition of this.definitions) {
      const same = byName.get(definition.name);
      if (same) same.push(definition);
      else byName.set(definition.name, [definition]);
    }
    for (const same of byName.values()) this.checkUnique(same, lineOf, problems);
    for (const definition of this.definitions) this.checkCopies(definition, byName, lineOf, problems);
    for (const reference of this.references) this.checkReference(reference, byName, lineOf, problems);
    const total = this.definitions.reduce((sum, { repeats }) => sum + repeats.reduce((product, { times }) => product * times, 1), 0);
    const widest = this.definitions.find(({ repeats }) => repeats.length > 0);
    if (total > MAX_LAYERS && widest)
      problems.error('too-many-layers', `The model would have ${total} layers; at most ${MAX_LAYERS} are possible.`, widest.repeats[0].range);
  }

  private checkUnique(same: Definition[], lineOf: (d: Definition) => number, problems: Problems): void {
    if (same.length < 2) return;
    const first = same.find((definition) => !definition.written) ?? same[0];
    for (const definition of same.filter((other) => other !== first)) {
      const owner = first.written ? 'the name of the layer' : 'the default name of the layer';
      problems.error('duplicate-name', `\`${definition.name}\` is already ${owner} on line ${lineOf(first)}.`, definition.range, {
        layer: definition.name,
      });
    }
  }

  /** A literal `l.1` beside the copies of `l` in a Repeat. */
  private checkCopies(definition: Definition, byName: Map<string, Definition[]>, lineOf: (d: Definition) => number, problems: Problems): void {
    const original = originalOf(definition.name, byName);
    if (!original) return;
    const message = `\`${definition.name}\` is also the name of a copy of \`${original.name}\` (line ${lineOf(original)}), which is inside a ${original.repeats.at(-1)!.type}.`;
    problems.error('duplicate-name', message, definition.range, { layer: definition.name });
  }

  private checkReference(reference: Reference, byName: Map<string, Definition[]>, lineOf: (d: Definition) => number, problems: Problems): void {
    const target = byName.get(reference.name)?.[0] ?? originalOf(reference.name, byName);
    const complain = (message: string, meant?: string) =>
      problems.error('unknown-reference', message, reference.range, { layer: reference.from, meant });
    if (!target) {
      const earlier = this.definitions.filter(({ order }) => order < reference.order).map(({ name }) => name);
      complain(`No layer is named \`${reference.name}\`.`, nearest(reference.name, earlier));
    } else if (target.order > reference.order) {
      complain(`\`${reference.name}\` (line ${lineOf(target)}) has no output yet here; only earlier layers can be joined.`);
    } else if (target.name === reference.name && !isPrefix(target.repeats, reference.repeats)) {
      complain(
        `\`${reference.name}\` is inside a ${target.repeats.at(-1)!.type} and has several copies; name one of them, for example \`${reference.name}${'.0'.repeat(target.repeats.length)}\`.`,
      );
    }
  }
}

const isPrefix = (outer: readonly RepeatScope[], inner: readonly RepeatScope[]): boolean => outer.every((scope, i) => scope === inner[i]);

/** Of `l.0.2`: the layer `l` inside two Repeats, copy 2 in copy 0 (outer first). */
function originalOf(name: string, byName: Map<string, Definition[]>): Definition | undefined {
  const indexes: number[] = [];
  for (let rest = name, match; (match = /^(.+)\.(\d+)$/.exec(rest));) {
    rest = match[1];
    indexes.unshift(Number(match[2]));
    const original = byName.get(rest)?.[0];
    if (original?.repeats.length === indexes.length && original.repeats.every(({ times }, i) => indexes[i] < times)) return original;
  }
  return undefined;
}
