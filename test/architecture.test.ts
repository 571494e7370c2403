import { relative, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** The pure folders and what each may import beside itself: what lies upstream of it, and the one way to tell the user of a problem. */
const upstream: Record<string, string[]> = {
  base: [],
  graph: ['base', 'model/problem'],
  data: ['base', 'graph', 'model/problem', 'model/spec', 'model/nearest', 'model/augmentations'],
  model: ['base', 'graph', 'data'],
  diagnose: ['base', 'graph', 'data', 'model', 'train/protocol', 'view/protocol'],
};

/** Of what the DOM's and Node's typings declare, the names that every worker, page and Node process has. */
const universal = ['TextDecoder', 'TextEncoder', 'atob', 'btoa', 'clearTimeout', 'crypto', 'performance', 'setTimeout', 'structuredClone'];

const options = ts.getParsedCommandLineOfConfigFile(
  resolve(root, 'tsconfig.json'),
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: console.error },
);
const program = ts.createProgram(
  ['src', 'webview'].flatMap((folder) => ts.sys.readDirectory(resolve(root, folder), ['.ts'])),
  options?.options ?? {},
);
const checker = program.getTypeChecker();

test.each(Object.keys(upstream))('src/%s runs anywhere: no vscode, no Node API, no DOM', (folder) => {
  for (const file of filesIn(`src/${folder}/`)) {
    const modules = imports(file).filter((name) => name === 'vscode' || name.startsWith('node:'));
    const globals = [...environmentNames(file)].filter((name) => !universal.includes(name));
    expect.soft([...modules, ...globals], pathOf(file)).toEqual([]);
  }
});

test.each(Object.entries(upstream))('src/%s imports only what lies upstream of it', (folder, others) => {
  const allowed = [folder, ...others].map((name) => `src/${name}`);
  for (const file of filesIn(`src/${folder}/`)) {
    const targets = imports(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(root, resolve(file.fileName, '..', name)));
    const stray = targets.filter((target) => !allowed.some((start) => target === start || target.startsWith(`${start}/`)));
    expect.soft(stray, pathOf(file)).toEqual([]);
  }
});

test('one file of the webview knows the toolkit', () => {
  const knowing = filesIn('').filter((file) => imports(file).some((name) => name.startsWith('@vscode/webview-ui-toolkit')));
  expect(knowing.map(pathOf)).toEqual(['webview/ui.ts']);
});

test('no code is made from text', () => {
  expect(
    filesIn('')
      .filter((file) => calls(file).some((name) => name === 'eval' || name === 'Function'))
      .map(pathOf),
  ).toEqual([]);
});

function pathOf(file: ts.SourceFile): string {
  return relative(root, file.fileName).replaceAll('\\', '/');
}

function filesIn(start: string): ts.SourceFile[] {
  const files = program.getSourceFiles().filter((file) => /^(src|webview)\//.test(pathOf(file)) && pathOf(file).startsWith(start));
  expect(files.length, `files in ${start}`).toBeGreaterThan(0);
  return files;
}

function imports(file: ts.SourceFile): string[] {
  return nodesOf(file).flatMap((node) => {
    const module =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node)
          ? dynamicImport(node)
          : undefined;
    return module && ts.isStringLiteral(module) ? [module.text] : [];
  });
}

function dynamicImport(call: ts.CallExpression): ts.Expression | undefined {
  return call.expression.kind === ts.SyntaxKind.ImportKeyword ? call.arguments[0] : undefined;
}

function calls(file: ts.SourceFile): string[] {
  return nodesOf(file).flatMap((node) =>
    (ts.isCallExpression(node) || ts.isNewExpression(node)) && ts.isIdentifier(node.expression) ? [node.expression.text] : [],
  );
}

/** Free names that only the DOM's or Node's typings declare: the language itself does not have them. */
function environmentNames(file: ts.SourceFile): Set<string> {
  const names = nodesOf(file)
    .filter(ts.isIdentifier)
    .filter((node) => {
      const isMember = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
      const declarations = isMember ? [] : (checker.getSymbolAtLocation(node)?.declarations ?? []);
      return declarations.length > 0 && declarations.every((declaration) => /lib\.dom|@types\/node/.test(declaration.getSourceFile().fileName));
    });
  return new Set(names.map((node) => node.text));
}

function nodesOf(file: ts.SourceFile): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return nodes;
}
