package dev.tenon.jobs.dashboard;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The events for one open page. A client that does not read them in time is let go. */
final class EventStream implements DashboardResponse.Stream {

  /** More than that many events behind, a client had better start again. */
  private static final int MAX_EVENTS = 100;

  private static final Duration PING = Duration.ofSeconds(15);
  private static final Duration MAX_WRITE = Duration.ofSeconds(30);
  private static final String END = "";

  private final String topic;
  private final Consumer<EventStream> whenClosed;
  private final BlockingQueue<String> events = new ArrayBlockingQueue<>(MAX_EVENTS);
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable Thread writer;
  private volatile long writingSinceNanos;
  private volatile boolean isWriting;

  EventStream(String topic, Consumer<EventStream> whenClosed) {
    this.topic = topic;
    this.whenClosed = whenClosed;
  }

  String topic() {
    return topic;
  }

  boolean isAbout(String other) {
    return topic.equals(other);
  }

  /** Hands over an event, or ends the stream if it is too far behind. */
  void offer(String event) {
    if (!events.offer(event)) {
      end();
    }
  }

  /** Ends the stream. */
  void end() {
    events.clear();
    if (!events.offer(END)) {
      interrupt();
    }
    whenClosed.accept(this);
    closed.set(true);
  }

  /** Ends it if the client has taken nothing for long: closing the thread's channel does that. */
  void endIfStuck() {
    if (isWriting && System.nanoTime() - writingSinceNanos > MAX_WRITE.toNanos()) {
      end();
      interrupt();
    }
  }

  private void interrupt() {
    Thread thread = writer;
    if (thread != null) {
      thread.interrupt();
    }
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    writer = Thread.currentThread();
    try {
      write(out, "retry: 5000\n\n");
      while (!closed.get()) {
        String event = events.poll(PING.toMillis(), TimeUnit.MILLISECONDS);
        if (END.equals(event)) {
          return;
        }
        write(out, event == null ? ": still here\n\n" : event);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      writer = null;
      abandon();
    }
  }

  private void write(OutputStream out, String text) throws IOException {
    writingSinceNanos = System.nanoTime();
    isWriting = true;
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } finally {
      isWriting = false;
    }
  }

  @Override
  public void abandon() {
    closed.set(true);
    whenClosed.accept(this);
  }
}
