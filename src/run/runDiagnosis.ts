import { diagnose, type Known } from '../diagnose/diagnose';
import type { Finding } from '../diagnose/finding';
import type { Observed } from '../diagnose/observed';
import { passedChecks } from '../diagnose/passed';
import { parseModel } from '../model/parse';
import type { Spec } from '../model/spec';
import type { History } from './history';
import type { Stage } from './stages';

/** A run is not called healthy before these many steps, or its end. */
const FEW_STEPS = 50;

/** What is found of the model that a run trains now. */
export class RunDiagnosis {
  findings: readonly Finding[] = [];
  /** What was looked at and is as it should be, in words. */
  passed: readonly string[] = [];
  /** What follows was not there before, whatever it is. */
  private isFirst = true;
  private judged?: { stage: Stage; text: string; spec: Spec };

  /** @param known what was found of the same model before this was made: findings that still stand keep their step. */
  constructor(private known: readonly Known[] = []) {}

  /** Judges anew by the whole history since this model took over; whether anything is other than before. */
  update(history: History): boolean {
    try {
      return this.judge(history);
    } catch (error) {
      // A mistake of ours in a rule must neither hold up a run nor keep its history from being read. Whoever runs this logs it.
      queueMicrotask(() => {
        throw error;
      });
      return false;
    }
  }

  /** Training goes on from that step: what was found later has not come to pass. */
  goBack(step: number): void {
    this.known = this.findings.filter((finding) => finding.step <= step);
    this.findings = [];
    this.judged = undefined;
    this.isFirst = true;
  }

  private judge(history: History): boolean {
    const observed = this.observe(history);
    const findings = observed ? diagnose(observed, this.known) : [];
    const passed = observed && !isEarly(history) ? passedChecks(observed, findings) : [];
    const isNew = this.isFirst || JSON.stringify(findings) !== JSON.stringify(this.findings) || passed.join() !== this.passed.join();
    this.isFirst = false;
    this.findings = this.known = findings;
    this.passed = passed;
    return isNew;
  }

  private observe({ stages, losses, evals, statistics, step }: History): Observed | undefined {
    const stage = stages.newest;
    if (this.judged?.stage !== stage || this.judged.text !== stage.text) {
      if (this.judged) this.known = [];
      const { spec } = parseModel(stage.text);
      this.judged = spec && { stage, text: stage.text, spec };
    }
    if (!this.judged) return undefined;
    const { from, layout } = stage;
    const isOfStage = (point: { step: number }) => point.step > from;
    return {
      text: stage.text,
      spec: this.judged.spec,
      layers: layout.layers.map(({ name, type, output, params }) => ({ name, type, output: output.slice(1), params })),
      facts: layout.facts,
      from,
      step,
      steps: layout.steps,
      // Targets outside of what the loss is for can make it negative: that is no measure.
      ...(layout.no_skill_loss !== undefined && layout.no_skill_loss > 0 && { noSkillLoss: layout.no_skill_loss }),
      losses: losses.points.filter(isOfStage),
      evals: evals.points.filter(isOfStage),
      samples: statistics.points.filter(isOfStage),
    };
  }
}

function isEarly({ stages, step }: History): boolean {
  const { from, layout } = stages.newest;
  return step - from < Math.min(FEW_STEPS, layout.steps - from);
}
