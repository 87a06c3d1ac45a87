package dev.tenon.jobs.dashboard;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The events for one open page. Whoever hands them over never waits for the client: one that does
 * not take them in time is let go. Thread-safe, with one reader.
 */
final class EventStream implements DashboardResponse.Stream {

  /** More than that many events behind, a client had better start again. */
  static final int MAX_EVENTS = 100;

  /** The longest time without data, so that no proxy takes the connection for dead. */
  static final Duration MAX_SILENCE = Duration.ofSeconds(15);

  /** The longest time that an event may wait for the client. */
  static final Duration MAX_WAIT = Duration.ofSeconds(30);

  private static final byte[] START = "retry: 5000\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PING = ": still here\n\n".getBytes(StandardCharsets.US_ASCII);

  private final String topic;
  private final Consumer<EventStream> whenEnded;
  private final LongSupplier nanoTime;
  private final Queue<byte[]> events = new ArrayDeque<>();
  private Runnable listener = () -> {};
  private long offeredNanos;
  private long takenNanos;
  private boolean ended;
  private boolean endsWhenTaken;

  EventStream(String topic, Consumer<EventStream> whenEnded, LongSupplier nanoTime) {
    this.topic = topic;
    this.whenEnded = whenEnded;
    this.nanoTime = nanoTime;
    offer(START);
  }

  String topic() {
    return topic;
  }

  boolean isAbout(String other) {
    return topic.equals(other);
  }

  /** Hands over an event, or ends the stream if it is too far behind. */
  void offer(byte[] event) {
    boolean isTooFarBehind;
    synchronized (this) {
      isTooFarBehind = events.size() == MAX_EVENTS;
      if (!ended && !isTooFarBehind) {
        offeredNanos = nanoTime.getAsLong();
        if (events.isEmpty()) {
          takenNanos = offeredNanos;
        }
        events.add(event);
      }
    }
    if (isTooFarBehind) {
      end();
    } else {
      tell();
    }
  }

  /** Ends the stream if the client takes nothing, and breaks a long silence. */
  void check() {
    boolean isStuck;
    boolean isSilent;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      isStuck = !events.isEmpty() && now - takenNanos > MAX_WAIT.toNanos();
      isSilent = now - offeredNanos > MAX_SILENCE.toNanos();
    }
    if (isStuck) {
      end();
    } else if (isSilent) {
      offer(PING);
    }
  }

  /** Ends the stream; what has not been taken is dropped. */
  void end() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      events.clear();
    }
    whenEnded.accept(this);
    tell();
  }

  /** Returns the number of events that wait for the client. */
  synchronized int waiting() {
    return events.size();
  }

  /** Ends the stream once the client has taken what there is. */
  void endWhenTaken() {
    boolean isTaken;
    synchronized (this) {
      endsWhenTaken = true;
      isTaken = events.isEmpty();
    }
    if (isTaken) {
      end();
    }
  }

  private void tell() {
    Runnable toNotify;
    synchronized (this) {
      toNotify = listener;
    }
    toNotify.run();
  }

  @Override
  public synchronized void onChange(Runnable listener) {
    this.listener = listener;
  }

  @Override
  public Optional<byte[]> poll() {
    Optional<byte[]> event;
    boolean isLast;
    synchronized (this) {
      event = Optional.ofNullable(events.poll());
      if (event.isPresent()) {
        takenNanos = nanoTime.getAsLong();
      }
      isLast = endsWhenTaken && events.isEmpty();
    }
    if (isLast) {
      end();
    }
    return event;
  }

  @Override
  public synchronized boolean isEnded() {
    return ended;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    writeTo(out, this::poll);
  }

  /**
   * Writes events as {@link #writeTo(OutputStream)} does.
   *
   * @param next takes the next event of this stream
   */
  void writeTo(OutputStream out, Supplier<Optional<byte[]>> next) throws IOException {
    Thread writer = Thread.currentThread();
    AtomicBoolean isWriting = new AtomicBoolean();
    Semaphore changes = new Semaphore(0);
    onChange(
        () -> {
          changes.release();
          // The client takes nothing: this closes the channel, and so ends the write
          if (isWriting.get() && isEnded()) {
            writer.interrupt();
          }
        });
    try {
      while (!isEnded()) {
        byte[] event = next.get().orElse(null);
        if (event == null) {
          changes.acquire();
          changes.drainPermits();
        } else {
          isWriting.set(true);
          try {
            out.write(event);
            out.flush();
          } finally {
            isWriting.set(false);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
  }

  @Override
  public void abandon() {
    end();
  }
}
