import { findStrongComponents } from '../task-graph/strong-components.ts';

/**
 * Computes one value per node of a directed graph out of the node and everything that it reaches, and
 * keeps it: linear in nodes and edges however many nodes are asked for. Nodes that reach one another
 * form one component and share its value. The graph below a node must not change after its value was
 * asked for.
 */
export class ClosureFold<Node, Value> {
  readonly #edgesOf: (node: Node) => readonly Node[];
  readonly #combine: (members: readonly Node[], dependencies: readonly Value[]) => Value;
  readonly #values = new Map<Node, Value>();

  /** `combine` gets the members of a component and the values of the components below it, both in no order. */
  constructor(options: {
    readonly edgesOf: (node: Node) => readonly Node[];
    readonly combine: (members: readonly Node[], dependencies: readonly Value[]) => Value;
  }) {
    this.#edgesOf = options.edgesOf;
    this.#combine = options.combine;
  }

  valueOf(node: Node): Value {
    if (!this.#values.has(node)) this.#foldFrom(node);
    return this.#values.get(node) as Value;
  }

  #foldFrom(start: Node): void {
    const numbers = new Map([[start, 0]]);
    const edges: number[][] = [];
    for (const node of numbers.keys()) {
      const unknown = this.#edgesOf(node).filter((target) => !this.#values.has(target));
      for (const target of unknown) if (!numbers.has(target)) numbers.set(target, numbers.size);
      edges.push(unknown.map((target) => numbers.get(target) as number));
    }
    const nodes = [...numbers.keys()];
    // Each component comes after those that it leads to, so that their values are known by then.
    for (const component of findStrongComponents({ size: nodes.length, edgesOf: (node) => edges[node] ?? [] })) {
      this.#foldComponent(new Set(component.map((node) => nodes[node] as Node)));
    }
  }

  #foldComponent(members: ReadonlySet<Node>): void {
    const below = [...members].flatMap(this.#edgesOf).filter((target) => !members.has(target));
    const dependencies = below.map((target) => this.#values.get(target) as Value);
    const value = this.#combine([...members], dependencies);
    for (const member of members) this.#values.set(member, value);
  }
}
