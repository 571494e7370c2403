import * as vscode from 'vscode';
import type { Dataset } from '../data/dataset';
import { loadDataset } from '../data/load';
import { LOSSES } from '../model/losses';
import { ProblemError, type Problem } from '../model/problem';
import { dataFiles, type NamedFile, namedFiles } from '../model/namedFiles';
import type { Spec } from '../model/spec';
import type { ModelFiles } from '../run/modelFiles';
import { filesOf } from '../train/planFiles';
import type { Plan } from '../train/protocol';

/** Larger data is looked at by the trainer alone: reading it would block the extension host at every change. */
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_SAMPLES = 50_000;
/** Of a folder: each is asked for its date at every change. */
const MOST_FILES = 1000;

export interface Loaded {
  /** Undefined where there is too much of it, or something wrong with it. */
  dataset?: Dataset;
  problems: Problem[];
  /** Differs when another file is named, or the content of a named one changed. */
  files: string;
}

interface Known {
  /** What the data depends on. */
  key: string;
  /** Where its section stands in the text. */
  place: string;
  loaded: Loaded;
}

/** What a model trains on, as far as the editor needs it: kept until its section of the text or one of its files changes. */
export class ModelData {
  private readonly known = new Map<string, Known>();

  constructor(private readonly files: ModelFiles) {}

  async of(model: vscode.Uri, spec: Spec): Promise<Loaded> {
    const { ranges, range, ...section } = spec.data;
    const paths = (await Promise.all(namedFiles(spec).map((file) => this.pathsOf(model, file)))).flat();
    const isMany = paths.length > MOST_FILES;
    const stats = isMany ? [] : await Promise.all(paths.map((path) => this.files.stat(model, this.files.resolve(model, path))));
    const files = JSON.stringify(paths.map((path, i) => [path, stats[i]]));
    const bytes = stats.reduce((sum, stat) => sum + (typeof stat === 'object' ? stat.size : 0), 0);
    if (isMany || bytes > MOST_BYTES || (spec.data.source && spec.data.samples > MOST_SAMPLES)) return { problems: [], files };
    const key = JSON.stringify([section, spec.loss.name, files]);
    const place = JSON.stringify([ranges, range]);
    const known = this.known.get(model.toString());
    // Problems are reported at their places, so they are found anew when the text around them moves.
    if (known?.key === key && (known.loaded.problems.length === 0 || known.place === place)) return known.loaded;
    const loaded = { ...(await this.load(model, spec)), files };
    this.known.set(model.toString(), { key, place, loaded });
    return loaded;
  }

  /** Nobody looks at the model any more. */
  forget(model: vscode.Uri): void {
    this.known.delete(model.toString());
  }

  /** Those of a folder; of one that cannot be listed its own, whose problem shows when it is loaded. */
  private pathsOf(model: vscode.Uri, file: NamedFile): Promise<string[]> {
    return this.files.list(model, file).catch(() => [file.path]);
  }

  private async load(model: vscode.Uri, spec: Spec): Promise<Omit<Loaded, 'files'>> {
    const files = namedFiles(spec);
    const problems: Problem[] = [];
    const attempt = async <T>(action: Promise<T>): Promise<T | undefined> => {
      try {
        return await action;
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        // Nothing is wrong with a file elsewhere where the user can be asked for it.
        const isAskable = error.problem.code === 'outside-workspace' && vscode.workspace.isTrusted;
        problems.push(isAskable ? { ...error.problem, level: 'hint' } : error.problem);
        return undefined;
      }
    };
    const data = async () => {
      const contents = await Promise.all(dataFiles(spec).map((file) => this.files.read(model, file)));
      return loadDataset(spec.data, LOSSES[spec.loss.name].target, filesOf({ files: Object.assign({}, ...contents) as Plan['files'] }));
    };
    const dataset = await attempt(data());
    // Of weights to start from the trainer knows more; here they only have to be there.
    const samples = dataFiles(spec).map(({ path }) => path);
    for (const file of files.filter(({ path }) => !samples.includes(path))) await attempt(this.files.read(model, file));
    return { dataset, problems };
  }
}
