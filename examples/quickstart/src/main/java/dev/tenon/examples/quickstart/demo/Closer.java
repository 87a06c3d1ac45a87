package dev.tenon.examples.quickstart.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Closes what the demo has opened, last first: at its end, after a failure, and on Ctrl-C. A
 * resource that is being opened when the process is asked to end is closed as soon as it is open.
 * Thread-safe.
 */
final class Closer implements AutoCloseable {

  private final Deque<Step> steps = new ArrayDeque<>();
  private final Thread hook = new Thread(this::close, "demo-shutdown");
  private final Terminal terminal;
  private volatile boolean closed;
  private boolean failed;

  Closer(Terminal terminal) {
    this.terminal = terminal;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Opens something. */
  @FunctionalInterface
  interface Opening<T> {
    T open() throws Exception;
  }

  /** Closes something. */
  @FunctionalInterface
  interface Closing<T> {
    void close(T opened) throws Exception;
  }

  private record Step(String what, Runnable close) {}

  /**
   * Opens something that will be closed.
   *
   * @param what what it is, for the message if it cannot be closed
   * @throws IllegalStateException if the process is ending
   */
  synchronized <T> T open(String what, Opening<T> opening, Closing<T> closing) throws Exception {
    if (closed) {
      throw new IllegalStateException("The demo ends.");
    }
    T opened = opening.open();
    steps.push(new Step(what, () -> close(what, opened, closing)));
    return opened;
  }

  private <T> void close(String what, T opened, Closing<T> closing) {
    try {
      closing.close(opened);
    } catch (Exception e) {
      failed = true;
      terminal.line("  " + what + " could not be closed: " + e.getMessage());
    }
  }

  /** Returns whether everything has been closed, or is being closed. */
  boolean isClosed() {
    return closed;
  }

  /** Returns whether something could not be closed. */
  synchronized boolean hasFailed() {
    return failed;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    terminal.end();
    while (!steps.isEmpty()) {
      steps.pop().close().run();
    }
    if (Thread.currentThread() != hook) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process ends already, and the hook finds nothing to do
      }
    }
  }
}
