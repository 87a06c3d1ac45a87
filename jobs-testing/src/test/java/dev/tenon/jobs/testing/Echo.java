package dev.tenon.jobs.testing;

import dev.tenon.jobs.EmittingContext;
import dev.tenon.jobs.EmittingJobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sensitive;
import java.util.List;

/** A job that returns its text, and emits its words before that. */
@JobType(
    value = "test.echo",
    result = Echo.class,
    emits = Echo.Word.class,
    maxAttempts = 1,
    retryDelays = {})
record Echo(String text) {

  /** A word of the text. */
  record Word(int number, @Sensitive String text) {}

  @JobType("test.echo")
  static final class Handler implements EmittingJobHandler<Echo, Echo, Word> {
    @Override
    public Echo execute(Echo payload, EmittingContext<Word> context) {
      if (payload.text().isEmpty()) {
        throw new IllegalStateException("Nothing to say.");
      }
      int number = 0;
      for (String word : List.of(payload.text().split(" ", -1))) {
        context.emit(new Word(number++, word));
      }
      return payload;
    }
  }
}
