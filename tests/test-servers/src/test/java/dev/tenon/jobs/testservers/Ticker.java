package dev.tenon.jobs.testservers;

import java.util.concurrent.TimeUnit;

/**
 * A program to watch: it prints what it was started with, then ends or ticks until it is stopped.
 */
final class Ticker {

  private Ticker() {}

  public static void main(String[] arguments) throws InterruptedException {
    System.out.println("java " + System.getProperty("java.version"));
    System.out.println("property " + System.getProperty("greeting"));
    System.out.println("environment " + System.getenv("GREETING"));
    System.err.println("on standard error");
    if (arguments[0].equals("end")) {
      System.exit(3);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("bye")));
    for (int i = 1; ; i++) {
      System.out.println("tick " + i);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
