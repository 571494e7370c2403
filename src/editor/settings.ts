import * as vscode from 'vscode';
import { SETTINGS } from '../ids';
import type { EngineWish } from '../train/engines/engine';
import type { CarryOptions } from '../train/protocol';
import type { SwapMoment } from './afterAnalysis';

const get = <T>(name: string, otherwise: T): T => vscode.workspace.getConfiguration(SETTINGS.section).get<T>(name, otherwise);

/** What the user has set, as of now. */
export const settings = {
  /** Of a plan. */
  statistics: (): { statsEvery: number; statsShare: number } => ({ statsEvery: get(SETTINGS.statsEvery, 10), statsShare: 0.05 }),
  /** @param installed where the native engine is, unless the user says another place. */
  engine: (installed?: string): EngineWish => ({
    use: get<EngineWish['use']>(SETTINGS.engine, 'auto'),
    threads: get(SETTINGS.threads, 0) || undefined,
    nativeFolder: get(SETTINGS.nativeFolder, '') || installed,
  }),
  openDashboardOnTrain: (): boolean => get(SETTINGS.openDashboardOnTrain, true),
  /** How many runs train at once; the editor and VS Code itself keep a core. */
  parallelRuns: (cores: number): number => get(SETTINGS.parallelRuns, 0) || Math.max(1, cores - 1),
  swapMoment: (): SwapMoment => get<SwapMoment>(SETTINGS.hotSwapWhen, 'onEdit'),
  carry: (): CarryOptions => ({
    resized: get<CarryOptions['resized']>(SETTINGS.hotSwapResized, 'fresh'),
    inserted: get<CarryOptions['inserted']>(SETTINGS.hotSwapInserted, 'continue'),
  }),
};
