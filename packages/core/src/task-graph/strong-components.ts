/** A graph whose nodes are the numbers below `size`. */
export interface NumberedGraph {
  readonly size: number;
  /** Asked about once for each node and walk. */
  readonly edgesOf: (node: number) => readonly number[];
}

const unseen = -1;

/**
 * Groups nodes so that those of a group reach each other; a node on no cycle is a group of its own. A group
 * comes after every group that it leads to. Linear in nodes and edges, without recursion (Tarjan 1972).
 */
export function findStrongComponents({ size, edgesOf }: NumberedGraph): readonly (readonly number[])[] {
  const components: number[][] = [];
  const order = new Int32Array(size).fill(unseen);
  /** The earliest node that a node leads back to, by order. */
  const low = new Int32Array(size);
  const isOpen = new Uint8Array(size);
  const open: number[] = [];
  const path: { readonly node: number; readonly edges: readonly number[]; next: number }[] = [];
  let reached = 0;

  const enter = (node: number): void => {
    order[node] = reached;
    low[node] = reached;
    reached += 1;
    isOpen[node] = 1;
    open.push(node);
    path.push({ node, edges: edgesOf(node), next: 0 });
  };
  const lower = (node: number, to: number): void => {
    if (to < at(low, node)) low[node] = to;
  };
  const close = (node: number): void => {
    if (low[node] !== order[node]) return;
    const component: number[] = [];
    for (let member = open.pop(); member !== undefined; member = open.pop()) {
      isOpen[member] = 0;
      component.push(member);
      if (member === node) break;
    }
    components.push(component);
  };

  for (let start = 0; start < size; start++) {
    if (order[start] === unseen) enter(start);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const next = step.edges[step.next++];
      if (next !== undefined) {
        if (order[next] === unseen) enter(next);
        else if (isOpen[next] === 1) lower(step.node, at(order, next));
      } else {
        path.pop();
        close(step.node);
        const caller = path.at(-1);
        if (caller !== undefined) lower(caller.node, at(low, step.node));
      }
    }
  }
  return components;
}

function at(numbers: Int32Array, index: number): number {
  return numbers[index] ?? unseen;
}
