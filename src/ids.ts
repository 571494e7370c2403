/** Every id that package.json contributes and the code uses; a test holds the two together. */
export const COMMANDS = {
  train: 'layerwise.train',
  pause: 'layerwise.pause',
  resume: 'layerwise.resume',
  step: 'layerwise.step',
  stop: 'layerwise.stop',
  showDashboard: 'layerwise.showDashboard',
  saveWeights: 'layerwise.saveWeights',
} as const;

export const VIEWS = { dashboard: 'layerwise.dashboard' } as const;

/** Context keys for `when` clauses. */
export const CONTEXTS = {
  /** The state of the run: `starting`, `running`, `paused` or `idle`. */
  state: 'layerwise.state',
  /** Paths of the model files that a trainer is at work on. Not URIs: a remote window's menus know them by other ones than the extension. */
  activeFiles: 'layerwise.activeFiles',
} as const;

export const SETTINGS = {
  section: 'layerwise',
  statsEvery: 'statsEvery',
  openDashboardOnTrain: 'openDashboardOnTrain',
} as const;

/** What counts as a model file, whatever its language is called. */
export const MODEL_FILES = { pattern: '**/*.nn.yaml' } as const;
export const MODEL_FILE_SUFFIX = '.nn.yaml';
