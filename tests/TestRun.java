import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Shows a test run to a person, and records the time that each class took. {@code ./dev test}
 * calls it with {@code java TestRun.java}; it needs only a JDK.
 *
 * <pre>
 * watch ROOT ROUND   copies Maven's output from standard input to a log and prints what a person
 *                    wants to see of it; writes the times of the round to ROOT/target/test-times
 * times ROOT         prints the times of the last rounds as a table
 * check ROOT CLASS   fails if a test class, except these, was built but none of the last rounds ran it
 * </pre>
 */
public final class TestRun {

  private TestRun() {}

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "watch" -> new Watch(root, arguments[2]).run();
      case "times" -> Times.ofLastRounds(root).table().forEach(System.out::println);
      case "check" -> System.exit(everyClassRan(root, List.of(arguments)) ? 0 : 1);
      default -> throw new IllegalArgumentException("There is no task " + arguments[0]);
    }
  }

  private static boolean everyClassRan(Path root, List<String> except) throws IOException {
    Set<String> missing = new TreeSet<>();
    for (Path classes : folders(root, "test-classes")) {
      for (Path file : files(classes, name -> name.endsWith("Test.class"))) {
        String name = classes.relativize(file).toString().replaceFirst("\\.class$", "");
        if (!name.contains("$") && !except.contains(name.replace('/', '.'))) {
          missing.add(name.replace('/', '.'));
        }
      }
    }
    int built = missing.size();
    Times.ofLastRounds(root).rows().forEach(row -> missing.remove(row.name()));
    missing.forEach(name -> System.out.println(name + " was built, and no round ran it."));
    System.out.printf("%d of %d test classes ran.%n", built - missing.size(), built);
    return missing.isEmpty();
  }

  /** Shows Maven's output as it arrives. */
  private static final class Watch {

    private static final Pattern MODULE =
        Pattern.compile("\\[INFO] Building (.+?) +\\S+ +\\[(\\d+)/(\\d+)]");
    private static final Pattern CLASS =
        Pattern.compile(
            "\\[\\w+] Tests run: (\\d+), Failures: (\\d+), Errors: (\\d+), Skipped: \\d+,"
                + " Time elapsed: ([0-9.,]+) s.* -- in ([\\w.$]+)");

    private final Path root;
    private final String round;
    private final Times expected;
    private final double expectedSeconds;
    private final long begin = System.nanoTime();
    private double doneSeconds;
    private int tests;
    private boolean isError;

    Watch(Path root, String round) throws IOException {
      this.root = root;
      this.round = round;
      expected = Times.ofFile(root.resolve("tests/times.tsv")).of(round);
      expectedSeconds = expected.rows().stream().mapToDouble(Row::seconds).sum();
    }

    void run() throws IOException {
      Path log = Times.folder(root).resolve(round + ".log");
      Files.createDirectories(log.getParent());
      Duration usual = expected.rounds().get(round);
      System.out.printf(
          "All of Maven's output is in %s.%s%n",
          root.relativize(log),
          usual == null ? "" : " This took " + minutes(usual) + " minutes when it was measured.");
      try (PrintWriter copy = new PrintWriter(log.toFile(), StandardCharsets.UTF_8);
          BufferedReader input =
              new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
        for (String line = input.readLine(); line != null; line = input.readLine()) {
          copy.println(line);
          copy.flush();
          show(line);
        }
      }
      finish();
    }

    private void show(String line) {
      Matcher module = MODULE.matcher(line);
      Matcher tested = CLASS.matcher(line);
      if (module.find()) {
        System.out.printf(
            "%6s  module %s of %s: %s%n",
            minutes(elapsed()), module.group(2), module.group(3), module.group(1));
      } else if (tested.find()) {
        showClass(tested);
      }
      showError(line);
    }

    /** Lines without a level belong to the last line with one. */
    private void showError(String line) {
      if (line.startsWith("[")) {
        isError = line.startsWith("[ERROR]");
      }
      if (isError && !CLASS.matcher(line).find()) {
        System.out.println(line);
      }
    }

    private void showClass(Matcher tested) {
      String name = tested.group(5);
      int run = Integer.parseInt(tested.group(1));
      boolean failed = !tested.group(2).equals("0") || !tested.group(3).equals("0");
      tests += run;
      doneSeconds += expected.secondsOf(name);
      System.out.printf(
          "%6s  %-60s %4d tests %8s s  %s%s%n",
          minutes(elapsed()),
          name.replaceFirst("^dev\\.tenon\\.(jobs\\.)?", ""),
          run,
          tested.group(4),
          progress(),
          failed ? "  FAILED" : "");
    }

    private String progress() {
      if (expectedSeconds == 0) {
        return tests + " so far";
      }
      return "%d so far, %.0f %%".formatted(tests, 100 * doneSeconds / expectedSeconds);
    }

    private void finish() throws IOException {
      List<Row> rows = Row.ofReports(root, round);
      List<String> lines = new ArrayList<>();
      lines.add("# " + round + ": " + elapsed().toSeconds() + " s");
      rows.forEach(row -> lines.add(row.line()));
      Files.write(Times.folder(root).resolve(round + ".tsv"), lines);
      System.out.println("The slowest classes:");
      rows.stream()
          .sorted(Comparator.comparingDouble(Row::seconds).reversed())
          .limit(10)
          .forEach(row -> System.out.printf("%8.1f s  %s%n", row.seconds(), row.name()));
      if (expectedSeconds > 0) {
        compareWithExpected(rows);
      }
    }

    /** Prints the classes that made the progress wrong. */
    private void compareWithExpected(List<Row> rows) {
      Set<String> unmeasured = names(rows);
      unmeasured.removeAll(names(expected.rows()));
      Set<String> gone = names(expected.rows());
      gone.removeAll(names(rows));
      if (!unmeasured.isEmpty() || !gone.isEmpty()) {
        System.out.printf(
            "Classes of this round that are missing from tests/times.tsv: %d. Classes in it that "
                + "did not run: %d. After a quiet run of ./dev test --all, ./dev test-times >"
                + " tests/times.tsv brings it up to date.%n",
            unmeasured.size(), gone.size());
      }
    }

    private static Set<String> names(List<Row> rows) {
      return rows.stream().map(Row::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static String minutes(Duration time) {
      return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }
  }

  /**
   * The time of one class in one round.
   *
   * @param module the folder of the module
   * @param tests tests that ran
   * @param seconds from its first test to its last; other classes may have run at the same time
   */
  private record Row(String round, String module, String name, int tests, double seconds) {

    private static final Pattern SUITE =
        Pattern.compile("<testsuite [^>]*? name=\"([^\"]+)\" time=\"([0-9.,]+)\" tests=\"(\\d+)\"");

    static List<Row> ofReports(Path root, String round) throws IOException {
      List<Row> rows = new ArrayList<>();
      for (Path folder : folders(root, "surefire-reports")) {
        String module = root.relativize(folder.getParent().getParent()).toString();
        for (Path report : files(folder, name -> name.matches("TEST-.*\\.xml"))) {
          Matcher suite = SUITE.matcher(Files.readString(report));
          if (suite.find()) {
            double seconds = Double.parseDouble(suite.group(2).replace(",", ""));
            rows.add(
                new Row(round, module, suite.group(1), Integer.parseInt(suite.group(3)), seconds));
          }
        }
      }
      return rows;
    }

    static Row of(String line) {
      String[] parts = line.split("\t");
      return new Row(
          parts[0], parts[1], parts[2], Integer.parseInt(parts[3]), Double.parseDouble(parts[4]));
    }

    String line() {
      return "%s\t%s\t%s\t%d\t%.1f".formatted(round, module, name, tests, seconds);
    }
  }

  /**
   * The times of rounds.
   *
   * @param rounds how long each took from beginning to end
   */
  private record Times(Map<String, Duration> rounds, List<Row> rows) {

    private static final Pattern ROUND = Pattern.compile("# ([\\w-]+): (\\d+) s");

    static Path folder(Path root) {
      return root.resolve("target/test-times");
    }

    static Times ofLastRounds(Path root) throws IOException {
      Times all = new Times(new TreeMap<>(), new ArrayList<>());
      for (Path file : files(folder(root), name -> name.endsWith(".tsv"))) {
        Times one = ofFile(file);
        all.rounds.putAll(one.rounds);
        all.rows.addAll(one.rows);
      }
      return all;
    }

    static Times ofFile(Path file) throws IOException {
      Times times = new Times(new TreeMap<>(), new ArrayList<>());
      if (Files.exists(file)) {
        for (String line : Files.readAllLines(file)) {
          Matcher round = ROUND.matcher(line);
          if (round.matches()) {
            times.rounds.put(round.group(1), Duration.ofSeconds(Long.parseLong(round.group(2))));
          } else if (!line.startsWith("#")) {
            times.rows.add(Row.of(line));
          }
        }
      }
      return times;
    }

    Times of(String round) {
      return new Times(rounds, rows.stream().filter(row -> row.round().equals(round)).toList());
    }

    double secondsOf(String name) {
      return rows.stream().filter(row -> row.name().equals(name)).mapToDouble(Row::seconds).sum();
    }

    /** Lines that {@link #ofFile} reads, and comments with the sum of each module. */
    List<String> table() {
      List<String> lines = new ArrayList<>();
      lines.add("# How long the tests took, as ./dev test-times prints it");
      rounds.forEach((name, took) -> lines.add("# " + name + ": " + took.toSeconds() + " s"));
      lines.add("# Modules, with the sum of their classes, which may run side by side:");
      Map<String, Double> modules =
          rows.stream()
              .collect(
                  Collectors.groupingBy(
                      row -> "%-9s %s".formatted(row.round(), row.module()),
                      TreeMap::new,
                      Collectors.summingDouble(Row::seconds)));
      modules.forEach((name, sum) -> lines.add("#   %-50s %8.1f s".formatted(name, sum)));
      lines.add("# round, module, class, tests, seconds");
      rows.stream()
          .sorted(
              Comparator.comparing(Row::round)
                  .thenComparing(Row::module)
                  .thenComparing(Comparator.comparingDouble(Row::seconds).reversed())
                  .thenComparing(Row::name))
          .forEach(row -> lines.add(row.line()));
      return lines;
    }
  }

  /** The folders {@code target/NAME} of all modules. */
  private static List<Path> folders(Path root, String name) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String called = String.valueOf(folder.getFileName());
            if (called.equals("target")) {
              if (Files.isDirectory(folder.resolve(name))) {
                found.add(folder.resolve(name));
              }
              return FileVisitResult.SKIP_SUBTREE;
            }
            return called.equals("src") || called.equals(".git")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }
        });
    found.sort(Comparator.naturalOrder());
    return found;
  }

  private static List<Path> files(Path folder, Predicate<String> name) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(file -> name.test(file.getFileName().toString())).sorted().toList();
    }
  }
}
