package dev.tenon.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stream does for clients that are slow, silent or gone. */
class EventStreamTest {

  private static final byte[] EVENT = "data: x\n\n".getBytes(StandardCharsets.US_ASCII);

  private final List<EventStream> ended = new ArrayList<>();
  private long nanos = 1;
  private EventStream stream;

  @BeforeEach
  void open() {
    stream = new EventStream("overview", ended::add, () -> nanos);
  }

  private void pass(Duration duration) {
    nanos += duration.toNanos();
  }

  private String next() {
    byte[] event = stream.poll().orElse(null);
    return event == null ? "" : new String(event, StandardCharsets.US_ASCII);
  }

  @Test
  void eventsComeInTheirOrder() {
    stream.offer(EVENT);

    assertThat(next()).isEqualTo("retry: 5000\n\n");
    assertThat(next()).isEqualTo("data: x\n\n");
    assertThat(next()).isEmpty();
    assertThat(stream.isEnded()).isFalse();
  }

  @Test
  void aClientThatIsTooFarBehindIsLetGo() {
    for (int i = 1; i < EventStream.MAX_EVENTS; i++) {
      stream.offer(EVENT);
    }
    assertThat(stream.isEnded()).isFalse();

    stream.offer(EVENT);

    assertThat(stream.isEnded()).isTrue();
    assertThat(ended).containsExactly(stream);
    assertThat(next()).isEmpty();
  }

  @Test
  void aClientThatTakesNothingIsLetGo() {
    pass(EventStream.MAX_WAIT);
    stream.check();
    assertThat(stream.isEnded()).isFalse();

    pass(Duration.ofMillis(1));
    stream.check();

    assertThat(stream.isEnded()).isTrue();
  }

  @Test
  void aClientThatReadsSomethingMayContinue() {
    stream.offer(EVENT);
    pass(EventStream.MAX_WAIT);
    assertThat(next()).isNotEmpty();

    pass(Duration.ofSeconds(1));
    stream.check();

    assertThat(stream.isEnded()).isFalse();
  }

  @Test
  void aLongSilenceIsBroken() {
    assertThat(next()).isNotEmpty();
    pass(EventStream.MAX_SILENCE);
    stream.check();
    assertThat(next()).isEmpty();

    pass(Duration.ofMillis(1));
    stream.check();

    assertThat(next()).isEqualTo(": still here\n\n");
  }

  @Test
  void theListenerIsNotifiedOfEventsAndOfTheEnd() {
    AtomicInteger notified = new AtomicInteger();
    stream.onChange(notified::incrementAndGet);

    stream.offer(EVENT);
    assertThat(notified).hasValue(1);
    stream.abandon();
    assertThat(notified).hasValue(2);
    stream.abandon();

    assertThat(notified).hasValue(2);
    assertThat(ended).containsExactly(stream);
  }

  @Test
  void whatIsOfferedAfterTheEndIsDropped() {
    stream.abandon();

    stream.offer(EVENT);

    assertThat(next()).isEmpty();
  }

  @Test
  void aThreadWritesEventsUntilTheEnd() throws Exception {
    CountDownLatch writes = new CountDownLatch(3);
    ByteArrayOutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public void flush() {
            writes.countDown();
          }
        };
    Thread writer =
        new Thread(
            () -> {
              try {
                stream.writeTo(out);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    stream.offer(EVENT);
    stream.offer("data: last\n\n".getBytes(StandardCharsets.US_ASCII));
    writer.start();
    assertThat(writes.await(20, TimeUnit.SECONDS)).isTrue();

    stream.end();
    writer.join(20_000);

    assertThat(writer.isAlive()).isFalse();
    assertThat(out.toString(StandardCharsets.US_ASCII))
        .isEqualTo("retry: 5000\n\ndata: x\n\ndata: last\n\n");
  }

  @Test
  void aWriteThatIsStuckIsInterrupted() throws Exception {
    CountDownLatch isWriting = new CountDownLatch(1);
    AtomicBoolean wasInterrupted = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              try {
                stream.writeTo(new StuckStream(isWriting));
              } catch (IOException e) {
                wasInterrupted.set(true);
              }
            });
    writer.start();
    assertThat(isWriting.await(20, TimeUnit.SECONDS)).isTrue();

    stream.offer(EVENT);
    pass(EventStream.MAX_WAIT.plusMillis(1));
    stream.check();
    writer.join(20_000);

    assertThat(writer.isAlive()).isFalse();
    assertThat(wasInterrupted).isTrue();
  }

  /** Blocks like a channel whose client takes nothing. */
  private static final class StuckStream extends OutputStream {
    private final CountDownLatch isWriting;

    StuckStream(CountDownLatch isWriting) {
      this.isWriting = isWriting;
    }

    @Override
    public void write(int b) throws IOException {
      isWriting.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new ClosedByInterruptException();
      }
    }
  }
}
