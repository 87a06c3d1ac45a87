package dev.tenon.jobs.testservers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The output of a process, line by line: it is appended to a file, and kept in memory for tests
 * that wait for a line. Thread-safe.
 */
final class OutputLog {

  private static final int TAIL = 100;

  private final String name;
  private final @Nullable Path file;
  private final Thread reader;
  private final Lock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<String> lines = new ArrayList<>();

  /** The number of lines before those that are kept. */
  private int forgotten;

  private boolean ended;
  private @Nullable IOException failure;

  private OutputLog(String name, InputStream output, @Nullable Path file, Runnable atEnd) {
    this.name = name;
    this.file = file;
    this.reader =
        new Thread(
            () -> {
              read(output);
              atEnd.run();
            },
            "output of " + name);
    this.reader.setDaemon(true);
  }

  /**
   * Reads the output until it ends, then runs the last task; appends to the file if there is one.
   */
  static OutputLog read(String name, InputStream output, @Nullable Path file, Runnable atEnd) {
    OutputLog log = new OutputLog(name, output, file, atEnd);
    log.reader.start();
    return log;
  }

  /** All lines so far, except those that were forgotten. */
  List<String> lines() {
    lock.lock();
    try {
      return List.copyOf(lines);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets all lines so far but the last ones, so that the output of hours fits into memory. */
  void forget() {
    lock.lock();
    try {
      List<String> early = lines.subList(0, Math.max(0, lines.size() - TAIL));
      forgotten += early.size();
      early.clear();
    } finally {
      lock.unlock();
    }
  }

  /** The last lines and the place of the rest, as the end of a message. */
  String tail() {
    List<String> all = lines();
    List<String> last = all.subList(Math.max(0, all.size() - TAIL), all.size());
    String where = file == null ? "" : " (all of it in " + file + ")";
    return last.isEmpty()
        ? "It printed nothing."
        : "It printed last" + where + ":\n  " + String.join("\n  ", last);
  }

  /** Waits until this many lines match, counted from the first line, and returns the last one. */
  String await(int count, Predicate<? super String> wanted, Duration timeout) {
    String what = count == 1 ? "a line" : count + " lines";
    int seen = 0;
    int from = 0;
    long left = timeout.toNanos();
    lock.lock();
    try {
      while (true) {
        for (from = Math.max(from, forgotten); from < forgotten + lines.size(); from++) {
          String line = lines.get(from - forgotten);
          if (wanted.test(line) && ++seen == count) {
            return line;
          }
        }
        if (ended) {
          throw new TestServerException(
              name + " ended before it printed " + what + " that was waited for. " + tail(),
              failure);
        }
        if (left <= 0) {
          throw new TestServerException(
              name + " did not print " + what + " in " + timeout + ". " + tail());
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw TestServerException.interrupted(what + " of " + name, e);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end of the output, which a process that this one started may keep open. */
  void awaitEnd(Duration timeout) {
    try {
      reader.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeout.toNanos())));
    } catch (InterruptedException e) {
      throw TestServerException.interrupted("the output of " + name, e);
    }
  }

  private void read(InputStream output) {
    try (BufferedReader in =
            new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8));
        Writer out = open()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write(line + "\n");
        out.flush();
        append(line);
      }
      end(null);
    } catch (IOException e) {
      end(e);
    }
  }

  private Writer open() throws IOException {
    return file == null
        ? Writer.nullWriter()
        : Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void append(String line) {
    lock.lock();
    try {
      lines.add(line);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end(@Nullable IOException e) {
    lock.lock();
    try {
      ended = true;
      failure = e;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
