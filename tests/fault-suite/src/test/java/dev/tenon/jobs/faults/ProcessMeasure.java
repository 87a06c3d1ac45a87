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
 * @param heap bytes of all objects that a garbage collection leaves
 * @param resident bytes of memory that it has from the system
 * @param threads its threads
 */
record ProcessMeasure(long heap, long resident, int threads) {

  /** The last line of a histogram: the number of all objects, and their bytes. */
  private static final Pattern TOTAL = Pattern.compile("Total +\\d+ +(\\d+)");

  private static final String JCMD =
      Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();

  /** Measures a JVM with the programs of the JDK that this one runs on. */
  static ProcessMeasure of(long pid) {
    String process = Long.toString(pid);
    // It collects garbage and counts what is left in one pause, so nothing is allocated in between
    Matcher total = TOTAL.matcher(run(JCMD, process, "GC.class_histogram"));
    if (!total.find()) {
      throw new IllegalStateException("jcmd does not say what the objects of " + pid + " take.");
    }
    long heap = Long.parseLong(total.group(1));
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
