import type { ArgTable, Documented } from '../documented';
import { defaultOf, descriptionOf, expects, isRequired } from '../expects';
import type { Argument } from '../grammar';

/** Markdown for a name of the language: meaning, formula, shapes, its own arguments in full, where it comes from. `table`: all that it takes. */
export function describeName(name: string, { doc, formula, shapes, reference, args: own }: Documented, table: ArgTable): string {
  const args = Object.entries(own).map(([key, argument]) => `- \`${key}\`: ${describeArgument(argument)}`);
  const shared = Object.keys(table).filter((key) => !Object.hasOwn(own, key));
  return [
    `**${name}** ${doc}`,
    formula && `\`${formula}\``,
    shapes && `Shapes: \`${shapes}\``,
    args.join('\n'),
    shared.length > 0 && `As every such layer: ${shared.map((key) => `\`${key}\``).join(', ')}.`,
    reference && (reference.startsWith('https://') ? `[${/([^/]+?)(\.html)?$/.exec(reference)?.[1]}](${reference})` : reference),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Markdown for a key or an argument: `**lr** of Adam. Learning rate. A number above 0, default 0.001.` */
export const describeKey = (key: string, owner: string, argument: Argument): string => `**${key}** of \`${owner}\`. ${describeArgument(argument)}`;

function describeArgument(argument: Argument): string {
  const fallback = defaultOf(argument);
  const expectation = expects(argument);
  const takes = expectation === 'a value' ? [] : [expectation.charAt(0).toUpperCase() + expectation.slice(1)];
  if (isRequired(argument)) takes.push('required');
  else if (fallback !== undefined && fallback !== '') takes.push(`default \`${fallback}\``);
  const description = descriptionOf(argument);
  return takes.length > 0 ? `${description} ${takes.join(', ')}.` : description;
}
