package dev.tenon.jobs.dashboard;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a stream of events without a dedicated thread: the thread that brings an event writes it
 * if the client can take it, and the container's does so when it can take more. Thread-safe.
 */
final class AsyncStreamWriter implements WriteListener, AsyncListener {

  private static final Logger LOG = LoggerFactory.getLogger(AsyncStreamWriter.class);

  private static final int MAX_BYTES = 16 * 1024;
  private static final byte[] NOTHING = {};

  private final DashboardResponse.Stream stream;
  private final AsyncContext context;
  private final HttpServletResponse response;
  private final ServletOutputStream out;

  /**
   * The number of requests to write. The thread that raises it from 0 writes for the others too.
   */
  private final AtomicInteger signals = new AtomicInteger();

  private final AtomicBoolean isFinished = new AtomicBoolean();

  /** The container says once when writing may begin. */
  private volatile boolean mayWrite;

  // What is being written, and how much of it has been: only for whoever writes, which the signals
  // put in an order
  private byte[] event = NOTHING;
  private int written;
  private boolean mustFlush;

  private AsyncStreamWriter(
      DashboardResponse.Stream stream,
      AsyncContext context,
      HttpServletResponse response,
      ServletOutputStream out) {
    this.stream = stream;
    this.context = context;
    this.response = response;
    this.out = out;
  }

  /** Writes a stream after the request's thread has returned. */
  static void start(
      DashboardResponse.Stream stream, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    boolean isStarted = false;
    try {
      ServletOutputStream out = response.getOutputStream();
      AsyncContext context = request.startAsync();
      context.setTimeout(0);
      AsyncStreamWriter writer = new AsyncStreamWriter(stream, context, response, out);
      context.addListener(writer);
      stream.onChange(writer::write);
      out.setWriteListener(writer);
      isStarted = true;
    } finally {
      if (!isStarted) {
        stream.abandon();
      }
    }
  }

  @Override
  public void onWritePossible() throws IOException {
    if (stream instanceof Download download && download.isOverdue()) {
      breakOff();
      return;
    }
    mayWrite = true;
    write();
  }

  /** Breaks the connection. A normal end would tell the client that the file is complete. */
  private void breakOff() throws IOException {
    try {
      // Jetty breaks the connection for this, but not for an exception
      response.sendError(-1);
    } catch (IllegalStateException e) {
      // Other containers break it for an exception
      throw new IOException("The client has not taken the file in time.", e);
    }
    finish();
  }

  private void write() {
    if (!mayWrite || signals.getAndIncrement() != 0) {
      return;
    }
    int answered = 1;
    do {
      writeWhatIsThere();
      answered = signals.addAndGet(-answered);
    } while (answered != 0);
  }

  private void writeWhatIsThere() {
    try {
      while (!isFinished.get() && out.isReady()) {
        if (stream.isEnded()) {
          // Not earlier: a container keeps a thread until the client has taken what is on its way
          finish();
          return;
        }
        if (written == event.length) {
          event = stream.poll().orElse(NOTHING);
          written = 0;
        }
        if (event.length > 0) {
          // A container copies what the client does not take yet
          int length = Math.min(event.length - written, MAX_BYTES);
          out.write(event, written, length);
          written += length;
          mustFlush = true;
        } else if (mustFlush) {
          mustFlush = false;
          out.flush();
        } else {
          return;
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      // Also for want of memory: whoever writes may be the thread that tells all other pages
      finish();
      LOG.debug(
          "The client of a stream has disconnected, or cannot be written to; the stream ends.", e);
    }
  }

  private void finish() {
    if (isFinished.compareAndSet(false, true)) {
      stream.abandon();
      try {
        context.complete();
      } catch (IllegalStateException e) {
        LOG.debug("The container has ended the response of a stream.", e);
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    LOG.debug("A stream can no longer be written to, so it ends.", failure);
    finish();
  }

  @Override
  public void onError(AsyncEvent event) {
    finish();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    finish();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    isFinished.set(true);
    stream.abandon();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // Nobody starts it again
  }
}
