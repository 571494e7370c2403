import { expect, test } from 'vitest';
import { entryTable } from '../../src/model/entryTable';
import { ENTRY_TYPES } from '../../src/model/vocabulary';
import { WEIGHT_ARGUMENTS } from '../../src/model/weightArguments';
import { expectLife } from './lives';
import { entryModel, modelText } from './recipes';

test.each([...ENTRY_TYPES])('%s trains, goes on from a checkpoint, evaluates', async (type) => {
  await expectLife(entryModel(type));
});

/** One whose weight counts outputs first, and one that counts them second. */
const weighted = ['Linear', 'ConvTranspose2d'] as const;
const VALUES: Record<string, string> = { drop_connect: '0.3' };

test.each(Object.keys(WEIGHT_ARGUMENTS).flatMap((key) => weighted.map((type) => [type, key] as const)))('%s with %s lives', async (type, key) => {
  const layer = entryModel(type);
  const written = layer.replace(new RegExp(`\\{${type}: (\\{([^{}]*)\\}|[^{}]*)\\}(?!.*\\{${type}:)`), (_all, value: string, args?: string) => {
    const first = args ?? `${Object.keys(entryTable(type))[0]}: ${value}`;
    return `{${type}: {${first}, ${key}: ${VALUES[key] ?? 'true'}}}`;
  });
  expect(written).toContain(key);
  await expectLife(written);
});

test('frozen layers stay as they are', async () => {
  await expectLife(modelText({ model: '{Linear: {out_features: 4, freeze: true}}, Tanh, {Linear: 2}' }));
});
