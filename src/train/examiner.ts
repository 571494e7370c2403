import { finite, rounded } from '../base/rounded';
import { type AugmentedPair, augmentedPairs } from '../data/augment/pairs';
import { cardOf, MOST_NAMED } from '../data/card';
import { shortName } from '../data/featureNames';
import { isImage } from '../data/picture';
import { sampleRows } from '../data/sampleRows';
import { product } from '../graph/shape';
import { LOSSES } from '../model/losses';
import { pieceOf } from './evaluator';
import { AttentionLook } from './examination/attentionMaps';
import { Explainer } from './examination/explainer';
import { filtersOf } from './examination/filters';
import { buildPrediction } from './examination/graphs';
import { type Aim, aimOf } from './examination/judgement';
import { confusionOf, type Judged, lookAt } from './examination/look';
import { outputCard } from './examination/outputCard';
import { Pieces } from './examination/pieces';
import { PlaneSurvey } from './examination/planeSurvey';
import { mostShown, shownSamples } from './examination/shownSamples';
import { MOST_CLASSES, MOST_DOTS, MOST_SAMPLES, type Outcome } from './outcome';
import type { Prepared } from './prepare';
import type { ModelState } from './trainer';
import type { SessionPool } from './session';

/** Numbers that a model puts out for all samples that are looked at. */
const MOST_OUTPUTS = 4e6;

/** Works out what one model makes of its data. What needs one class or number for each sample is left out where there are several. */
export class Examiner {
  private readonly aim?: Aim;
  /** Of the split that is looked at. */
  private readonly rows: Int32Array;
  private readonly prediction: Pieces;
  private readonly explainer?: Explainer;
  private readonly survey?: PlaneSurvey;
  private readonly augmented?: AugmentedPair[];
  private readonly attention?: AttentionLook;

  constructor(
    private readonly prepared: Prepared,
    sessions: SessionPool,
  ) {
    const { model, dataset, step } = prepared;
    const { data, train } = prepared.spec;
    if (!train.overfit_batch) this.augmented = augmentedPairs(data.augment, dataset, train.seed);
    this.aim = aimOf(model);
    const most = Math.max(1, Math.min(MOST_SAMPLES, Math.floor(MOST_OUTPUTS / product(model.output.slice(1)))));
    this.rows = sampleRows((dataset.validation ?? dataset.train).count, most);
    const piece = pieceOf(model);
    // Pieces of one size, so that one session does for all.
    const batch = Math.ceil(this.rows.length / Math.ceil(this.rows.length / piece));
    this.prediction = new Pieces((size) => buildPrediction(model, size), sessions, batch);
    this.attention = AttentionLook.of(model, step.layers, sessions);
    if (!this.aim) return;
    const shown = Math.min(this.rows.length, mostShown(model.sample), piece);
    if (isImage(model.sample)) this.explainer = new Explainer(model, step.layers, this.aim, sessions, shown);
    if (product(model.sample) === 2) this.survey = new PlaneSurvey(prepared, this.aim, this.prediction, sessions);
  }

  async examine({ step, weights }: ModelState): Promise<Outcome> {
    const { aim, rows, prepared } = this;
    const { model, dataset, spec, step: built } = prepared;
    const classes = aim?.kind === 'class' ? aim.classes : undefined;
    const look = await lookAt(model, dataset.validation ?? dataset.train, rows, this.prediction, weights);
    const { judged } = look;
    const filters = filtersOf(model, built.layers, weights);
    return {
      step,
      split: dataset.validation ? 'validation' : 'training',
      count: rows.length,
      measure: LOSSES[spec.loss.name].score === 'r2' ? 'r2' : 'accuracy',
      ...(classes !== undefined && {
        classes: Array.from({ length: Math.min(classes, MOST_NAMED) }, (_, i) => shortName(dataset.classes?.[i] ?? String(i))),
      }),
      ...(judged && classes !== undefined && classes <= MOST_CLASSES && { confusion: confusionOf(judged, classes) }),
      ...(judged && aim?.kind === 'number' && { regression: dotsOf(judged) }),
      ...(judged && { samples: await shownSamples(judged, look.split.x, dataset.featureNames, this.explainer, weights) }),
      ...(await this.survey?.survey(weights)),
      ...(this.attention && { attention: await this.attention.look(look.split, rows[rows.length - 1], weights) }),
      ...(filters && { filters }),
      outputs: outputCard(spec, built.layers, look),
      data: { ...cardOf(dataset, classes), ...(this.augmented && { augmented: this.augmented }) },
    };
  }

  async release(): Promise<void> {
    await this.prediction.release();
    await this.explainer?.release();
    await this.survey?.release();
    await this.attention?.release();
  }
}

const dotsOf = (judged: readonly Judged[]): NonNullable<Outcome['regression']> =>
  Array.from(sampleRows(judged.length, MOST_DOTS), (i) => ({ target: rounded(judged[i].actual), prediction: finite(judged[i].predicted) }));
