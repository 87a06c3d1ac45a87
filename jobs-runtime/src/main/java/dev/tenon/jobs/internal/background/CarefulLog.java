package dev.tenon.jobs.internal.background;

/**
 * Log lines in places where nothing may fail, not even for want of memory or of space on a disk.
 */
public final class CarefulLog {

  private CarefulLog() {}

  /**
   * Logs, if that is possible.
   *
   * @param line logs a line; whatever it throws is dropped, since there is nowhere to tell of it
   */
  public static void write(Runnable line) {
    try {
      line.run();
    } catch (RuntimeException | Error unloggable) {
      Thread.onSpinWait();
    }
  }
}
