import * as vscode from 'vscode';
import { escapeMarkdown, sentenceMarkdown } from '../base/markdown';
import type { Finding } from '../diagnose/finding';
import { RULES } from '../diagnose/rules';
import { COMMANDS } from '../ids';
import type { ProblemLevel } from '../model/problem';
import { linkTo } from './findingDiagnostics';
import type { LayerNumber } from './layerNumbers';
import { sparklineUri } from './sparkline';

const ICONS: Record<ProblemLevel, string> = { error: '$(error)', warning: '$(warning)', hint: '$(info)' };

/** A layer's numbers as a table: now, at the start, what is healthy, and over the run. */
export function numbersMarkdown(numbers: readonly LayerNumber[], step: string, isDark: boolean): vscode.MarkdownString {
  const rows = numbers.map(({ name, now, start, healthy, isOff, values, band }) => {
    const image = sparklineUri({ values, band, isDark });
    return `|${name}|${isOff ? `⚠ **${now}**` : now}|${start}|${healthy}|${image ? `![](${image})` : ''}|`;
  });
  return new vscode.MarkdownString([`|${escapeMarkdown(step)}|now|start|healthy|over the run|`, '|:-|-:|-:|:-|:-|', ...rows].join('\n'));
}

/** What was found at a place, in short, as the message is shown above; with links to what can be done. */
export function findingsMarkdown(findings: readonly Finding[], model: vscode.Uri): vscode.MarkdownString {
  const lines = findings.map(({ rule, level, fixes }) => {
    const links = fixes.map(({ title }) => `[${sentenceMarkdown(title)}](${linkTo(COMMANDS.applyFix, [model.toString(), rule, title]).toString()})`);
    const explain = `[Explain](${linkTo(COMMANDS.explainFinding, [rule, model.toString()]).toString()})`;
    return [`${ICONS[level]} **${RULES[rule].title}** · ${explain}`, ...links.map((link) => `- ${link}`)].join('\n');
  });
  const markdown = new vscode.MarkdownString(lines.join('\n\n'), true);
  // Names out of files are escaped; what they could smuggle in could still run nothing but this.
  markdown.isTrusted = { enabledCommands: [COMMANDS.applyFix, COMMANDS.explainFinding] };
  return markdown;
}
