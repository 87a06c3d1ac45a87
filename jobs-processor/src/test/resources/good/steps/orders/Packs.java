package orders;

import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.annotation.StepKey;

/** A step that several handlers have. */
interface Packs<K, B> {

  @Step(aliases = "wrap")
  void pack(@StepKey K id, B box) throws Exception;
}
