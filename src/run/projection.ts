import type { ObservationEvent } from '../train/observation';
import type { StartedLayer } from '../train/protocol';
import type { History } from './history';
import { modesOf, profileOf } from './profiles';
import { recipeOf } from './recipe';
import type { RunRecord } from './runRecord';
import { scoreOf } from './runSummary';
import type { CheckpointPlace } from './stages';

/** The gradients of now are shown beside those of so many steps before. */
const STEPS_BEFORE = 20;

/** Brings a run's record up to date with its history: what it trains, its edits, its statistics of now. What has not changed stays the same object. */
export class Projection {
  /** Grows when a view has to be told everything again. */
  generation = 0;
  /** Which checkpoints there are, ascending. */
  places: readonly CheckpointPlace[] = [];
  /** What the record's recipe was read from. */
  private recipeText?: string;
  /** What the record's profiles are of. */
  private observed: { first?: ObservationEvent; last?: ObservationEvent } = {};

  constructor(
    private readonly record: RunRecord,
    private readonly history: History,
  ) {
    this.takeStages();
  }

  /** The history forgot what had been told. */
  takeAll(): void {
    const { history, record } = this;
    Object.assign(record, { step: history.step, best: undefined, ...scoreOf(history.best) });
    this.generation++;
    this.takeStages();
  }

  /** The model that trains now. */
  takeLayout(): void {
    this.takeRecipe();
    const { layers, steps, params, memory, no_skill_loss: noSkillLoss } = this.history.stages.newest.layout;
    const { record } = this;
    const isSame =
      JSON.stringify([layers, steps, params, memory, noSkillLoss]) ===
      JSON.stringify([record.layers, record.steps, record.params, record.memory, record.noSkillLoss]);
    if (isSame) return;
    Object.assign(record, { layers, steps: steps || record.steps, params: params || record.params, memory, noSkillLoss });
    this.generation++;
  }

  /** What edits changed and did. */
  takeEdits(): void {
    this.takeRecipe();
    const { stages } = this.history;
    const isOfBefore = (id: number, from: number) => {
      const edit = stages.before(id).id;
      return this.places.some((place) => place.step === from && place.edit === edit);
    };
    this.record.edits = stages.edited.map(({ id, from: step, edit, effect }) => {
      return { id, step, ...edit, effect, canRevert: isOfBefore(id, step) };
    });
  }

  /** The newest statistics and observations. */
  takeLatest(): void {
    this.takeSamples();
    this.takeObservations();
  }

  /** Lines of the layers moved. */
  setLayers(layers: StartedLayer[]): void {
    this.record.layers = layers;
    this.generation++;
  }

  /** In the order in which they were taken. */
  setCheckpoints(places: readonly CheckpointPlace[]): void {
    this.places = places;
    this.record.checkpoints = [...new Set(places.map(({ step }) => step))];
    this.takeEdits();
  }

  private takeStages(): void {
    this.takeLayout();
    this.takeEdits();
    this.takeLatest();
  }

  /** What trains is read from the model file as it is now. */
  private takeRecipe(): void {
    const { text } = this.history.stages.newest;
    if (text === this.recipeText) return;
    this.recipeText = text;
    this.record.recipe = recipeOf(text);
  }

  private takeSamples(): void {
    const { first, now } = this.history;
    const before = this.history.currentSamples.filter(({ step }) => now && step <= now.step - STEPS_BEFORE).at(-1);
    Object.assign(this.record, { first, now, before });
  }

  private takeObservations(): void {
    const observations = this.history.currentObservations;
    const [first, last] = [observations.at(0), observations.at(-1)];
    if (this.observed.first !== first) this.record.firstProfile = first && profileOf(first);
    if (this.observed.last !== last) Object.assign(this.record, { profile: last && profileOf(last), modes: modesOf(observations) });
    this.observed = { first, last };
  }
}
