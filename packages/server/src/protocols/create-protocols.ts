import { createBazelProtocol } from './bazel.ts';
import { createGradleProtocol } from './gradle.ts';
import { createLarderProtocol } from './larder.ts';
import { createNxProtocol } from './nx.ts';
import { createOperations, type OperationsOptions } from './operations.ts';
import type { Protocol, ProtocolContext } from './protocol.ts';
import { createTurborepoProtocol } from './turborepo.ts';

/** In the order in which they are asked whose a path is; no path is claimed by two, except that Bazel's come last. */
export function createProtocols(context: ProtocolContext, operations: OperationsOptions): readonly Protocol[] {
  return [
    createOperations(context, operations),
    createLarderProtocol(context),
    createNxProtocol(context),
    createTurborepoProtocol(context),
    createGradleProtocol(context),
    createBazelProtocol(context),
  ];
}
