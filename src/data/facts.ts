/** What the diagnosis knows of the data: small, computed once, crosses threads. The inputs are meant as the first layer gets them. */
export interface DataFacts {
  /** Of the training split. */
  samples: number;
  /** Shape of one sample, as the first layer gets it. */
  sampleShape: number[];
  inputs: InputFacts;
  targets: ClassFacts | NumberFacts;
  /** Absent without a validation split. */
  validation?: ValidationFacts;
  /** How well simple methods that need no training predict; absent where they do not apply (dense targets, too few samples). */
  signal?: Signal;
}

export interface InputFacts {
  /** Root of the mean square over all numbers. */
  rms: number;
  mean: number;
  min: number;
  max: number;
  /** Largest standard deviation of a feature over the smallest; those with one value in over 95 % of the samples left out. 1 of fewer than two. */
  stdRatio: number;
  /** Features that have one value in all of the training split. */
  constants: number;
}

export interface ClassFacts {
  kind: 'class';
  /** Samples by class index, in the training split. */
  counts: number[];
  /** The classes' names where the file has names. */
  names?: string[];
}

export interface NumberFacts {
  kind: 'number';
  /** Numbers in a target. */
  columns: number;
  /** Over all of them. `variance` is the mean over the columns, each about its own mean: what R² divides by. */
  mean: number;
  variance: number;
  rms: number;
  min: number;
  max: number;
  /** Different values, counted up to 50. */
  distinct: number;
  isInteger: boolean;
}

export interface ValidationFacts {
  samples: number;
  /** Share of its samples (inputs and targets) that are in the training split too. */
  overlap: number;
  /** Share of the training samples that are there more than once: what overlap is to be expected of data that repeats itself. */
  repeated: number;
  /** Largest |mean of a feature here − in training| / its std in training. */
  shift: number;
}

/** How a model's predictions on the data are scored: by the share that is right, or by R². */
export type Measure = 'accuracy' | 'r2';

/** The better one of a nearest-neighbour vote and a ridge regression, on samples they have not seen. */
export interface Signal {
  method: 'neighbours' | 'linear';
  /** Share of right predictions, or R². */
  score: number;
  /** What guessing without looking at the inputs reaches: share of the largest class, or 0. */
  noSkill: number;
  /** Of `score`, from the number of samples it was taken on. */
  standardError: number;
  /** Whether both methods are no better than chance. */
  isNone: boolean;
}
