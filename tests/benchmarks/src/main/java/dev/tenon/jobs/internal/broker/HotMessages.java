package dev.tenon.jobs.internal.broker;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.pointer.JobPointer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code ./dev bench jmh}: what the messages of full size cost for each job that they point to. It
 * is in this package because nobody else may write such messages.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HotMessages {

  private static final int JOBS = MessagePointers.MAX_POINTERS;

  private final MessagePointers pointers =
      new MessagePointers(
          IntStream.range(0, JOBS)
              .mapToObj(
                  unused ->
                      new JobPointer(
                          UUID.randomUUID(),
                          "bench.work",
                          "bench.work",
                          JobPriority.NORMAL,
                          1,
                          false))
              .toList());

  private final byte[] body = PointerMessage.body(pointers);

  /** Before a message is published. */
  @Benchmark
  @OperationsPerInvocation(JOBS)
  public byte[] encode() {
    return PointerMessage.body(pointers);
  }

  /** When a message has come, before its jobs are claimed. */
  @Benchmark
  @OperationsPerInvocation(JOBS)
  public Optional<List<UUID>> decode() {
    return PointerMessage.parse(body).map(PointerMessage.Content::jobIds);
  }
}
