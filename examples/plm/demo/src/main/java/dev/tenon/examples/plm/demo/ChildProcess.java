package dev.tenon.examples.plm.demo;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A process that ends with this JVM. What it prints goes to a file. Thread-safe. */
public final class ChildProcess implements AutoCloseable {

  private static final int TAIL = 40;
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final String name;
  private final Process process;
  private final Predicate<String> readyLine;
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile @Nullable String readyText;
  private final CountDownLatch outputEnded = new CountDownLatch(1);
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final Thread killer;

  private ChildProcess(String name, Process process, Path log, Predicate<String> readyLine) {
    this.name = name;
    this.process = process;
    this.readyLine = readyLine;
    this.killer = new Thread(() -> killTree(), "end of " + name);
    Runtime.getRuntime().addShutdownHook(killer);
    Thread reader = new Thread(() -> copyOutput(log), "output of " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a process.
   *
   * @param environment is added to that of this JVM
   * @param log where its output goes
   * @param readyLine which line says that it is ready
   */
  public static ChildProcess start(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path log,
      Predicate<String> readyLine)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Redirect.from(new File("/dev/null")));
    builder.environment().putAll(environment);
    return new ChildProcess(name, builder.start(), log, readyLine);
  }

  /** Waits until it has printed that it is ready. */
  public void awaitReady(Duration timeout) throws InterruptedException {
    if (!ready.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(
          name + " was not ready in " + timeout.toSeconds() + " s. " + tail());
    }
    if (readyText == null) {
      throw new IllegalStateException(name + " has ended. " + tail());
    }
  }

  /** The line that reported that it is ready; empty if it has not. */
  public String readyText() {
    return Objects.requireNonNullElse(readyText, "");
  }

  /** Kills it, with the processes that it has started. */
  public void kill() throws InterruptedException {
    killTree();
    process.waitFor();
    forget();
  }

  /** Tells it to end, and waits until it has. */
  @Override
  public void close() {
    // Through the handle: Process.destroy() would also close the output, which is still being read
    process.toHandle().destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        killTree();
        process.waitFor();
      }
      outputEnded.await(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      killTree();
      Thread.currentThread().interrupt();
    }
    forget();
  }

  private void killTree() {
    List<ProcessHandle> below = process.descendants().toList();
    process.toHandle().destroyForcibly();
    below.forEach(ProcessHandle::destroyForcibly);
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // This JVM is ending: the hook runs, and finds nothing to kill
      return;
    }
  }

  private String tail() {
    synchronized (lastLines) {
      return "It printed last:" + System.lineSeparator() + String.join("\n", lastLines);
    }
  }

  private void copyOutput(Path log) {
    try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Writer file = Files.newBufferedWriter(log)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        file.write(line + "\n");
        file.flush();
        synchronized (lastLines) {
          lastLines.add(line);
          if (lastLines.size() > TAIL) {
            lastLines.remove();
          }
        }
        if (readyText == null && readyLine.test(line)) {
          readyText = line;
          ready.countDown();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The output of " + name + " cannot be copied", e);
    } finally {
      // Nobody waits for a process that has ended
      ready.countDown();
      outputEnded.countDown();
    }
  }
}
