package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobStoreRefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is made while it is sent, so that a large one needs no more memory than a small one:
 * one part is on its way to the client while the next is read. Thread-safe, with one reader.
 */
final class Download implements DashboardResponse.Stream {

  private static final Logger LOG = LoggerFactory.getLogger(Download.class);

  /** After this, no further part is read, and the file says so. */
  private static final Duration MAX_READING = Duration.ofMinutes(1);

  /** After this, nothing more is sent, except that the file says so. */
  private static final Duration MAX_SENDING = Duration.ofMinutes(2);

  /** A client that has not taken that after this much longer is disconnected. */
  private static final Duration GRACE = Duration.ofMinutes(1);

  /** The parts of a file. They are asked for by one thread at a time. */
  interface Source {

    /** The next part; null after the last one. It may ask the database. */
    byte @Nullable [] next();

    /**
     * The last part in place of those that {@link #next} has not returned, which says so; null if
     * there are none. It may not be needed after all, and so changes nothing.
     *
     * @param why a sentence that says why they are missing
     */
    byte @Nullable [] cut(String why);
  }

  private final Source source;
  private final ExecutorService executor;
  private final Runnable whenEnded;
  private final long startedNanos = System.nanoTime();
  private byte @Nullable [] ready;

  /** The end that is sent if it is too late for the next part; null at the beginning. */
  private byte @Nullable [] notice;

  private boolean isComplete;
  private boolean ended;
  private boolean isOverdue;
  private boolean isReleased;
  private Runnable listener = () -> {};

  /** The thread that is writing, which may have to be interrupted; null if there is none. */
  private @Nullable Thread writer;

  private Download(
      Source source, byte @Nullable [] first, ExecutorService executor, Runnable whenEnded) {
    this.source = source;
    this.executor = executor;
    this.whenEnded = whenEnded;
    this.ready = first;
    this.isComplete = first == null;
  }

  /**
   * Reads the first part, and starts a file with it.
   *
   * @param executor reads the other parts
   * @param whenEnded is run once, when the file has been sent, the client has left, or the client
   *     is too slow
   * @throws RuntimeException if the first part cannot be read
   */
  static Download start(Source source, ExecutorService executor, Runnable whenEnded) {
    Download download = new Download(source, source.next(), executor, whenEnded);
    after(MAX_SENDING, download::cutShort);
    after(MAX_SENDING.plus(GRACE), download::giveUp);
    return download;
  }

  private static void after(Duration time, Runnable task) {
    CompletableFuture.delayedExecutor(time.toSeconds(), TimeUnit.SECONDS).execute(task);
  }

  /** Ends the file after the part that is being sent: it says that the rest is missing. */
  void cutShort() {
    Runnable toNotify;
    synchronized (this) {
      if (isComplete || notice == null) {
        return;
      }
      ready = notice;
      isComplete = true;
      toNotify = listener;
    }
    toNotify.run();
  }

  /**
   * Gives the place back if the client still has not taken everything. Whoever writes must then
   * break the connection, or else the file would look complete.
   */
  void giveUp() {
    synchronized (this) {
      if (ended) {
        return;
      }
      isOverdue = true;
      if (writer != null) {
        writer.interrupt();
      }
    }
    release();
  }

  /** Returns whether the client has had more time than it gets. */
  synchronized boolean isOverdue() {
    return isOverdue;
  }

  private void release() {
    synchronized (this) {
      if (isReleased) {
        return;
      }
      isReleased = true;
    }
    whenEnded.run();
  }

  @Override
  public Optional<byte[]> poll() {
    byte @Nullable [] part;
    boolean hasEnded;
    synchronized (this) {
      part = ready;
      ready = null;
      hasEnded = part == null && isComplete;
      if (part != null && !isComplete && !ended) {
        readAhead();
      }
    }
    if (hasEnded) {
      abandon();
    }
    return Optional.ofNullable(part);
  }

  private synchronized void readAhead() {
    if (System.nanoTime() - startedNanos > MAX_READING.toNanos()) {
      ready = source.cut("Reading took longer than a minute.");
      isComplete = true;
      return;
    }
    notice = source.cut("Sending took longer than two minutes.");
    try {
      executor.execute(this::read);
    } catch (RejectedExecutionException e) {
      ready = source.cut("The dashboard is busy or shutting down.");
      isComplete = true;
    }
  }

  private void read() {
    byte @Nullable [] part;
    boolean isCut = false;
    try {
      part = source.next();
    } catch (RuntimeException e) {
      part = source.cut(whyCut(e));
      isCut = true;
    }
    Runnable toNotify;
    synchronized (this) {
      if (isComplete) {
        // The notice is in its place
        return;
      }
      ready = part;
      isComplete = isCut || part == null;
      toNotify = listener;
    }
    toNotify.run();
  }

  private static String whyCut(RuntimeException e) {
    if (e instanceof JobStoreException away && !(e instanceof JobStoreRefusedException)) {
      LOG.debug("An export is incomplete.", e);
      return DatabaseAwayException.describe(away);
    }
    LOG.error("An export is incomplete; its last line says so.", e);
    return "An internal error occurred. See the log of the application.";
  }

  @Override
  public synchronized boolean isEnded() {
    return ended;
  }

  @Override
  public synchronized void onChange(Runnable listener) {
    this.listener = listener;
  }

  @Override
  public void abandon() {
    Runnable toNotify;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      ready = null;
      toNotify = listener;
      if (writer != null) {
        // The client takes nothing: this closes the channel, and so ends the write
        writer.interrupt();
      }
    }
    release();
    toNotify.run();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    Semaphore changes = new Semaphore(0);
    onChange(changes::release);
    try {
      while (!isEnded()) {
        byte[] part = poll().orElse(null);
        if (part != null) {
          write(part, out);
        } else if (!isEnded()) {
          changes.acquire();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      onChange(() -> {});
      abandon();
    }
  }

  private void write(byte[] part, OutputStream out) throws IOException {
    synchronized (this) {
      if (ended) {
        return;
      }
      writer = Thread.currentThread();
      if (isOverdue) {
        // This closes the channel as soon as something is written
        writer.interrupt();
      }
    }
    try {
      out.write(part);
    } finally {
      synchronized (this) {
        writer = null;
      }
    }
  }
}
