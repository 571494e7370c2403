/** Every id that package.json contributes and the code uses; a test holds the two together. */
export const COMMANDS = {
  train: 'layerwise.train',
  pause: 'layerwise.pause',
  resume: 'layerwise.resume',
  step: 'layerwise.step',
  stop: 'layerwise.stop',
  showDashboard: 'layerwise.showDashboard',
  saveWeights: 'layerwise.saveWeights',
  showRun: 'layerwise.showRun',
  renameRun: 'layerwise.renameRun',
  deleteRuns: 'layerwise.deleteRuns',
  pinRuns: 'layerwise.pinRuns',
  unpinRuns: 'layerwise.unpinRuns',
  compareRuns: 'layerwise.compareRuns',
  compareModels: 'layerwise.compareModels',
  openModelAsTrained: 'layerwise.openModelAsTrained',
  revealRunFolder: 'layerwise.revealRunFolder',
  explainFinding: 'layerwise.explainFinding',
  applyFix: 'layerwise.applyFix',
  tryFixes: 'layerwise.tryFixes',
  exportTensorBoard: 'layerwise.exportTensorBoard',
  openExample: 'layerwise.openExample',
  installNative: 'layerwise.installNative',
} as const;

/** Commands of links and quick fixes: they mean nothing without what the link tells them. */
export const LINK_COMMANDS = [COMMANDS.applyFix] as const;

/** Commands on entries of the list of runs: without one they mean nothing, so the palette does not offer them. */
export const LIST_COMMANDS = [
  COMMANDS.showRun,
  COMMANDS.renameRun,
  COMMANDS.deleteRuns,
  COMMANDS.pinRuns,
  COMMANDS.unpinRuns,
  COMMANDS.compareRuns,
  COMMANDS.compareModels,
  COMMANDS.openModelAsTrained,
  COMMANDS.revealRunFolder,
] as const;

export const VIEWS = { dashboard: 'layerwise.dashboard', runs: 'layerwise.runs' } as const;

/** Read-only texts of model files as they were in a run. */
export const RUN_TEXT_SCHEME = 'layerwise-run';

/** Explanations of findings, made for the moment. */
export const EXPLANATION_SCHEME = 'layerwise-finding';

/** The past of a file is shown under schemes of its own; nothing can be trained or mended there. */
export const PAST_SCHEMES: readonly string[] = ['git', RUN_TEXT_SCHEME];

/** Context keys for `when` clauses. Files are paths, not URIs: a remote window's menus know them by other ones than the extension. */
export const CONTEXTS = {
  /** The state of the run that keys and palette act on: `queued`, `starting`, `running`, `paused` or `idle`. */
  state: 'layerwise.state',
  /** That run is over or was cut short, and can go on. */
  canResume: 'layerwise.canResume',
  /** Model files whose run is queued or starting, running, paused. */
  startingFiles: 'layerwise.startingFiles',
  runningFiles: 'layerwise.runningFiles',
  pausedFiles: 'layerwise.pausedFiles',
} as const;

export const SETTINGS = {
  section: 'layerwise',
  statsEvery: 'statsEvery',
  openDashboardOnTrain: 'openDashboardOnTrain',
  engine: 'engine',
  threads: 'threads',
  nativeFolder: 'nativeFolder',
  parallelRuns: 'parallelRuns',
  hotSwapWhen: 'hotSwap.when',
  hotSwapResized: 'hotSwap.resized',
  hotSwapInserted: 'hotSwap.insertedNormalisation',
} as const;

/** What counts as a model file, whatever its language is called. */
export const MODEL_FILES = { pattern: '**/*.nn.yaml' } as const;
export const MODEL_FILE_SUFFIX = '.nn.yaml';
