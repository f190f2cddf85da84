import type { Digest, ProjectName } from '../ids.ts';
import type { DigestFunction } from '../ports.ts';
import type { ProjectGraph } from '../project-graph/project.ts';
import { encodeList, encodeSet, encodeText } from './canonical.ts';
import { ClosureFold } from './closure-fold.ts';
import { findExternals, findRootExternals, resolveExternal } from './resolve-externals.ts';

/**
 * Digests of packages from outside the workspace, each with everything that it uses: keys, which hold
 * the versions, and integrity. A name that the lockfile does not resolve counts by the name alone.
 */
export class ExternalDigests {
  readonly #graph: ProjectGraph;
  readonly #digest: DigestFunction;
  readonly #packages: ClosureFold<string, Digest>;
  readonly #projects: ClosureFold<ProjectName, Digest>;
  readonly #unresolved = new Map<string, Digest>();
  #root: Digest | null = null;

  constructor(graph: ProjectGraph, digest: DigestFunction) {
    const { packages } = graph.externals;
    this.#graph = graph;
    this.#digest = digest;
    this.#packages = new ClosureFold<string, Digest>({
      edgesOf: (key) => packages.get(key)?.dependencies ?? [],
      combine: (members, below) => {
        const own = members.map((key) => encodeList([key, packages.get(key)?.integrity ?? '']));
        return digest(encodeSet(own) + encodeSet(below));
      },
    });
    this.#projects = new ClosureFold<ProjectName, Digest>({
      edgesOf: (project) => (graph.dependencies.get(project) ?? []).map((edge) => edge.dependency),
      combine: (members, below) =>
        digest(encodeSet(members.flatMap((project) => this.#encodeProject(project))) + encodeSet(below)),
    });
  }

  /** What the project and all projects that it depends on ask for. */
  ofProject(project: ProjectName): Digest {
    return this.#projects.valueOf(project);
  }

  /** What the workspace's root manifest asks for. */
  ofRoot(): Digest {
    const resolved = findRootExternals(this.#graph.externals);
    this.#root ??= this.#digest(encodeSet([...resolved].map(([name, key]) => this.#encode(name, [key]))));
    return this.#root;
  }

  /** One package, by the name under which the project would import it. */
  ofPackage(name: string, project: ProjectName): Digest {
    const key = resolveExternal(name, project, this.#graph);
    return key === null ? this.#ofUnresolved(name) : this.#digest(this.#encode(name, [key]));
  }

  #ofUnresolved(name: string): Digest {
    let digest = this.#unresolved.get(name);
    if (digest === undefined) {
      digest = this.#digest(this.#encode(name, findExternals(name, this.#graph.externals)));
      this.#unresolved.set(name, digest);
    }
    return digest;
  }

  #encodeProject(project: ProjectName): readonly string[] {
    const names = this.#graph.projects.get(project)?.externalDependencies ?? [];
    return names.map((name) => {
      const key = resolveExternal(name, project, this.#graph);
      return this.#encode(name, key === null ? [] : [key]);
    });
  }

  #encode(name: string, keys: readonly string[]): string {
    return encodeText(name) + encodeSet(keys.map((key) => this.#packages.valueOf(key)));
  }
}
