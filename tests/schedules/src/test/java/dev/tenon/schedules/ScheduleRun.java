package dev.tenon.schedules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Runs schedules of a part in a process of its own, which Fray controls. Thread-safe: as many
 * processes run at a time as there are processors, each on one of them, because only one of its
 * threads runs at a time.
 */
final class ScheduleRun {

  private static final Path REPORTS = Path.of("target/schedules").toAbsolutePath();
  private static final Pattern FOUND = Pattern.compile("Error found at iter: (\\d+)");
  private static final BlockingQueue<Integer> FREE = new LinkedBlockingQueue<>(processors());

  private final InstrumentedJdk jdk;

  ScheduleRun(InstrumentedJdk jdk) {
    this.jdk = jdk;
  }

  /**
   * The failure of a schedule.
   *
   * @param number the number of the schedule, from 1
   * @param log what happened, with the place of the recording
   */
  record Failure(int number, String log) {}

  /** The numbers of the processors that this process may use, which need not begin with 0. */
  private static List<Integer> processors() {
    String name = "Cpus_allowed_list:";
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      String ranges =
          lines
              .filter(line -> line.startsWith(name))
              .map(line -> line.substring(name.length()).strip())
              .findFirst()
              .orElseThrow();
      return Arrays.stream(ranges.split(","))
          .map(range -> range.split("-"))
          .flatMapToInt(
              ends ->
                  IntStream.rangeClosed(
                      Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])))
          .boxed()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs schedules of a part until one fails.
   *
   * @param process distinguishes the processes that run schedules of the part, from 1
   */
  Optional<Failure> run(Part part, int process, int schedules)
      throws IOException, InterruptedException {
    return run(part, part.code() + "/" + process, List.of(), random(schedules));
  }

  /**
   * Does the same with a broken variant.
   *
   * @param classes the folder with its classes
   */
  Optional<Failure> run(BrokenVariant variant, Path classes, int schedules)
      throws IOException, InterruptedException {
    return run(variant.part(), variant.toString(), List.of(classes), random(schedules));
  }

  /** Repeats a schedule of a part, from its recording. */
  Optional<Failure> repeat(Part part, Path recording) throws IOException, InterruptedException {
    return run(part, part.code() + "-repeated", List.of(), replay(recording));
  }

  /** Does the same with a broken variant. */
  Optional<Failure> repeat(BrokenVariant variant, Path recording)
      throws IOException, InterruptedException {
    return run(
        variant.part(), variant + "-repeated", List.of(variant.compile()), replay(recording));
  }

  private static List<String> random(int schedules) {
    return List.of("--scheduler", "random", "-i", String.valueOf(schedules));
  }

  private static List<String> replay(Path recording) {
    return List.of("--scheduler", "replay", "--path-to-scheduler", recording.toString(), "-i", "1");
  }

  private Optional<Failure> run(Part part, String name, List<Path> variant, List<String> arguments)
      throws IOException, InterruptedException {
    Path report = REPORTS.resolve(name);
    Integer processor = FREE.take();
    try {
      Commands.delete(report);
      int code =
          Commands.code(
              REPORTS.resolve(name + ".txt"), command(processor, part, report, variant, arguments));
      Path log = report.resolve("fray.log");
      String text = Files.exists(log) ? Files.readString(log) : "";
      Matcher found = FOUND.matcher(text);
      if (found.find()) {
        return Optional.of(new Failure(Integer.parseInt(found.group(1)) + 1, text));
      }
      if (code != 0 || !text.contains("Run finished")) {
        throw new IllegalStateException(
            "The process for %s ended with %d:%n%s"
                .formatted(name, code, Files.readString(REPORTS.resolve(name + ".txt"))));
      }
      return Optional.empty();
    } finally {
      FREE.add(processor);
    }
  }

  private List<String> command(
      int processor, Part part, Path report, List<Path> variant, List<String> arguments) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/taskset"))) {
      // Its threads hand over to each other all the time, which takes long from one processor to
      // another
      command.addAll(List.of("/usr/bin/taskset", "-c", "" + processor));
    }
    List<Path> first = new ArrayList<>(variant);
    first.addAll(jdk.classPath());
    command.addAll(
        List.of(
            jdk.home().resolve("bin/java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-cp",
            first.stream().map(Path::toString).collect(Collectors.joining(":"))
                + ":"
                + System.getProperty("java.class.path"),
            "-agentpath:" + jdk.library(),
            "-javaagent:" + jdk.agent(),
            "org.pastalab.fray.core.MainKt",
            "--run-config",
            "cli",
            "--clazz",
            part.scheduleClass(),
            "--method",
            "run",
            "--no-reset-class-loader",
            "--timeline-coverage",
            "none",
            "--system-time-delegate-type",
            "mock",
            "--virtual-time-delta",
            "" + part.nanosOfAStep(),
            "--no-ignore-timed-block",
            "--timeout",
            "3600",
            "-o",
            report.toString()));
    command.addAll(arguments);
    return command;
  }
}
