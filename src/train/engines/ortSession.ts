import type { InferenceSession, InferenceSessionFactory } from 'onnxruntime-common';
import type { Session, Tensor } from '../session';

/** Compiles with one build of ONNX Runtime, whose work goes through `inTurn`. */
export async function ortSession(
  { InferenceSession }: { InferenceSession: InferenceSessionFactory },
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<Session> {
  const session = await inTurn(() => InferenceSession.create(model, { logSeverityLevel: 3, ...options }));
  return {
    run: (feeds) => inTurn(() => session.run(feeds) as Promise<Record<string, Tensor>>),
    release: () => inTurn(() => session.release()),
  };
}
