package dev.tenon.jobs.processor.round;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.annotation.processing.Filer;
import javax.tools.StandardLocation;

/**
 * The classes that a module was made of, stored next to them in the class output. Build tools that
 * compile only changed sources leave it there, so that the next compilation knows the classes that
 * it does not see. Each class has a line of words:
 *
 * <pre>
 * module shop.ShopJobsModule shop
 * payload shop.Order shop.Line shop.Note
 * signal shop.OrderPaid shop.Money
 * handler shop.OrderHandler shop.Receipt
 * </pre>
 *
 * @param module the generated registry
 * @param declaredOn the package or class that has {@code @JobModule}; empty if none has it
 * @param payloads the payload records, each with the other classes that its generated code reads
 * @param signals the records of signals, each with the other classes that its generated code reads
 * @param handlers the handlers, each with the other classes that its generated code reads
 */
public record ModuleIndex(
    String module,
    Optional<String> declaredOn,
    SortedMap<String, NavigableSet<String>> payloads,
    SortedMap<String, NavigableSet<String>> signals,
    SortedMap<String, NavigableSet<String>> handlers) {

  /** The path in the class output. */
  public static final String PATH = "META-INF/tenon/module.index";

  /**
   * The classes whose generated code is out of date.
   *
   * @param payloads the payload records
   * @param signals the records of signals
   * @param handlers the handlers with steps
   */
  public record Outdated(Set<String> payloads, Set<String> signals, Set<String> handlers) {

    /** The empty sets, if nothing is out of date. */
    public static final Outdated NOTHING = new Outdated(Set.of(), Set.of(), Set.of());

    /** Returns whether nothing is out of date. */
    public boolean isEmpty() {
      return equals(NOTHING);
    }
  }

  /** The index of the previous compilation; empty if there was none, or its output is gone. */
  public static Optional<ModuleIndex> read(Filer filer) {
    try (InputStream file =
        filer.getResource(StandardLocation.CLASS_OUTPUT, "", PATH).openInputStream()) {
      return parse(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      // There is no such file, because nothing was compiled earlier
      return Optional.empty();
    }
  }

  private static Optional<ModuleIndex> parse(String text) {
    List<String> module = List.of();
    SortedMap<String, NavigableSet<String>> payloads = new TreeMap<>();
    SortedMap<String, NavigableSet<String>> signals = new TreeMap<>();
    SortedMap<String, NavigableSet<String>> handlers = new TreeMap<>();
    for (String line : text.lines().toList()) {
      List<String> words = List.of(line.split(" ", -1));
      if (words.size() < 2) {
        // The file was cut off here
        continue;
      }
      switch (words.get(0)) {
        case "module" -> module = words.subList(1, words.size());
        case "payload" -> payloads.put(words.get(1), new TreeSet<>(words.subList(2, words.size())));
        case "signal" -> signals.put(words.get(1), new TreeSet<>(words.subList(2, words.size())));
        case "handler" -> handlers.put(words.get(1), new TreeSet<>(words.subList(2, words.size())));
        default -> {
          // This line was written by another version of Tenon
        }
      }
    }
    return module.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ModuleIndex(
                module.get(0), module.stream().skip(1).findFirst(), payloads, signals, handlers));
  }

  /** The names of all classes of the module. */
  Set<String> classes() {
    Set<String> classes = new TreeSet<>();
    for (SortedMap<String, NavigableSet<String>> kind : List.of(payloads, signals, handlers)) {
      classes.addAll(kind.keySet());
      kind.values().forEach(classes::addAll);
    }
    return classes;
  }

  /**
   * The payloads, signals and handlers that are missing from the sources that the compiler was
   * given, although classes that they read are in these or in implicit sources, or they themselves
   * are in implicit sources.
   *
   * @param given the names of the classes in the sources that the compiler was given
   * @param implicit the names of the classes in implicit sources
   */
  public Outdated outdated(Set<String> given, Set<String> implicit) {
    return new Outdated(
        outdated(payloads, given, implicit),
        outdated(signals, given, implicit),
        outdated(handlers, given, implicit));
  }

  private static Set<String> outdated(
      SortedMap<String, NavigableSet<String>> records, Set<String> given, Set<String> implicit) {
    Set<String> outdated = new TreeSet<>();
    records.forEach(
        (record, parts) -> {
          boolean isChanged =
              implicit.contains(record)
                  || parts.stream()
                      .anyMatch(part -> given.contains(part) || implicit.contains(part));
          if (isChanged && !given.contains(record)) {
            outdated.add(record);
          }
        });
    return outdated;
  }

  /** The contents of the file. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add("module " + module + declaredOn.map(name -> " " + name).orElse(""));
    addLines("payload", payloads, lines);
    addLines("signal", signals, lines);
    addLines("handler", handlers, lines);
    return String.join("\n", lines) + "\n";
  }

  private static void addLines(
      String kind, SortedMap<String, NavigableSet<String>> records, List<String> lines) {
    records.forEach(
        (record, parts) -> {
          List<String> words = new ArrayList<>(List.of(kind, record));
          words.addAll(parts);
          lines.add(String.join(" ", words));
        });
  }
}
