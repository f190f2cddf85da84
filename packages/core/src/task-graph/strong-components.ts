/** What a depth-first walk knows of a node that it has reached. */
interface Visit {
  readonly index: number;
  /** The lowest index that the node leads back to. */
  low: number;
  open: boolean;
}

/**
 * Groups nodes so that those of a group reach each other; a node on no cycle is a group of its own. A group
 * comes after every group that it leads to. Linear in nodes and edges, without recursion (Tarjan 1972).
 * Edges to nodes that are not among `nodes` are followed too.
 */
export function findStrongComponents<Node>(
  nodes: Iterable<Node>,
  edgesOf: (node: Node) => Iterable<Node>,
): readonly (readonly Node[])[] {
  const components: Node[][] = [];
  const visits = new Map<Node, Visit>();
  const pending: Node[] = [];
  const path: { readonly node: Node; readonly visit: Visit; readonly edges: Iterator<Node> }[] = [];

  const enter = (node: Node): void => {
    const visit = { index: visits.size, low: visits.size, open: true };
    visits.set(node, visit);
    pending.push(node);
    path.push({ node, visit, edges: edgesOf(node)[Symbol.iterator]() });
  };
  const leave = (node: Node, visit: Visit): void => {
    if (visit.low !== visit.index) return;
    const component = pending.splice(pending.lastIndexOf(node));
    for (const member of component) {
      const memberVisit = visits.get(member);
      if (memberVisit !== undefined) memberVisit.open = false;
    }
    components.push(component);
  };

  for (const start of nodes) {
    if (!visits.has(start)) enter(start);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const { node, visit, edges } = step;
      const next = edges.next();
      if (next.done !== true) {
        const seen = visits.get(next.value);
        if (seen === undefined) enter(next.value);
        else if (seen.open) visit.low = Math.min(visit.low, seen.index);
      } else {
        path.pop();
        leave(node, visit);
        const caller = path.at(-1);
        if (caller !== undefined) caller.visit.low = Math.min(caller.visit.low, visit.low);
      }
    }
  }
  return components;
}
