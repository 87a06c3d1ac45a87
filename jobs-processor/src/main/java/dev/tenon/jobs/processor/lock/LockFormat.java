package dev.tenon.jobs.processor.lock;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Writes the lock file: sorted, and with one component per line, so that a changed component is one
 * changed line.
 */
final class LockFormat {

  /** The version of the format. It goes up when earlier files can no longer be read. */
  static final int VERSION = 1;

  private static final Pattern NUMBER_OR_TRUTH =
      Pattern.compile("true|false|-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?");

  private final StringBuilder out = new StringBuilder();

  private LockFormat() {}

  /** The contents of the file. */
  static String write(LockContents contents) {
    LockFormat format = new LockFormat();
    boolean hasHandlers = !contents.handlers().isEmpty();
    boolean hasSignals = !contents.signals().isEmpty();
    format.line(0, "{");
    format.line(1, "\"format\": " + VERSION + ",");
    format.members(
        1, "types", contents.types(), format::type, hasHandlers || hasSignals ? "," : "");
    if (hasHandlers) {
      format.members(1, "handlers", contents.handlers(), format::handler, hasSignals ? "," : "");
    }
    if (hasSignals) {
      format.members(1, "signals", contents.signals(), format::signal, "");
    }
    format.line(0, "}");
    return format.out.toString();
  }

  private interface MemberWriter<T> {
    void write(int indent, T member);
  }

  private void line(int indent, String text) {
    out.append("  ".repeat(indent)).append(text).append('\n');
  }

  /** Writes an object whose members take more than one line each. */
  private <T> void members(
      int indent, String name, SortedMap<String, T> members, MemberWriter<T> writer, String end) {
    if (members.isEmpty()) {
      line(indent, quoted(name) + ": {}" + end);
      return;
    }
    line(indent, quoted(name) + ": {");
    int left = members.size();
    for (Map.Entry<String, T> member : members.entrySet()) {
      left--;
      line(indent + 1, quoted(member.getKey()) + ": {");
      writer.write(indent + 2, member.getValue());
      line(indent + 1, left > 0 ? "}," : "}");
    }
    line(indent, "}" + end);
  }

  private void type(int indent, LockedType type) {
    line(indent, "\"module\": " + quoted(type.module()) + ",");
    line(indent, "\"version\": " + type.version() + ",");
    line(indent, "\"routingKey\": " + quoted(type.routingKey()) + ",");
    if (!type.aliases().isEmpty()) {
      line(indent, "\"aliases\": " + list(type.aliases()) + ",");
    }
    if (!type.inputs().isEmpty()) {
      lines(
          indent,
          "\"inputs\": {",
          type.inputs().entrySet().stream()
              .map(each -> quoted(each.getKey()) + ": " + quoted(each.getValue()))
              .toList(),
          "},");
    }
    line(indent, "\"payload\": " + value(type.payload()) + ",");
    line(indent, "\"result\": " + value(type.result()) + ",");
    type.emits().ifPresent(emits -> line(indent, "\"emits\": " + value(emits) + ","));
    members(indent, "shapes", type.shapes(), this::shape, "");
  }

  private void signal(int indent, LockedSignal signal) {
    line(indent, "\"module\": " + quoted(signal.module()) + ",");
    line(indent, "\"version\": " + signal.version() + ",");
    line(indent, "\"payload\": " + value(signal.payload()) + ",");
    members(indent, "shapes", signal.shapes(), this::shape, "");
  }

  private void handler(int indent, LockedHandler handler) {
    line(indent, "\"module\": " + quoted(handler.module()) + ",");
    line(indent, "\"version\": " + handler.version() + ",");
    named(indent, "steps", handler.steps(), LockFormat::step);
    named(indent, "waits", handler.waits(), LockFormat::wait);
    named(indent, "sleeps", handler.sleeps(), sleep -> aliases(sleep).toString());
    handler.cursor().ifPresent(cursor -> line(indent, "\"cursor\": " + value(cursor) + ","));
    if (!handler.removed().isEmpty()) {
      line(indent, "\"removed\": " + list(handler.removed()) + ",");
    }
    members(indent, "shapes", handler.shapes(), this::shape, "");
  }

  private <T> void named(
      int indent, String name, SortedMap<String, T> named, Function<T, String> text) {
    if (!named.isEmpty()) {
      lines(
          indent,
          quoted(name) + ": {",
          named.entrySet().stream()
              .map(each -> quoted(each.getKey()) + ": " + text.apply(each.getValue()))
              .toList(),
          "},");
    }
  }

  private static StringJoiner aliases(LockedHandler.Named named) {
    StringJoiner members = new StringJoiner(", ", "{", "}");
    if (!named.aliases().isEmpty()) {
      members.add("\"aliases\": " + list(named.aliases()));
    }
    return members;
  }

  private static String step(LockedHandler.Step step) {
    StringJoiner members = aliases(step);
    if (!step.isRepeatable()) {
      members.add("\"repeatable\": false");
    }
    step.key().ifPresent(key -> members.add("\"key\": " + value(key)));
    step.result().ifPresent(result -> members.add("\"result\": " + value(result)));
    return members.toString();
  }

  private static String wait(LockedHandler.Wait wait) {
    return aliases(wait).add("\"signals\": " + list(wait.signals())).toString();
  }

  private void shape(int indent, LockedShape shape) {
    if (shape instanceof LockedShape.Fields fields) {
      lines(
          indent,
          "\"record\": {",
          fields.components().entrySet().stream()
              .map(each -> quoted(each.getKey()) + ": " + value(each.getValue()))
              .toList(),
          "}");
    } else if (shape instanceof LockedShape.Constants constants) {
      lines(
          indent, "\"enum\": [", constants.names().stream().map(LockFormat::quoted).toList(), "]");
    } else if (shape instanceof LockedShape.Alternatives alternatives) {
      lines(
          indent,
          "\"union\": {",
          alternatives.records().entrySet().stream()
              .map(each -> quoted(each.getKey()) + ": " + quoted(each.getValue()))
              .toList(),
          "}");
    }
  }

  private void lines(int indent, String open, List<String> lines, String close) {
    if (lines.isEmpty()) {
      line(indent, open + close);
      return;
    }
    line(indent, open);
    for (int i = 0; i < lines.size(); i++) {
      line(indent + 1, lines.get(i) + (i + 1 < lines.size() ? "," : ""));
    }
    line(indent, close);
  }

  private static String value(LockedValue value) {
    StringJoiner members = new StringJoiner(", ", "{", "}");
    members.add((value.isShape() ? "\"shape\": " : "\"type\": ") + quoted(value.type()));
    if (value.optional()) {
      members.add("\"optional\": true");
    }
    if (value.valid()) {
      members.add("\"valid\": true");
    }
    for (Limit limit : Limit.values()) {
      Optional.ofNullable(value.limits().get(limit))
          .ifPresent(texts -> members.add(quoted(limit.key()) + ": " + limit(texts)));
    }
    value.keys().ifPresent(keys -> members.add("\"keys\": " + value(keys)));
    value.entries().ifPresent(entries -> members.add("\"entries\": " + value(entries)));
    return members.toString();
  }

  private static String limit(List<String> texts) {
    return texts.size() == 1 && NUMBER_OR_TRUTH.matcher(texts.get(0)).matches()
        ? texts.get(0)
        : texts.size() == 1 ? quoted(texts.get(0)) : list(texts);
  }

  private static String list(Collection<String> texts) {
    StringJoiner list = new StringJoiner(", ", "[", "]");
    texts.forEach(text -> list.add(quoted(text)));
    return list.toString();
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    JsonStringEncoder.getInstance().quoteAsString(text, quoted);
    return quoted.append('"').toString();
  }
}
