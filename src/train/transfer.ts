import type { FromTrainer, Tensors } from './protocol';

/** A checkpoint's arrays are handed over to the other thread, not copied again. */
export function buffersOf(message: FromTrainer): ArrayBuffer[] {
  if (message.type !== 'checkpoint' && message.type !== 'done') return [];
  const { checkpoint, best } = message;
  const all: Tensors[] = [
    checkpoint.tensors,
    ...Object.values(checkpoint.optimizer),
    ...(best ? [best.tensors] : []),
    ...(checkpoint.stopping ? [checkpoint.stopping.tensors] : []),
  ];
  return all.flatMap((tensors) => Object.values(tensors).map(({ data }) => data.buffer as ArrayBuffer));
}
