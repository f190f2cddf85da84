import type { TaskId } from '../ids.ts';

/** What a task takes of the machine while it runs. */
export interface TaskDemand {
  /** Slots, 1 or more; where there are fewer, it takes all. */
  readonly weight: number;
  /** By name, 1 or more of each. */
  readonly resources: ReadonlyMap<string, number>;
  /** What is reserved for it; 0 where nobody knows. */
  readonly memoryBytes: number;
}

export const plainDemand: TaskDemand = { weight: 1, resources: new Map(), memoryBytes: 0 };

/** The rules of a run for what its tasks share. */
export interface SharedCapacity {
  /** Tasks that are not in it take one slot and nothing else. */
  readonly demands: ReadonlyMap<TaskId, TaskDemand>;
  /** How much there is of each resource that a demand names. */
  readonly resources: ReadonlyMap<string, number>;
}

export const nothingShared: SharedCapacity = { demands: new Map(), resources: new Map() };

/** What may run at a moment. Continuous tasks take nothing, since those that need them could then get none. */
export interface StartLimits {
  /** The weights of all running tasks together. */
  readonly slots: number;
  /** What is reserved for all running tasks together; null: whatever they take. */
  readonly memoryBytes: number | null;
  /** The machine can bear no more: nothing starts while anything runs. */
  readonly isStrained: boolean;
}

export function limitSlots(slots: number): StartLimits {
  return { slots, memoryBytes: null, isStrained: false };
}
