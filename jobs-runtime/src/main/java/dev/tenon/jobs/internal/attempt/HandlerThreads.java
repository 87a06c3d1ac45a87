package dev.tenon.jobs.internal.attempt;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of handlers. The worker's slots limit how many run at a time. */
public final class HandlerThreads {

  private static final int FIRST_VERSION_WITH_VIRTUAL_THREADS = 21;

  private HandlerThreads() {}

  /** Returns an executor with a thread for each job: virtual if requested and available. */
  public static ExecutorService executor(boolean virtualThreads, String workerId) {
    if (virtualThreads && Runtime.version().feature() >= FIRST_VERSION_WITH_VIRTUAL_THREADS) {
      return virtual();
    }
    AtomicInteger count = new AtomicInteger();
    ThreadFactory factory =
        work -> {
          Thread thread = new Thread(work, "job-" + workerId + "-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    // Not bounded: a thread that ignores its interrupt must not keep a slot from being used
    return Executors.newCachedThreadPool(factory);
  }

  /**
   * Creates the executor by reflection, because this code is compiled for Java 17, which has no
   * such method.
   */
  private static ExecutorService virtual() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(
          "This JVM reports virtual threads, but does not provide any; use"
              + " WorkerOptions.withVirtualThreads(false).",
          e);
    }
  }
}
