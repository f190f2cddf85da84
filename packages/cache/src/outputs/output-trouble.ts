/** Something about the outputs themselves keeps them from being stored or restored; the message names it. */
export class OutputTrouble extends Error {
  override readonly name = 'OutputTrouble';
}
