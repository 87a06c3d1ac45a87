package dev.tenon.benchmarks.systems;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * A process of Node.js that runs {@code measured.js}, whose first lines say how the two talk. It
 * ends with this JVM. Thread-safe; commands take turns.
 */
final class NodeProcess implements Closeable {

  private static final Duration TIMEOUT = Duration.ofMinutes(30);
  private static final Duration END = Duration.ofSeconds(10);

  private static final String READY = "ready";
  private static final String DONE = "done";
  private static final String STARTED = "started ";
  private static final String ENDED = "the process ended";

  private final String name;
  private final Process process;
  private final BufferedWriter commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private volatile IntConsumer started = count -> {};

  private NodeProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "reads " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts one, and waits until its tables are there.
   *
   * @param folder where {@code measured.js} is
   * @param library the file next to it with the library, without its extension
   * @param databaseUrl where its database is
   * @param concurrency how many jobs it runs at a time
   */
  static NodeProcess start(Path folder, String library, String databaseUrl, int concurrency)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("node", "measured.js", library, Integer.toString(concurrency))
            .directory(folder.toFile())
            .redirectError(Redirect.INHERIT);
    String unused = builder.environment().put("DATABASE_URL", databaseUrl);
    NodeProcess node = new NodeProcess("node, " + library, builder.start());
    node.await("the start", READY);
    return node;
  }

  /** Its process id. */
  long pid() {
    return process.pid();
  }

  /** Sets the consumer that a thread of this object notifies of how many more jobs have started. */
  void onStarted(IntConsumer listener) {
    started = listener;
  }

  /** Has it carry out a command, and waits until it has. */
  synchronized void ask(String command) throws IOException {
    commands.write(command);
    commands.newLine();
    commands.flush();
    await(command, DONE);
  }

  private void await(String command, String wanted) throws IOException {
    try {
      String answer = answers.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (!wanted.equals(answer)) {
        throw new IOException(
            "%s: after '%s' it should say '%s', and said '%s'"
                .formatted(name, command, wanted, answer));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while " + name + " was asked to " + command);
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(STARTED)) {
          started.accept(Integer.parseInt(line.substring(STARTED.length())));
        } else {
          answers.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      answers.add(ENDED);
    }
  }

  /** Ends it, by force if it takes too long. */
  @Override
  public void close() throws IOException {
    try {
      commands.close();
    } catch (IOException e) {
      // A process that has ended reads nothing any more
      if (process.isAlive()) {
        process.destroyForcibly();
        throw e;
      }
    }
    try {
      if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while " + name + " was closed");
    }
  }

  /** Closes all of them, even if one cannot be closed. */
  static void closeAll(List<NodeProcess> processes) throws IOException {
    IOException failure = null;
    for (NodeProcess each : processes) {
      try {
        each.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
