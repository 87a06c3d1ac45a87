package dev.tenon.benchmarks;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.OrderRule;
import dev.tenon.jobs.definition.Rate;
import java.time.Duration;
import java.util.List;

/**
 * The job type of the benchmarks with limits of several kinds, with an order, or with a short
 * retention.
 */
final class WorkVariants {

  private static final int KEYS = 1_000;
  private static final int LINES = 10_000;
  private static final String KEY = "number";

  /** 50 at a time. */
  static final JobDefinition<Work, Void> AT_MOST_50 =
      work("bench.work.most").limits(JobLimits.NONE.withMaxConcurrent(50)).build();

  /** More starts in a minute than there can be. */
  static final JobDefinition<Work, Void> RATE =
      work("bench.work.rate")
          .limits(JobLimits.NONE.withRates(List.of(Rate.parse("100000000/m"))))
          .build();

  /** Five at a time of each of a thousand keys. */
  static final JobDefinition<Work, Void> THOUSAND_KEYS =
      work("bench.work.keys")
          .limits(JobLimits.NONE.withMaxConcurrentPerKey(5))
          .limitBy(KEY, work -> work.number() % KEYS)
          .build();

  /** A thousand at a time of the only key. */
  static final JobDefinition<Work, Void> ONE_KEY =
      work("bench.work.key")
          .limits(JobLimits.NONE.withMaxConcurrentPerKey(KEYS))
          .limitBy(KEY, work -> 0)
          .build();

  /** One after another for each of ten thousand keys. */
  static final JobDefinition<Work, Void> ORDERED =
      work("bench.work.ordered").order(OrderRule.by(KEY, work -> work.number() % LINES)).build();

  /** Deleted soon after it has ended, but not before a run of some 100,000 jobs is over. */
  static final JobDefinition<Work, Void> BRIEF =
      work("bench.work.brief").retention(Duration.ofSeconds(30)).build();

  /** Of a type whose handler writes a row for each job. */
  static final JobDefinition<Work, Void> WITH_ROWS = work("bench.work.rows").build();

  /** Of a type whose handler has steps. */
  static final JobDefinition<Work, Void> IN_STEPS = work("bench.work.steps").build();

  private WorkVariants() {}

  private static JobDefinition.Builder<Work, Void> work(String type) {
    JobDefinition<Work, Void> plain = WorkJob.DEFINITION;
    return JobDefinition.builder(type, Work.class, Void.class)
        .timeout(plain.timeout())
        .retryPolicy(plain.retryPolicy())
        .payloadCodec(plain.payloadCodec())
        .payloadValidator(
            (work, violations) ->
                plain
                    .validatePayload(work)
                    .forEach(each -> violations.add(each.path(), each.message())));
  }
}
