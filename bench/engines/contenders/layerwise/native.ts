import { openNative } from '../../../../src/train/engines/native';
import { serve } from '../serve';
import { trainOn } from './training';

serve(trainOn(() => openNative({ use: 'native', nativeFolder: import.meta.dirname })));
