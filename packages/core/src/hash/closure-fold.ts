/**
 * Computes one value per node of a directed graph out of the node and everything that it reaches, in
 * time linear in nodes and edges, and keeps it. Nodes that reach one another form one component and
 * share its value. Components are found as in Tarjan's algorithm (SIAM J. Comput. 1, 1972), with a
 * stack of its own, so that deep graphs are no danger.
 *
 * The graph below a node must not change after its value was asked for.
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
    if (!this.#values.has(node)) this.#visit(node);
    return this.#values.get(node) as Value;
  }

  #visit(root: Node): void {
    const visits = new Map<Node, Visit<Node>>();
    const open: Visit<Node>[] = [];
    const path: Visit<Node>[] = [];
    const enter = (node: Node): void => {
      const visit = {
        node,
        index: visits.size,
        low: visits.size,
        position: open.length,
        edges: this.#edgesOf(node),
        next: 0,
      };
      visits.set(node, visit);
      open.push(visit);
      path.push(visit);
    };
    enter(root);
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      if (visit.next < visit.edges.length) {
        const target = visit.edges[visit.next++] as Node;
        const seen = visits.get(target);
        if (this.#values.has(target)) continue;
        if (seen === undefined) enter(target);
        else visit.low = Math.min(visit.low, seen.index);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) parent.low = Math.min(parent.low, visit.low);
      if (visit.low === visit.index) this.#close(open.splice(visit.position));
    }
  }

  #close(component: readonly Visit<Node>[]): void {
    const members = new Set(component.map((visit) => visit.node));
    const dependencies: Value[] = [];
    for (const { edges } of component) {
      for (const target of edges) if (!members.has(target)) dependencies.push(this.#values.get(target) as Value);
    }
    const value = this.#combine([...members], dependencies);
    for (const member of members) this.#values.set(member, value);
  }
}

interface Visit<Node> {
  readonly node: Node;
  readonly index: number;
  low: number;
  /** Among the visits whose component is not known yet. */
  readonly position: number;
  readonly edges: readonly Node[];
  next: number;
}
