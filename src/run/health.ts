import type { Finding } from '../diagnose/finding';
import { RULES } from '../diagnose/rules';
import { positionAt, type SourceRange } from '../model/problem';
import { Problems } from '../model/problems';
import type { Tree } from '../model/tree';
import { readYaml } from '../model/yamlTree';
import type { FindingView } from '../view/protocol';

/** The page shows findings of the model `text`. */
export function findingViews(findings: readonly Finding[], text: string): FindingView[] {
  // Read only where a finding is about no layer.
  let tree: { root?: Tree } | undefined;
  const keyOf = (range: SourceRange): string | undefined => {
    tree ??= { root: readYaml(text, new Problems()) };
    return tree.root && keyAt(tree.root, range);
  };
  return findings.map(({ rule, level, place, also, step, message, evidence, cause, fixes }) => {
    const { title, because, formula, reference } = RULES[rule];
    const key = place.layer === undefined ? keyOf(place.range) : undefined;
    const more = [...new Set(also.flatMap(({ layer }) => layer ?? []))].filter((layer) => layer !== place.layer);
    return {
      rule,
      title,
      level,
      ...(place.layer !== undefined && { layer: place.layer }),
      ...(key !== undefined && { key }),
      also: more,
      line: positionAt(text, place.range.start).line,
      step,
      message,
      evidence,
      because,
      formula,
      reference,
      ...(cause && { cause }),
      fixes: fixes.map((fix) => fix.title),
    };
  });
}

/** The innermost key of the file that a range stands at or in: `lr`, `data`. */
export function keyAt(tree: Tree, range: SourceRange): string | undefined {
  const holds = ({ start, end }: SourceRange) => start <= range.start && range.end <= end;
  switch (tree.kind) {
    case 'scalar':
      return undefined;
    case 'list':
      return tree.items.filter((item) => holds(item.range)).map((item) => keyAt(item, range))[0];
    case 'map': {
      const entry = tree.entries.find(({ keyRange, value }) => holds({ start: keyRange.start, end: Math.max(keyRange.end, value.range.end) }));
      return entry && (keyAt(entry.value, range) ?? entry.key);
    }
  }
}
