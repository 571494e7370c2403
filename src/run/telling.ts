import type { Outcome } from '../train/outcome';
import type { EditMark, Health, Profile, RunView, StatsSnapshot, ToView, TrialsView } from '../view/protocol';

/** How much of a run a view has been told. */
export interface Cursor {
  runId: string;
  generation: number;
  losses: number;
  /** When statistics were told last, in milliseconds. */
  sampledAt: number;
  /** Step of the last evaluation; −1 before the first. */
  evaluated: number;
  /** Step of the last loss in both modes; −1 before the first. */
  moded: number;
  held: Held;
}

/** What replaces what was told before. */
interface Held extends Statistics {
  engine: string;
  engineReason?: string;
  recipe?: string;
  outcome?: Outcome;
  edits: readonly EditMark[];
  checkpoints: readonly number[];
  health?: Health;
  trials?: TrialsView;
}

interface Statistics {
  first?: StatsSnapshot;
  now?: StatsSnapshot;
  before?: StatsSnapshot;
  firstProfile?: Profile;
  profile?: Profile;
}

/** Statistics of a whole net are much to send: how long to wait between two, at least and for each of its tensors, in milliseconds. */
const STATISTICS = { least: 500, each: 12 };

/**
 * What a view has to be told after `cursor`: everything, or what came since; and the cursor for the next time.
 * @param generation is another one when a view cannot go on from what it has
 */
export function tell(view: RunView, generation: number, cursor: Cursor | undefined, time: number): { message: ToView; cursor: Cursor } {
  const known = cursor?.runId === view.runId && cursor.generation === generation ? cursor : undefined;
  const {
    runId,
    state,
    message,
    step,
    stepsPerSecond,
    losses,
    evals,
    modes,
    engine,
    engineReason,
    recipe,
    outcome,
    edits,
    checkpoints,
    health,
    trials,
  } = view;
  const statistics = known && isTooEarly(view, known, time) ? statisticsOf(known.held) : statisticsOf(view);
  const held: Held = { ...statistics, engine, engineReason, recipe, outcome, edits, checkpoints, health, trials };
  const next: Cursor = {
    runId,
    generation,
    losses: losses.length,
    sampledAt: known && held.now === known.held.now ? known.sampledAt : time,
    evaluated: evals.at(-1)?.step ?? -1,
    moded: modes.at(-1)?.step ?? -1,
    held,
  };
  if (!known) return { message: { type: 'hydrate', run: view, compared: [] }, cursor: next };
  const news = {
    losses: losses.slice(known.losses),
    evals: evals.filter((evaluation) => evaluation.step > known.evaluated),
    modes: modes.filter((point) => point.step > known.moded),
  };
  const changed = Object.fromEntries(Object.entries(held).filter(([key, value]) => value !== known.held[key as keyof Held]));
  return { message: { type: 'update', runId, state, message, step, stepsPerSecond, ...news, ...changed }, cursor: next };
}

/** Whether statistics were told only just; the first ones of new layers are not waited for. */
function isTooEarly({ state, layers, first, now }: RunView, { sampledAt, held }: Cursor, time: number): boolean {
  const tensors = layers.length + Object.keys(now?.params ?? {}).length;
  return (
    state === 'running' && held.now !== undefined && first === held.first && time - sampledAt < Math.max(STATISTICS.least, STATISTICS.each * tensors)
  );
}

const statisticsOf = ({ first, now, before, firstProfile, profile }: Statistics): Statistics => ({ first, now, before, firstProfile, profile });
