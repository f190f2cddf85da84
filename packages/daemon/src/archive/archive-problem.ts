/** Why an archive is not handed to a client. The words go to the log and to `larder daemon status`. */
export class ArchiveProblem extends Error {
  override readonly name = 'ArchiveProblem';
}
