package dev.tenon.jobs.faults;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Does what is to be done at the n-th pass of a crash point. Public for the code that calls it. */
public final class Crash {

  private static final AtomicInteger PASSES = new AtomicInteger();

  private static volatile int atPass = Integer.MAX_VALUE;
  private static volatile Way way = Way.END_PROCESS;

  private Crash() {}

  /** What is done. */
  enum Way {
    END_PROCESS,
    HANG,
    RUN_OUT_OF_MEMORY
  }

  static void arm(int pass, Way what) {
    way = what;
    atPass = pass;
  }

  /** The crash point is passed. */
  public static void pass() {
    if (PASSES.incrementAndGet() == atPass) {
      switch (way) {
        case END_PROCESS -> Runtime.getRuntime().halt(CrashPoint.EXIT_CODE);
        case HANG -> {
          System.out.println(Node.HANGS);
          while (true) {
            LockSupport.park();
          }
        }
        case RUN_OUT_OF_MEMORY -> {
          System.out.println(Node.OUT_OF_MEMORY);
          throw new OutOfMemoryError("simulated");
        }
      }
    }
  }
}
