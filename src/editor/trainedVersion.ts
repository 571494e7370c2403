import type { Version } from './afterAnalysis';

/** What a trainer has of a run's model file, and what is on its way to it. */
export class TrainedVersion {
  private constructor(
    /** What trains, or was sent last to take over. */
    private current: Version,
    /** Stands for the files that the trainer surely has; those of a text that is overtaken never reach it. */
    private files: string,
  ) {}

  /** Of a run that has just begun with `text`. If that is what the editor has, so are its files; of another text they are unknown here. */
  static of(text: string, edited: Version): TrainedVersion {
    const files = text === edited.text ? edited.files : '';
    return new TrainedVersion({ text, files }, files);
  }

  get newest(): Version {
    return this.current;
  }

  /** `version` is on its way; whether the trainer needs its files with it. */
  offer(version: Version): boolean {
    this.current = version;
    return version.files !== this.files;
  }

  /** `version` trains now; false where a newer one is on its way. */
  accept(version: Version): boolean {
    this.files = version.files;
    return this.current === version;
  }

  /** `version` does not train, `text` goes on; false where a newer one is on its way. */
  refuse(version: Version, text: string): boolean {
    if (this.current !== version) return false;
    this.current = { text, files: this.files };
    return true;
  }
}
