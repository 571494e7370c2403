/**
 * Outside these a number of one layer at one step is marked, in the dashboard and in the editor. One step is no diagnosis: rules judge the
 * whole run. All bands are wider than the usual rules of thumb, as those fire on sound runs.
 */
export const BANDS = {
  /**
   * L2 norm of the gradient at a layer's output as a multiple of the last weighted layer's. Of 52 sound networks the first layer had 8e-3 at
   * least and 0.67 in the median, so 3e-3 marks none of them; above 70 gradients explode (AutoTrainer, Zhang et al. 2021).
   */
  gradientOfLast: { low: 3e-3, high: 70 },
  /**
   * Standard deviation of a layer's output. Inits aim at 1 (Glorot & Bengio 2010; He et al. 2015); a network bears three decades on either
   * side of it before its numbers are too far from those of the next weights.
   */
  activationStd: { low: 1e-3, high: 1e3 },
  /**
   * Share of a rectifier's units that give zero on a whole batch. Half of them is SageMaker Debugger's limit; it needs so many units that the
   * share means something, as narrow layers often start with most units dead and train all the same.
   */
  deadShare: { high: 0.5, fromUnits: 16 },
  /**
   * Share of a hidden layer's outputs with |tanh| > 0.97 or a sigmoid outside 0.03 … 0.97, where the slope is about a tenth of the steepest:
   * with more than half of them there most of the gradient is lost. At the output saturation is what training aims at.
   */
  saturatedShare: { high: 0.5 },
  /**
   * ‖ΔW‖ / ‖W‖ of one step. 1e-3 is the rule of thumb (Karpathy), sound runs had 4e-4 to 2e-2 early; a decade and more is left for late
   * steps. Sees no vanishing under Adam, whose steps do not shrink with the gradient. `usual`: what is drawn as the usual range, log₁₀ −3.4 … −1.8,
   * a decade about the rule of thumb; nothing is marked for lying just outside of it.
   */
  updateRatio: { low: 1e-5, high: 1e-1, usual: { low: 10 ** -3.4, high: 10 ** -1.8 } },
} as const;
