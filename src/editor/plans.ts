import type * as vscode from 'vscode';
import { MODEL_FILE_SUFFIX } from '../ids';
import { namedFiles } from '../model/namedFiles';
import { parseModel } from '../model/parse';
import { ProblemError } from '../model/problem';
import type { Spec } from '../model/spec';
import type { ModelFiles } from '../run/modelFiles';
import type { Plan } from '../train/protocol';
import type { ModelDocuments } from './modelDocuments';
import { settings } from './settings';

/** Makes plans of model files: their text with the content of every file they name. */
export class Plans {
  constructor(
    private readonly documents: ModelDocuments,
    private readonly files: ModelFiles,
    /** Where the native engine is installed, where it can run. */
    private readonly native: string | undefined,
  ) {}

  /** The text as it stands in the editor, saved or not, and what it is called. Throws the first ProblemError that keeps it from training. */
  async ofDocument(document: vscode.TextDocument): Promise<{ plan: Plan; name: string }> {
    const text = document.getText();
    const first = await this.documents.analyse(document);
    const isElsewhere = first.problems.some(({ code }) => code === 'outside-workspace');
    if (isElsewhere && first.spec) await this.files.askFor(document.uri, namedFiles(first.spec));
    const { spec, problems } = isElsewhere ? await this.documents.analyse(document) : first;
    const error = problems.find(({ level }) => level === 'error');
    if (error) throw new ProblemError(error);
    if (!spec) throw new Error('A text without problems has a meaning.');
    return { plan: await this.planOf(document.uri, text, spec), name: spec.ranges.name ? spec.name : fileName(document.uri) };
  }

  /** A text that was trained before. Asks for files outside of the workspace, once per folder. Throws a ProblemError where it cannot train. */
  async ofText(model: vscode.Uri, text: string): Promise<Plan> {
    const { spec, problems } = parseModel(text);
    if (!spec) throw new ProblemError(problems.find(({ level }) => level === 'error') ?? problems[0]);
    await this.files.askFor(model, namedFiles(spec));
    return this.planOf(model, text, spec);
  }

  /** What the files that a model names hold, by the paths as written there. Throws a ProblemError for one that cannot be read. */
  async read(model: vscode.Uri, spec: Spec): Promise<Plan['files']> {
    return Object.assign({}, ...(await Promise.all(namedFiles(spec).map((file) => this.files.read(model, file))))) as Plan['files'];
  }

  private async planOf(model: vscode.Uri, text: string, spec: Spec): Promise<Plan> {
    return { text, files: await this.read(model, spec), ...settings.statistics(), engine: settings.engine(this.native), observe: true };
  }
}

/** `digits` of `…/digits.nn.yaml`. */
const fileName = ({ path }: vscode.Uri): string => path.slice(path.lastIndexOf('/') + 1, -MODEL_FILE_SUFFIX.length);
