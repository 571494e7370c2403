// ThirdPartyNotices.txt: whose code a package holds, and the licences it stands under.
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from './packages.mjs';

/** Licences of repositories whose npm packages come without one, as `owner-name.txt`. */
const kept = 'scripts/licences';
const isForeign = (path) => /(^|[\\/])node_modules[\\/]/.test(path);

/**
 * The files that have code in what esbuild built.
 * @param {Pick<import('esbuild').Metafile, 'outputs'>[]} metafiles
 */
export function bundledFiles(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => Object.entries(output.inputs)));
  return [...new Set(inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file))];
}

/**
 * The text of ThirdPartyNotices.txt for what holds these files, whole or in part. Paths are absolute or begin at the repository's root; what
 * is not below a `node_modules` is the repository's own. Throws where a package's licence is not to be found.
 * @param {string[]} files
 */
export function thirdPartyNotices(files) {
  const places = new Map();
  for (const file of files.filter(isForeign).flatMap((path) => withSources(resolve(root, path)))) {
    const folder = packageOf(file);
    places.set(folder, (places.get(folder) ?? new Set([folder])).add(dirname(file)));
  }
  // A version that is installed in two places is one entry.
  const entries = new Map([...places].map(([folder, within]) => entryOf(folder, [...within].sort())));
  const rule = '='.repeat(80);
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([heading, text]) => [rule, heading, rule, text].join('\n'));
  return ['Layerwise holds code of the packages below, most of it minified. Each stands under its own licence.', '', ...sorted].join('\n');
}

/** A file, and the packages' files that had been built into it before it came here: its source map names them. */
function withSources(file) {
  if (!existsSync(`${file}.map`)) return [file];
  const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
  return [file, ...sources.filter(isForeign).map((source) => resolve(dirname(file), source))];
}

/** The folder of the package that a file belongs to. Where a source map puts one that is installed higher up, it is looked for as Node does. */
function packageOf(file) {
  const [, above, name] = /^(.*)[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file);
  for (let at = above; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return realpathSync(folder);
    if (at === dirname(at)) throw new Error(`The package holds ${file}, but ${name} is not installed, and so its licence is not known. Install it.`);
  }
}

/** A package's heading, and its licences: those at its root and those beside the files that are taken. */
function entryOf(folder, places) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license = 'see below' } = manifest;
  const home = homeOf(manifest) ?? name;
  const own = licencesIn(folder);
  if (!own.some(([title]) => /licen[cs]e|copying/i.test(title))) {
    const file = `${kept}/${home.split('/').slice(-2).join('-').toLowerCase()}.txt`;
    if (!existsSync(join(root, file)))
      throw new Error(`${name} ${version} (${license}) comes without the text of its licence. Put the one of ${home} into ${file}.`);
    own.unshift([`LICENSE of ${home}`, textOf(join(root, file))]);
  }
  const beside = places.filter((place) => place !== folder && existsSync(place)).flatMap(licencesIn);
  const texts = [...own, ...beside].map(([title, text]) => `\n[${title}]\n\n${text}\n`);
  return [[`${name} ${version}`, `Licence: ${license}`, ...(home === name ? [] : [home])].join('\n'), [...new Set(texts)].join('')];
}

function licencesIn(folder) {
  const files = readdirSync(folder).filter((file) => /^[\w-]*(licen[cs]e|copying|notice)[\w-]*(\.(txt|md))?$/i.test(file));
  return files.sort().flatMap((file) => {
    const text = textOf(join(folder, file));
    return text === '' ? [] : [[file, text]];
  });
}

const textOf = (file) =>
  readFileSync(file, 'utf8')
    .replaceAll('\r\n', '\n')
    .replace(/^\uFEFF?\n*/, '')
    .trimEnd();

/** Where a package is at home, of what npm takes for a repository: `git+https://….git`, `github:owner/name`, `owner/name`. */
function homeOf({ repository, homepage }) {
  const url = typeof repository === 'string' ? repository : repository?.url;
  const github = /^(?:.*github(?:\.com)?[:/])?([\w.-]+)\/([\w.-]+?)(?:\.git)?$/.exec(url ?? '');
  return github ? `https://github.com/${github[1]}/${github[2]}` : (url ?? homepage);
}
