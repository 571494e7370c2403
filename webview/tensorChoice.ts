import type { Distribution } from '../src/train/observation';
import type { LayerMoment } from '../src/view/protocol';
import { el } from './dom';

/** Which tensor of a layer is looked at, for all views that show one. It is remembered from layer to layer: one that lacks it shows its activation. */
export class TensorChoice {
  readonly element = el('div', { class: 'segments', role: 'radiogroup', 'aria-label': 'Tensor', 'data-role': 'tensor' });
  private wanted = 'activation';
  private offered: string[] = [];

  constructor(private readonly onChange: () => void) {
    this.element.addEventListener('change', ({ target }) => this.choose((target as HTMLInputElement).value));
  }

  /** Offers the tensors that these moments have; gives the one to show, or undefined where there is none. */
  offer(moments: readonly LayerMoment[]): string | undefined {
    const names = tensorNames(moments);
    const chosen = names.includes(this.wanted) ? this.wanted : names.at(0);
    if (names.join() !== this.offered.join()) this.fill(names);
    for (const input of this.element.querySelectorAll('input')) input.checked = input.value === chosen;
    this.element.hidden = names.length === 0;
    return chosen;
  }

  private choose(name: string): void {
    this.wanted = name;
    this.onChange();
  }

  private fill(names: string[]): void {
    this.offered = names;
    this.element.replaceChildren(
      ...names.map((name) => el('label', {}, el('input', { type: 'radio', name: 'tensor', value: name }), el('span', {}, tensorLabel(name)))),
    );
  }
}

/** Names of the tensors: of the newest look, and then those that only the first one has. */
export function tensorNames(moments: readonly LayerMoment[]): string[] {
  const names = new Set<string>();
  // The first moment has no updates yet; a layer may have been edited since.
  for (const moment of [moments.at(-1), moments.at(0)]) for (const name of Object.keys(moment?.tensors ?? {})) names.add(name);
  return [...names];
}

/** `weight gradient` of `weight.gradient`. */
export const tensorLabel = (name: string): string => name.replace('.', ' ');

/** What its numbers are. */
export function tensorQuantity(name: string): string {
  const [, param, part] = /^(.*?)(?:\.(gradient|update))?$/.exec(name)!;
  if (name === 'gradient') return '∂loss ∕ ∂activation';
  if (part === 'gradient') return `∂loss ∕ ∂${param}`;
  return part === 'update' ? `Δ ${param} per step` : param;
}

export const tensorOf = ({ tensors }: LayerMoment, name: string): Distribution | undefined =>
  Object.hasOwn(tensors, name) ? tensors[name] : undefined;
