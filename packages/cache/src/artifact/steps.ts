/**
 * Work that goes on at once while it has what it needs, and names what it waits for where it has not: a promise for each
 * entry of an archive would cost more than the entry.
 */
export type Steps<Result> = Generator<Promise<unknown>, Result, void>;

/** Rejects with what the steps throw. What they wait for is thrown into them where it rejects. */
export async function runSteps<Result>(steps: Steps<Result>): Promise<Result> {
  let step = steps.next();
  while (step.done !== true) {
    try {
      await step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next();
  }
  return step.value;
}

/** The value of a promise. */
export function* waitFor<Value>(promise: Promise<Value>): Steps<Value> {
  const settled: Value[] = [];
  yield promise.then((value) => settled.push(value));
  return settled[0] as Value;
}
