import type * as Ort from 'onnxruntime-web';
import { Graph, type Node, type Value } from '../../src/graph/graph';
import { encodeOnnx } from '../../src/graph/onnx';
import { subgraphs } from '../../src/graph/rewrite';

/** Compiles a graph for the GPU alone: rejects where ONNX Runtime would leave a node to the CPU. */
export const compileForGpuOnly = (ort: typeof Ort, graph: Graph): Promise<Ort.InferenceSession> =>
  ort.InferenceSession.create(encodeOnnx(graph), {
    executionProviders: [{ name: 'webgpu', preferredLayout: 'NCHW' }],
    graphOptimizationLevel: 'disabled',
    // Of an error it tells itself what the promise tells.
    logSeverityLevel: 4,
    extra: { session: { disable_cpu_ep_fallback: '1' } },
  });

/** Operations of a graph, its branches included, that the GPU does not take: `Sign(float32)`. */
export async function refusedByGpu(ort: typeof Ort, graph: Graph): Promise<string[]> {
  const flat = withoutIfs(graph);
  if (await isTaken(ort, flat)) return [];
  const refused = new Set<string>();
  for (const node of flat.nodes)
    if (node.op !== 'Input' && node.op !== 'Constant' && !(await isTaken(ort, alone(node))))
      refused.add(`${node.op}(${node.inputs.map((x) => x.dtype).join()})`);
  return refused.size > 0 ? [...refused] : ['the graph as a whole, but none of its operations alone'];
}

async function isTaken(ort: typeof Ort, graph: Graph): Promise<boolean> {
  try {
    await (await compileForGpuOnly(ort, graph)).release();
    return true;
  } catch (error) {
    if (String(error).includes('fallback to CPU EP has been explicitly disabled')) return false;
    throw error;
  }
}

/** The same operations, those of branches too, in one graph without any: the check that no node is left to the CPU does not look into branches. */
function withoutIfs(graph: Graph): Graph {
  const flat = new Graph();
  const map = new Map<number, Value>();
  let branches = 0;
  const copy = (source: Graph) => {
    for (const { op, inputs, attrs, outputs, ...node } of source.nodes) {
      const inner = subgraphs({ op, inputs, attrs, outputs, ...node });
      for (const branch of inner) {
        copy(branch);
        flat.output(`branch ${branches++}`, map.get(branch.outputs[0].value.id)!);
      }
      const made = inner.length
        ? [map.get(inner[0].outputs[0].value.id)!]
        : flat.multi(
            op,
            inputs.map((x) => map.get(x.id)!),
            attrs,
          );
      outputs.forEach((out, i) => map.set(out.id, made[i]));
    }
  };
  copy(graph);
  for (const { name, value } of graph.outputs) flat.output(name, map.get(value.id)!);
  return flat;
}

function alone({ op, inputs, attrs }: Node): Graph {
  const g = new Graph();
  const fed = inputs.map(({ shape, dtype, node }, i) =>
    node.op === 'Constant' ? g.multi('Constant', [], node.attrs)[0] : g.input(`input ${i}`, shape, dtype),
  );
  // No truth value can leave the GPU.
  g.multi(op, fed, attrs).forEach((y, i) => g.output(`output ${i}`, y.dtype === 'bool' ? g.cast(y, 'float32') : y));
  return g;
}
