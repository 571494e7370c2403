import * as z from 'zod';
import { isRequired } from './expects';
import { type Argument, ENTRY_CHOICES, FILE, keysOf, type Rule, ruleAt, type TableRule } from './grammar';
import { REQUIRED_KEYS, TOP_DOCS, type TopKey } from './schema';

type Json = Record<string, unknown>;

const nothing: Json = { type: 'null' };
/** Rules that are written once: those that contain themselves, and a long one that every layer with weights has. */
const DEFINITIONS = new Map<Rule | undefined, string>([
  [ruleAt(['model']), 'layers'],
  [ruleAt(['model', 0]), 'layer'],
  [ruleAt(['model', 0, 'DenseBlock', 'parts', 0]), 'part'],
  [ruleAt(['init']), 'init'],
  [ruleAt(['optimizer']), 'optimizer'],
]);

/**
 * The language as a JSON Schema (draft 7), for editors that know YAML but not this language.
 * It says what may stand where; unique names, references and shapes are beyond it.
 */
export function modelJsonSchema(): Json {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Layerwise model (*.nn.yaml)',
    ...schemaOf(FILE),
    definitions: Object.fromEntries([...DEFINITIONS].map(([rule, name]) => [name, rule && inlineSchema(rule)])),
  };
}

function schemaOf(rule: Rule): Json {
  const definition = DEFINITIONS.get(rule);
  return definition === undefined ? inlineSchema(rule) : { $ref: `#/definitions/${definition}` };
}

function inlineSchema(rule: Rule): Json {
  switch (rule.kind) {
    case 'value':
      return argumentSchema(rule.argument);
    case 'reference':
      return { type: 'string' };
    case 'list':
      return { type: 'array', items: schemaOf(rule.item), minItems: 1 };
    case 'table':
      return tableSchema(rule);
    case 'choice': {
      if (rule.many && rule.choices === ENTRY_CHOICES) return { anyOf: ['layer', 'layers'].map((name) => ({ $ref: `#/definitions/${name}` })) };
      const one = choiceSchema(rule);
      return rule.many ? { anyOf: [one, { type: 'array', items: one }] } : one;
    }
  }
}

function argumentSchema(argument: Argument): Json {
  const json = z.toJSONSchema(argument, {
    io: 'input',
    unrepresentable: 'any',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // Titles are for our own messages, and the limit is JavaScript's, not the language's.
      delete jsonSchema.title;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  delete json.$schema;
  return json;
}

/** A map of keys; of names with arguments also the value of the first, or nothing at all where none is needed. */
function tableSchema(rule: TableRule): Json {
  const keys = keysOf(rule);
  const isFile = rule === FILE;
  const required = isFile ? [...REQUIRED_KEYS] : keys.filter((key) => isRequired(rule.table[key]));
  const map: Json = {
    type: 'object',
    properties: Object.fromEntries(keys.map((key) => [key, keySchema(rule, key, isFile)])),
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    ...exclusions(rule.owner),
  };
  if (isFile || rule.owner === 'data') return map;
  const others = required.filter((key) => key !== rule.first);
  const first = rule.first !== undefined && others.length === 0 ? [schemaOf(rule.child(rule.first))] : [];
  return { anyOf: [map, ...first, ...(required.length === 0 ? [nothing] : [])] };
}

function keySchema(rule: TableRule, key: string, isFile: boolean): Json {
  const schema = schemaOf(rule.child(key));
  const description = isFile ? TOP_DOCS[key as TopKey].doc : z.globalRegistry.get(rule.table[key])?.description;
  // Draft 7 ignores what stands beside `$ref`.
  return { description, ...('$ref' in schema ? { allOf: [schema] } : schema) };
}

function exclusions(owner: string): Json {
  if (owner === 'data') return { oneOf: [{ required: ['file'] }, { required: ['source'] }] };
  return owner === 'train' ? { not: { required: ['epochs', 'steps'] } } : {};
}

function choiceSchema(rule: Rule & { kind: 'choice' }): Json {
  const names = keysOf(rule);
  const bare = names.filter((name) => !Object.values(rule.choices.registry[name].args).some(isRequired));
  const properties = Object.fromEntries(names.map((name) => [name, { description: rule.choices.registry[name].doc, ...schemaOf(rule.child(name)) }]));
  const named: Json = { type: 'object', properties, additionalProperties: false, minProperties: 1, maxProperties: 1 };
  return { anyOf: [{ enum: bare }, named, ...(rule.beside ? [schemaOf(rule.beside)] : [])] };
}
