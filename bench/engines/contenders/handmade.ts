import * as ort from 'onnxruntime-web';
import { trainByHand } from '../../handmadeTraining';
import { serve } from './serve';
import { readWorkload } from './workload';

ort.env.wasm.numThreads = 1;
serve((files) => trainByHand(readWorkload(files)));
