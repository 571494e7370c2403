import { configureEngine, wasm } from '../../../../src/train/engines/wasm';
import { serve } from '../serve';
import { trainOn } from './training';

configureEngine({ threads: 1 });
serve(trainOn(() => Promise.resolve(wasm)));
