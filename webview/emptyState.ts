import { el } from './dom';
import { icon } from './icons';
import { button } from './ui';

/** What stands in the panel before the first run: what it is for, and the way on. */
export function emptyState(onTrain: () => void): HTMLElement {
  const train = button('primary', onTrain);
  train.show({ label: 'Train', icon: 'play', command: 'train' });
  return el(
    'section',
    { class: 'empty', 'data-role': 'empty', hidden: true },
    icon('layers'),
    el('h1', {}, 'No run yet'),
    el(
      'p',
      {},
      'Open a model file (',
      el('code', {}, '*.nn.yaml'),
      ') and train it. Loss, gradients and every layer’s activations appear here while it learns.',
    ),
    train.element,
  );
}
