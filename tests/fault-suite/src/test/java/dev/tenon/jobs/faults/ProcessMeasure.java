package dev.tenon.jobs.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM holds while it has nothing to do.
 *
 * @param heap bytes of its heap in use, right after a garbage collection
 * @param resident bytes of memory that it has from the system
 * @param threads its threads
 */
record ProcessMeasure(long heap, long resident, int threads) {

  /** "used 12345K", of one or of several parts of the heap. */
  private static final Pattern USED =
      Pattern.compile("(?:def new|tenured|garbage-first).* used (\\d+)K");

  private static final String JCMD =
      Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();

  /** Measures a JVM with the programs of the JDK that this one runs on. */
  static ProcessMeasure of(long pid) {
    String process = Long.toString(pid);
    run(JCMD, process, "GC.run");
    long heap =
        run(JCMD, process, "GC.heap_info")
            .lines()
            .map(USED::matcher)
            .filter(Matcher::find)
            .mapToLong(used -> Long.parseLong(used.group(1)) * 1024)
            .sum();
    if (heap == 0) {
      throw new IllegalStateException("jcmd does not say what the heap of " + pid + " has in use.");
    }
    long resident = Long.parseLong(run("ps", "-o", "rss=", "-p", process).strip()) * 1024;
    long threads =
        run(JCMD, process, "Thread.print").lines().filter(line -> line.startsWith("\"")).count();
    return new ProcessMeasure(heap, resident, (int) threads);
  }

  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(List.of(command) + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
